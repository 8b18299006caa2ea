"""Breaches of personal data, with the 72 hours in which they are reported."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=nullable)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    op.create_table(
        "breach",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=True, index=True),
        _text("kind"),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("high_risk", sa.Boolean(), nullable=False),
        *(_moment(name) for name in ("known_at", "due_at")),
        _text("recorded_by"),
        _moment("recorded_at"),
        _text("outcome", nullable=True),
        _text("decided_by"),
        _moment("decided_at"),
        _text("people_told_by"),
        _moment("people_told_at"),
    )


def downgrade() -> None:
    op.drop_table("breach")
