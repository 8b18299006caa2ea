"""Published letters are withdrawn and replaced, have public pages, and recipients say where they published them."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inspection", sa.Column("letter_open", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "letterend",
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "publicsite",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "recipientpublication",
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("web_address", AutoString(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("recipientpublication")
    op.drop_table("publicsite")
    op.drop_table("letterend")
    op.drop_column("inspection", "letter_open")
