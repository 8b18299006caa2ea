"""A person's rows can be restricted, their statement can stand beside a row, and it is kept a month from where is read."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "personsrestriction",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("request_id", AutoString(), sa.ForeignKey("personsrequest.id"), nullable=False, index=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        _text("ground"),
        sa.Column("until", sa.Date(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("places", "sought")),
        *(_text(name) for name in ("asked_by", "confirmed_by")),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        _text("lift_reason", nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        *(_text(name) for name in ("lift_asked_by", "lifted_by")),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "readingorigin",
        sa.Column("trace", AutoString(), primary_key=True),
        _text("network"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True, index=True),
    )
    for name in ("statement_key", "stated_by"):
        op.add_column("personscorrection", sa.Column(name, AutoString(), nullable=False, server_default=""))
    op.add_column("personscorrection", sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    for name in ("stated_at", "stated_by", "statement_key"):
        op.drop_column("personscorrection", name)
    op.drop_table("readingorigin")
    op.drop_table("personsrestriction")
