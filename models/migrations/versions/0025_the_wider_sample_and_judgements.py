"""The wider sample's lists, receipts and forms, judgements made apart, and notes from files of other programs."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


# A child of the wider sample may leave after the sign-off too, by two people and while inspectors look at it; the report
# on the draw follows. Tracked children, whom agencies evaluate, stay, and so does every decision once taken.
_LEAVES = """(NEW.kind IN ('eliminate', 'replace') AND NEW.label LIKE 'S%' AND coalesce(NEW.second_approver, '') <> ''
                   AND EXISTS (SELECT 1 FROM inspection WHERE ref = NEW.inspection
                               AND stage IN ('evaluations_open', 'fieldwork')))"""
_REPORTED = """(TG_OP = 'UPDATE' AND to_jsonb(OLD) - '{coverage_key,coverage_sha256,gaps}'::text[]
                                = to_jsonb(NEW) - '{coverage_key,coverage_sha256,gaps}'::text[]
            AND EXISTS (SELECT 1 FROM inspection WHERE ref = NEW.inspection
                        AND stage IN ('evaluations_open', 'fieldwork')))"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION sample_is_signed_off() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM sampledecision WHERE inspection = NEW.inspection AND draw_version = NEW.draw_version
                   AND kind = 'approve' AND number < NEW.number) AND NOT {leaves} THEN
            RAISE EXCEPTION 'draw % of % is approved; nothing can be decided after that',
                NEW.draw_version, NEW.inspection;
        END IF;
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'sampledraw' THEN
        IF to_jsonb(OLD) ->> 'approved_at' IS NULL THEN
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END IF;
        IF {reported} THEN RETURN NEW; END IF;
    END IF;
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM inspection WHERE ref = OLD.inspection
                                    AND stage IN ('closed', 'cancelled')) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a row of % of % was signed off and cannot be changed', TG_TABLE_NAME, OLD.inspection;
END $$
"""


def _guard(leaves: str, reported: str) -> None:
    op.execute(sa.text(_FUNCTION.format(leaves=leaves, reported=reported).replace(":", r"\:")))


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _moment(*names: str) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in names]


def _json(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.JSON(), nullable=False) for name in names]


def _inspection(*, index: bool = False) -> sa.Column[str]:
    return sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=index)


def _agency() -> sa.Column[str]:
    return sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "sampledlist",
        _agency(),
        *_number("version", "draw_version", "decisions"),
        _inspection(index=True),
        *_text("key", "book_key", "sha256"),
        *_json("cases", "withdrawn"),
        *_moment("released_at"),
        sa.PrimaryKeyConstraint("agency_id", "version"),
    )
    op.create_table(
        "sampledlistreading",
        _agency(),
        *_number("version", "times"),
        *_text("by"),
        _inspection(index=True),
        *_moment("first_at", "last_at"),
        sa.PrimaryKeyConstraint("agency_id", "version", "by"),
    )
    op.create_table(
        "sampledform",
        _inspection(),
        *_text("child", "person_id", "agency", "point", "judgement", "text_key", "text_sha256"),
        *_number("version", "draw_version"),
        *_json("answers"),
        *_moment("recorded_at"),
        sa.PrimaryKeyConstraint("inspection", "child", "person_id", "agency", "version"),
    )
    op.create_table(
        "judgement",
        _inspection(),
        *_text("child", "area", "person_id", "judgement", "text_key", "text_sha256"),
        *_number("version", "draw_version"),
        *_moment("recorded_at"),
        sa.PrimaryKeyConstraint("inspection", "child", "area", "person_id", "version"),
    )
    op.create_table(
        "agreedjudgement",
        _inspection(),
        *_text("child", "area", "judgement", "text_key", "text_sha256", "recorded_by"),
        *_number("draw_version"),
        *_moment("recorded_at"),
        sa.PrimaryKeyConstraint("inspection", "child", "area"),
    )
    op.create_table(
        "importednote",
        _inspection(),
        *_text("guid", "note", "person_id", "device", "file_sha256"),
        *_moment("imported_at"),
        sa.PrimaryKeyConstraint("inspection", "guid"),
    )
    _guard(_LEAVES, _REPORTED)


def downgrade() -> None:
    _guard("false", "false")
    tables = ("importednote", "agreedjudgement", "judgement", "sampledform", "sampledlistreading", "sampledlist")
    for table in tables:
        op.drop_table(table)
