"""Documents asked for as numbered items with their versions, planned meetings, consent, and records of meetings."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _id() -> sa.Column[str]:
    return sa.Column("id", AutoString(), primary_key=True)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _state(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(name: str, of: str, *, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, AutoString(), sa.ForeignKey(of), nullable=False, index=index)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _documents() -> None:
    op.create_table(
        "documentitem",
        _id(),
        _of("inspection", "inspection.ref", index=True),
        _of("agency_id", "agency.id", index=True),
        *_text("number", "title"),
        _state("kind"),
        _truth("must"),
        *_text("child", "step"),
        _moment("due_at"),
        _state("state"),
        _number("current_version"),
        _state("none_reason", nullable=True),
        *_text("none_by"),
        _moment("none_at", nullable=True),
    )
    op.create_table(
        "documentversion",
        _id(),
        _of("item_id", "documentitem.id", index=True),
        _of("inspection", "inspection.ref", index=True),
        _number("version"),
        *_text("key", "version_id", "sha256"),
        _number("size"),
        *_text("kind", "by"),
        _moment("received_at"),
        _truth("late"),
        _state("scanned"),
        *_text("scanned_by", "malware"),
        _moment("checked_at", nullable=True),
    )


def _meetings() -> None:
    op.create_table(
        "plannedmeeting",
        _id(),
        _of("inspection", "inspection.ref", index=True),
        _of("agency_id", "agency.id"),
        *_text("child"),
        _state("kind"),
        _moment("begins_at"),
        *(_state(name) for name in ("venue", "ask_for")),
        *_text("words_key", "by"),
        _moment("told_at"),
        _moment("cancelled_at", nullable=True),
        *_text("cancelled_by"),
    )
    op.create_table(
        "consent",
        _id(),
        _of("inspection", "inspection.ref", index=True),
        _of("agency_id", "agency.id"),
        *_text("child"),
        _number("number"),
        *(_state(name) for name in ("of", "answer")),
        _state("asked_by", nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        *_text("words_key", "by"),
        _moment("told_at"),
    )
    op.create_table(
        "heldmeeting",
        _id(),
        _of("inspection", "inspection.ref", index=True),
        _state("kind"),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("people", "offices")),
        *_text("words_key", "sha256"),
        _number("characters"),
        *_text("by"),
        _moment("recorded_at"),
    )


def upgrade() -> None:
    _documents()
    _meetings()


def downgrade() -> None:
    for table in ("heldmeeting", "consent", "plannedmeeting", "documentversion", "documentitem"):
        op.drop_table(table)
