"""Immediate concerns about a child: who was told, who answered, and the calls that were made."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "concern",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("child", AutoString(), nullable=False),
        sa.Column("words_key", AutoString(), nullable=False),
        sa.Column("raised_by", AutoString(), nullable=False),
        _moment("raised_at"),
        _moment("settled_at", nullable=True),
    )
    op.create_table(
        "concernreceipt",
        sa.Column("concern_id", AutoString(), sa.ForeignKey("concern.id"), primary_key=True),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), primary_key=True),
        sa.Column("named", sa.Integer(), nullable=False),
        _moment("widened_at", nullable=True),
        _moment("answered_at", nullable=True),
        sa.Column("answered_by", AutoString(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
    )
    op.create_table(
        "concerncall",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("concern_id", AutoString(), sa.ForeignKey("concern.id"), nullable=False, index=True),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), nullable=False),
        _moment("rung_at"),
        sa.Column("spoken_to", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        _moment("noted_at"),
    )


def downgrade() -> None:
    for table in ("concerncall", "concernreceipt", "concern"):
        op.drop_table(table)
