"""Files that were sent in error are put aside, and destroyed or released by two people."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    op.create_table(
        "wrongfile",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), nullable=False, index=True),
        *(_text(name) for name in ("subject", "name", "sha256", "reason", "state", "step")),
        *(_json(name) for name in ("versions", "kept_references", "requests", "cohorts")),
        *(_text(name) for name in ("breach", "put_aside_by")),
        _moment("put_aside_at"),
        *(_text(name) for name in ("asked_by", "confirmed_by")),
        _moment("confirmed_at"),
        *(_json(name) for name in ("lists", "counts")),
        *(_text(name) for name in ("certificate_key", "certificate_sha256")),
        _moment("done_at"),
        _text("again_of"),
    )
    op.create_index(
        "one_open_wrong_file",
        "wrongfile",
        ["inspection", "agency_id", "sha256"],
        unique=True,
        postgresql_where=sa.text("state in ('put_aside', 'confirmed')"),
    )


def downgrade() -> None:
    op.drop_table("wrongfile")
