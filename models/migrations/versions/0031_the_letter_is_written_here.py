"""The draft of the letter has paragraphs, each with its versions; words lie in the evidence store."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, AutoString(), nullable=False) for name in names]


def _number(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "paragraph",
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False),
        *_text("id", "section"),
        *_number("position", "version"),
        sa.Column("removed_by", AutoString(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("inspection", "id"),
    )
    op.create_table(
        "paragraphversion",
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False),
        *_text("paragraph"),
        *_number("version", "follows"),
        *_text("text_key", "text_sha256"),
        sa.Column("findings", sa.JSON(), nullable=False),
        *_number("bound"),
        *_text("state", "written_by"),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("inspection", "paragraph", "version"),
    )


def downgrade() -> None:
    op.drop_table("paragraphversion")
    op.drop_table("paragraph")
