"""Owed work names the click for which it is owed."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work", sa.Column("trace", AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("work", "trace")
