"""The plan that answers a letter: its versions, reviews, actions and their progress."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def _inspection() -> sa.Column[str]:
    return sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), primary_key=True)


def _text(name: str, *, needed: bool = True) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=not needed)


def _number(name: str, *, key: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), primary_key=key, nullable=False, autoincrement=False)


def _moment(name: str, *, needed: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def upgrade() -> None:
    op.create_table(
        "actionplan",
        _inspection(),
        *(_text("draft_key"), _text("draft_sha256"), _number("draft_actions"), _number("draft_queries")),
        *(_text("drafted_by"), _moment("drafted_at", needed=False)),
        *(_number("version"), sa.Column("began_on", sa.Date(), nullable=True)),
        *(_text("end", needed=False), _text("closed_by"), _moment("closed_at", needed=False)),
    )
    op.create_table(
        "planversion",
        *(_inspection(), _number("version", key=True), _number("letter"), _text("key"), _text("sha256")),
        *(_number("actions"), _number("parts"), _number("answered"), _number("queries")),
        *(_text("sent_by"), _moment("sent_at")),
    )
    op.create_table(
        "planreview",
        *(_inspection(), _number("version", key=True), _number("number", key=True), _text("outcome")),
        *(sa.Column("lacking", sa.JSON(), nullable=False), _text("key"), _text("sha256")),
        *(_text("reviewed_by"), _text("confirmed_by"), _moment("reviewed_at")),
    )
    op.create_table(
        "planaction",
        *(_inspection(), sa.Column("id", AutoString(), primary_key=True), _text("origin")),
        *(_text("owner", needed=False), sa.Column("due", sa.Date(), nullable=True)),
        *(_number("first"), sa.Column("last", sa.Integer(), nullable=True), _text("state")),
        _moment("late_told_at", needed=False),
    )
    op.create_table(
        "planround",
        *(_inspection(), _number("number", key=True), sa.Column("actions", sa.JSON(), nullable=False)),
        *(_moment("asked_at"), _moment("due_at"), _moment("answered_at", needed=False)),
    )
    op.create_table(
        "planprogress",
        *(_inspection(), sa.Column("action", AutoString(), primary_key=True), _number("number", key=True)),
        *(_number("round"), _text("state"), _text("key"), _text("sha256")),
        *(sa.Column("file", sa.JSON(), nullable=True), _text("told_by"), _moment("told_at")),
    )


def downgrade() -> None:
    for name in ("planprogress", "planround", "planaction", "planreview", "planversion", "actionplan"):
        op.drop_table(name)
