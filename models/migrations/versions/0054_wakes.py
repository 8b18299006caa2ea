"""Wakes that are on their way, and runs at work, so that a flood of uploads wakes no more runs than can work."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wake",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("deployment", AutoString(), nullable=False, index=True),
        sa.Column("at_work", sa.Boolean(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("wake")
