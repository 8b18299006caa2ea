"""What people say of returns: explanations, waivers of rules, returns checked again, several files and several returns."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in _added():
        # The defaults stay: the release before writes rows that know nothing of these columns.
        op.add_column(table, column)
    op.drop_constraint("submission_key_version_id_key", "submission", type_="unique")
    op.create_unique_constraint(None, "submission", ["request_id", "key", "version_id"])
    _tables()


def _added() -> list[tuple[str, sa.Column[Any]]]:
    return [
        ("uploadsession", sa.Column("adds", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("uploadsession", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("submission", sa.Column("parts", sa.JSON(), nullable=False, server_default="[]")),
        ("submission", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())),
        ("submission", sa.Column("places_key", AutoString(), nullable=True)),
        ("submission", sa.Column("since_key", AutoString(), nullable=True)),
        ("submission", sa.Column("left_out", sa.Integer(), nullable=False, server_default="0")),
        ("submission", sa.Column("also", sa.JSON(), nullable=False, server_default="[]")),
        ("submission", sa.Column("explained", sa.Integer(), nullable=False, server_default="0")),
    ]


def _tables() -> None:
    op.create_table(
        "explanation",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("request_id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("submission_id", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("column", AutoString(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("given_by", AutoString(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_explanation_inspection"), "explanation", ["inspection"], unique=False)
    op.create_index(op.f("ix_explanation_request_id"), "explanation", ["request_id"], unique=False)
    op.create_table(
        "rulewaiver",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("request_id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("approved_by", AutoString(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_rulewaiver_inspection"), "rulewaiver", ["inspection"], unique=False)
    op.create_index(op.f("ix_rulewaiver_request_id"), "rulewaiver", ["request_id"], unique=False)
    op.create_table(
        "recheck",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("submission_id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("asked_by", AutoString(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("by_rule", sa.JSON(), nullable=False),
        sa.Column("report_key", AutoString(), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_recheck_inspection"), "recheck", ["inspection"], unique=False)
    op.create_index(op.f("ix_recheck_submission_id"), "recheck", ["submission_id"], unique=False)


def downgrade() -> None:
    for table in ("recheck", "rulewaiver", "explanation"):
        op.drop_table(table)
    op.drop_constraint("submission_request_id_key_version_id_key", "submission", type_="unique")
    op.create_unique_constraint("submission_key_version_id_key", "submission", ["key", "version_id"])
    for table, column in reversed(_added()):
        op.drop_column(table, column.name)
