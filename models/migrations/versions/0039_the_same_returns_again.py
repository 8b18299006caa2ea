"""The same returns are asked for again after publication, in rounds with windows of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("request", sa.Column("asked_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("request", "asked_on")
    op.drop_column("request", "round")
