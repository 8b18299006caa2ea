"""An upload that we filled from an extract says what of it is filled and what is missing."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploadsession", sa.Column("filled", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("uploadsession", "filled")
