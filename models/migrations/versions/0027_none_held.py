"""A nil return says why nothing is held, where a theme asks for what an agency may not hold."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("nil_reason", AutoString(), nullable=True))


def downgrade() -> None:
    op.drop_column("request", "nil_reason")
