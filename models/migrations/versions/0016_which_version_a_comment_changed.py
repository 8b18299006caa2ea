"""A decision on a comment names the version of a finding that was changed because of it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of comments decided before, nobody recorded what they changed: the letter then claims no change.
    op.add_column("correction", sa.Column("changed_finding", AutoString(), nullable=True))
    op.add_column("correction", sa.Column("changed_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("correction", "changed_version")
    op.drop_column("correction", "changed_finding")
