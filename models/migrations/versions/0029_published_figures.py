"""The figures that left an inspection are recorded, so that the next are checked against all of them."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publishedfigures",
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("input_sha256", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("publishedfigures")
