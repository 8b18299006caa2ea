"""Destruction by policy, and legal holds by matter."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0046"
down_revision = "0042"
branch_labels = None
depends_on = None

_TEXTS = ("matter", "confirmed_by", "end_confirmed_by", "end_reason")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    for name in _TEXTS:
        op.add_column("hold", sa.Column(name, AutoString(), nullable=False, server_default=""))
    op.add_column("hold", sa.Column("classes", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("ix_hold_matter", "hold", ["matter"])
    op.create_table(
        "destruction",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        *(_text(name) for name in ("record_class", "state", "step")),
        sa.Column("months", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("counted_from", "due_on")),
        _text("basis"),
        sa.Column("counts", sa.JSON(), nullable=False),
        _moment("proposed_at"),
        *(_text(name) for name in ("asked_by", "confirmed_by")),
        _moment("confirmed_at"),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("lists", "traces", "tombstone")),
        *(_text(name) for name in ("kept_key", "certificate_key", "certificate_sha256")),
        _moment("done_at"),
        _text("again_of"),
    )
    op.create_index(
        "one_open_destruction",
        "destruction",
        ["inspection", "record_class"],
        unique=True,
        postgresql_where=sa.text("state <> 'done'"),
    )


def downgrade() -> None:
    op.drop_table("destruction")
    op.drop_index("ix_hold_matter", "hold")
    op.drop_column("hold", "classes")
    for name in _TEXTS:
        op.drop_column("hold", name)
