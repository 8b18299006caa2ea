"""Complaints after publication, holds on destruction, and concerns on another inspectorate's remit."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _inspection(*, nullable: bool = False) -> sa.Column[str]:
    return sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=nullable, index=True)


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", AutoString(), primary_key=True),
        _inspection(),
        _text("came_from"),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("letter_version", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        _text("late_reason", nullable=True),
        *(_text(name) for name in ("text_key", "text_sha256", "recorded_by")),
        _moment("recorded_at", nullable=False),
        _text("outcome", nullable=True),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        *(_text(name, nullable=True) for name in ("decision_key", "decision_sha256")),
        *(_text(name) for name in ("decided_by", "confirmed_by")),
        _moment("decided_at"),
    )
    op.create_table(
        "hold",
        sa.Column("id", AutoString(), primary_key=True),
        _inspection(nullable=True),
        *(_text(name) for name in ("reason", "subject", "placed_by")),
        _moment("placed_at"),
        _text("ended_by"),
        _moment("ended_at"),
    )
    op.add_column("inspection", _moment("incomplete_at"))
    op.create_table(
        "remitconcern",
        sa.Column("id", AutoString(), primary_key=True),
        _inspection(),
        *(_text(name) for name in ("from_body", "to_body")),
        sa.Column("person_id", AutoString(), sa.ForeignKey("person.id"), nullable=False, index=True),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("sent_at"),
        _text("acknowledged_by"),
        _moment("acknowledged_at"),
        _text("withdrawn_by"),
        _moment("withdrawn_at"),
    )
    op.create_table(
        "remitconcernversion",
        sa.Column("concern_id", AutoString(), sa.ForeignKey("remitconcern.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        *(_text(name) for name in ("text_key", "text_sha256", "written_by")),
        _moment("written_at", nullable=False),
    )


def downgrade() -> None:
    op.drop_table("remitconcernversion")
    op.drop_table("remitconcern")
    op.drop_column("inspection", "incomplete_at")
    op.drop_table("hold")
    op.drop_table("complaint")
