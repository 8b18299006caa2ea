"""The destruction of a file keeps which backups its key was taken out of."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

TABLES = ("wrongfile", "reducedfile")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("backups", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "backups")
