"""A published thematic report can be withdrawn, for a listed reason."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0060"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("themereport", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("themereport", sa.Column("withdrawn_reason", AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("themereport", "withdrawn_reason")
    op.drop_column("themereport", "withdrawn_at")
