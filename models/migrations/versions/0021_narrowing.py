"""A lead inspector narrows whose records an inspectorate sees in one inspection."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "narrowing",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("inspectorate", AutoString(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("decided_by", AutoString(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.PrimaryKeyConstraint("inspection", "inspectorate"),
    )


def downgrade() -> None:
    op.drop_table("narrowing")
