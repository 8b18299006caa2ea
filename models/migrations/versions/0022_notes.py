"""Inspectors' notes: their logs, the batches of each log, and each note as it stands."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_CODES = ("child", "area", "agency", "kind", "judgement", "criterion", "follows")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, _MOMENT, nullable=nullable)


def _inspection() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"])


def upgrade() -> None:
    op.create_table(
        "notelog",
        *(_text(name) for name in ("inspection", "person_id", "device")),
        *(_number(name) for name in ("taken", "newest")),
        _text("chain"),
        _time("begun_at"),
        _inspection(),
        sa.PrimaryKeyConstraint("inspection", "person_id", "device"),
    )
    op.create_table(
        "notebatch",
        *(_text(name) for name in ("inspection", "person_id", "device")),
        *(_number(name) for name in ("sequence", "position")),
        *(_text(name) for name in ("sha256", "chain")),
        _number("size"),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("let_in_by", AutoString()),
        _time("arrived_at"),
        _time("let_in_at", nullable=True),
        _inspection(),
        sa.PrimaryKeyConstraint("inspection", "person_id", "device", "sequence"),
    )
    op.create_table(
        "note",
        *(_text(name) for name in ("inspection", "id", "person_id", "device")),
        *(_number(name) for name in ("version", "sequence")),
        *(_text(name) for name in _CODES),
        _number("characters"),
        *(_time(name) for name in ("begun_at", "changed_at")),
        _inspection(),
        sa.PrimaryKeyConstraint("inspection", "id"),
    )


def downgrade() -> None:
    for table in ("note", "notebatch", "notelog"):
        op.drop_table(table)
