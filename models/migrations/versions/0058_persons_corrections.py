"""A correction that a person asks for is owed by the agency that sent the data."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "personscorrection",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("request_id", AutoString(), sa.ForeignKey("personsrequest.id"), nullable=False, index=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), nullable=False, index=True),
        _text("version"),
        sa.Column("places", sa.JSON(), nullable=False),
        *(_text(name) for name in ("words_key", "words_sha256")),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(_text(name) for name in ("due_why", "asked_by")),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        *(_text(name, nullable=True) for name in ("outcome", "refusal")),
        *(_text(name) for name in ("corrected_in", "answered_by")),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("personscorrection")
