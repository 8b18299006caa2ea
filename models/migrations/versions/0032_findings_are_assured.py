"""Findings pass levels, with threads and disagreements; the quality assurer says whether they are ready."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _inspection(*, index: bool = False) -> sa.Column[str]:
    return sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=index)


def _at(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    for name in ("against", "notes"):
        op.add_column("finding", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("finding", sa.Column("level", AutoString(), nullable=False, server_default="recorded"))
    for name in ("withdrawn_key", "withdrawn_by"):
        op.add_column("finding", sa.Column(name, AutoString(), nullable=True))
    op.add_column("finding", _at("withdrawn_at", nullable=True))
    op.create_table(
        "findingpass",
        _inspection(),
        *_text("finding"),
        *_number("version"),
        *_text("level", "by"),
        _at("at"),
        sa.PrimaryKeyConstraint("inspection", "finding", "version", "level"),
    )
    op.create_table(
        "thread",
        sa.Column("id", AutoString(), primary_key=True),
        _inspection(index=True),
        *_text("subject"),
        *_number("version"),
        *_text("kind", "opened_by"),
        _at("opened_at"),
        sa.Column("settled_by", AutoString(), nullable=True),
        _at("settled_at", nullable=True),
    )
    op.create_table(
        "remark",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("thread", AutoString(), sa.ForeignKey("thread.id"), nullable=False, index=True),
        *_number("number"),
        *_text("text_key", "text_sha256", "by"),
        _at("at"),
    )
    op.create_table(
        "assurance",
        sa.Column("id", AutoString(), primary_key=True),
        _inspection(index=True),
        *_number("number"),
        *_text("purpose"),
        sa.Column("ready", sa.Boolean(), nullable=False),
        *_text("digest"),
        *_number("findings", "paragraphs"),
        *_text("text_key", "by"),
        _at("at"),
    )


def downgrade() -> None:
    for table in ("assurance", "remark", "thread", "findingpass"):
        op.drop_table(table)
    for name in ("withdrawn_at", "withdrawn_by", "withdrawn_key", "level", "notes", "against"):
        op.drop_column("finding", name)
