"""Requests of people about data on them: access, correction and restriction, each with its month."""

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=nullable)


def _day(name: str, *, nullable: bool = False) -> sa.Column[date]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _moment(name: str) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def upgrade() -> None:
    op.create_table(
        "personsrequest",
        sa.Column("id", AutoString(), primary_key=True),
        *(_text(name) for name in ("kind", "asked_by")),
        *(_day(name) for name in ("received_on", "first_due_on", "due_on")),
        *(_text(name) for name in ("due_why", "who_key")),
        sa.Column("numbers", sa.Integer(), nullable=False),
        _text("recorded_by"),
        _moment("recorded_at"),
        _text("identity", nullable=True),
        _text("identity_by"),
        _moment("identity_at"),
        _text("extension", nullable=True),
        _text("extended_by"),
        _moment("extended_at"),
        _day("told_on", nullable=True),
        _text("outcome", nullable=True),
        _text("closed_by"),
        *(_moment(name) for name in ("closed_at", "forgotten_at")),
    )

    op.create_table(
        "personssearch",
        sa.Column("request_id", AutoString(), sa.ForeignKey("personsrequest.id"), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), primary_key=True),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("versions", "opened", "aside", "untaken", "unreadable")
        ),
        _text("searched_by"),
        _moment("searched_at"),
    )
    op.create_table(
        "personsplace",
        sa.Column("request_id", AutoString(), sa.ForeignKey("personsrequest.id"), primary_key=True),
        *(sa.Column(name, AutoString(), primary_key=True) for name in ("version", "sheet")),
        sa.Column("row", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        _text("added_by"),
        _moment("added_at"),
    )
    op.create_table(
        "personscopy",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("request_id", AutoString(), sa.ForeignKey("personsrequest.id"), nullable=False, index=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        *(_text(name) for name in ("key", "sha256")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("cells", "left_out", "published")),
        _text("made_by"),
        _moment("made_at"),
        *(_text(name) for name in ("asked_by", "released_by")),
        _moment("released_at"),
    )


def downgrade() -> None:
    op.drop_table("personscopy")
    op.drop_table("personsplace")
    op.drop_table("personssearch")
    op.drop_table("personsrequest")
