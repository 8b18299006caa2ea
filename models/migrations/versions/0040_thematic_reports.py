"""Thematic reports: begun, written in parts, assured, compiled and published."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "themereport",
        sa.Column("ref", AutoString(), primary_key=True),
        sa.Column("theme_id", AutoString(), nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("inspections", sa.JSON(), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("begun_by", AutoString(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assured_by", AutoString(), nullable=False),
        sa.Column("assured_sha256", AutoString(), nullable=False),
        sa.Column("assured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", AutoString(), nullable=False),
        sa.Column("confirmed_by", AutoString(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
    )
    op.create_table(
        "reportpart",
        sa.Column("report", AutoString(), sa.ForeignKey("themereport.ref"), primary_key=True),
        sa.Column("part", AutoString(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("text_key", AutoString(), nullable=False),
        sa.Column("text_sha256", AutoString(), nullable=False),
        sa.Column("written_by", AutoString(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "compiledreport",
        sa.Column("report", AutoString(), sa.ForeignKey("themereport.ref"), primary_key=True),
        sa.Column("status", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("content_sha256", AutoString(), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("compiledreport")
    op.drop_table("reportpart")
    op.drop_table("themereport")
