"""Agencies comment at a paragraph of the draft letter, with files; each comment has a reply in words."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TEXTS = ("paragraph", "reply_key", "reply_sha256", "changed_paragraph", "withdrawn_by")
_NUMBERS = ("letter_version", "paragraph_version")


def upgrade() -> None:
    # Comments of before keep what they are about: nobody can tell which paragraph a comment on a finding meant.
    for name in _TEXTS:
        op.add_column("correction", sa.Column(name, AutoString(), nullable=True))
    for name in _NUMBERS:
        op.add_column("correction", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("correction", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "letterparagraph",
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), primary_key=True),
        sa.Column("status", AutoString(), primary_key=True),
        sa.Column("letter_version", sa.Integer(), primary_key=True),
        sa.Column("paragraph", AutoString(), primary_key=True),
        sa.Column("paragraph_version", sa.Integer(), nullable=False),
        sa.Column("section", AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "commentfile",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("comment_id", AutoString(), sa.ForeignKey("correction.id"), nullable=False, index=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("version_id", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scanned", AutoString(), nullable=False),
        sa.Column("scanned_by", AutoString(), nullable=False),
        sa.Column("malware", AutoString(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("commentfile")
    op.drop_table("letterparagraph")
    for name in ("withdrawn_at", *_NUMBERS, *_TEXTS):
        op.drop_column("correction", name)
