"""Doubtful pairs of records, the model that found them, and what people decided."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("doubtful_key", "model_key"):
        op.add_column("cohort", sa.Column(name, AutoString(), nullable=True))
    op.create_table(
        "pairreview",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("one", AutoString(), nullable=False),
        sa.Column("other", AutoString(), nullable=False),
        sa.Column("answer", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("cohort_version", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.PrimaryKeyConstraint("inspection", "number"),
    )


def downgrade() -> None:
    op.drop_table("pairreview")
    for name in ("model_key", "doubtful_key"):
        op.drop_column("cohort", name)
