"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auditentry",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", AutoString(), nullable=False),
        sa.Column("actor", AutoString(), nullable=False),
        sa.Column("action", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous", AutoString(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("inspection", "number"),
    )
    op.create_table(
        "audithead",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("inspection"),
    )
    op.create_table(
        "inspection",
        sa.Column("ref", AutoString(), nullable=False),
        sa.Column("area_gss", AutoString(), nullable=False),
        sa.Column("area_name", AutoString(), nullable=False),
        sa.Column("theme_id", AutoString(), nullable=False),
        sa.Column("theme_version", sa.Integer(), nullable=False),
        sa.Column("announced", sa.Date(), nullable=False),
        sa.Column("lead_inspector", AutoString(), nullable=False),
        sa.Column("stage", AutoString(), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("clock_shift_seconds", sa.Integer(), nullable=False),
        sa.Column("seed_digest", AutoString(), nullable=False),
        sa.Column("board_digest", AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index(
        "one_live_inspection_per_area_and_theme",
        "inspection",
        ["area_gss", "theme_id"],
        unique=True,
        postgresql_where=sa.text("stage NOT IN ('closed', 'cancelled')"),
    )
    op.create_table(
        "agency",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("mailbox", AutoString(), nullable=False),
        sa.Column("postal_address", AutoString(), nullable=False),
        sa.Column("web_address", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_agency_inspection"), "agency", ["inspection"], unique=False)
    op.create_table(
        "cohort",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("frame_key", AutoString(), nullable=False),
        sa.Column("identifiers_key", AutoString(), nullable=False),
        sa.Column("links_key", AutoString(), nullable=False),
        sa.Column("manifest_key", AutoString(), nullable=False),
        sa.Column("manifest_sha256", AutoString(), nullable=False),
        sa.Column("frame_digest", AutoString(), nullable=False),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("inspection", "version"),
    )
    op.create_table(
        "finding",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("category", AutoString(), nullable=False),
        sa.Column("area", AutoString(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("evidence_kinds", sa.JSON(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("text_key", AutoString(), nullable=False),
        sa.Column("text_sha256", AutoString(), nullable=False),
        sa.Column("recorded_by", AutoString(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("inspection", "id"),
    )
    op.create_table(
        "letter",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("status", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("inspection", "status", "version"),
    )
    op.create_table(
        "outboxevent",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("event", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_outboxevent_inspection"), "outboxevent", ["inspection"], unique=False)
    op.create_index(op.f("ix_outboxevent_sent_at"), "outboxevent", ["sent_at"], unique=False)
    op.create_table(
        "sampledecision",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("draw_version", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("label", AutoString(), nullable=True),
        sa.Column("reason", AutoString(), nullable=True),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("second_approver", AutoString(), nullable=True),
        sa.Column("new_label", AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("inspection", "number"),
    )
    op.create_table(
        "sampledraw",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cohort_version", sa.Integer(), nullable=False),
        sa.Column("manifest_key", AutoString(), nullable=False),
        sa.Column("manifest_sha256", AutoString(), nullable=False),
        sa.Column("seed", AutoString(), nullable=False),
        sa.Column("tracked", sa.Integer(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", AutoString(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("inspection", "version"),
    )
    op.create_table(
        "statement",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("needed", sa.Boolean(), nullable=False),
        sa.Column("principal_authority", AutoString(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", AutoString(), nullable=True),
        sa.Column("sha256", AutoString(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("inspection"),
    )
    op.create_table(
        "timetablestep",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", AutoString(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working_day", sa.Integer(), nullable=False),
        sa.Column("explain", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("inspection", "step"),
    )
    op.create_table(
        "work",
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("subject", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", AutoString(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", AutoString(), nullable=True),
        sa.Column("owed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("kind", "subject"),
    )
    op.create_index(op.f("ix_work_inspection"), "work", ["inspection"], unique=False)
    op.create_index(op.f("ix_work_state"), "work", ["state"], unique=False)
    op.create_table(
        "correction",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("agency_id", AutoString(), nullable=False),
        sa.Column("finding_id", AutoString(), nullable=True),
        sa.Column("text_key", AutoString(), nullable=False),
        sa.Column("outcome", AutoString(), nullable=True),
        sa.Column("decided_by", AutoString(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_correction_inspection"), "correction", ["inspection"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("agency_id", AutoString(), nullable=True),
        sa.Column("person", AutoString(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_link_inspection"), "link", ["inspection"], unique=False)
    op.create_table(
        "request",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("agency_id", AutoString(), nullable=False),
        sa.Column("return_code", AutoString(), nullable=False),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", AutoString(), nullable=False),
        sa.Column("template_keys", sa.JSON(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("late_reason", AutoString(), nullable=True),
        sa.Column("late_until", sa.Date(), nullable=True),
        sa.Column("nil_declared_by", AutoString(), nullable=True),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_request_inspection"), "request", ["inspection"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("once", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("to_name", AutoString(), nullable=False),
        sa.Column("to_mailbox", AutoString(), nullable=False),
        sa.Column("agency_id", AutoString(), nullable=True),
        sa.Column("link_id", AutoString(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agency.id"],
        ),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["link.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("once"),
    )
    op.create_index(op.f("ix_notice_inspection"), "notice", ["inspection"], unique=False)
    op.create_table(
        "submission",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("request_id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("version_id", AutoString(), nullable=False),
        sa.Column("etag", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("extension", AutoString(), nullable=False),
        sa.Column("uploader", AutoString(), nullable=False),
        sa.Column("scanned", AutoString(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("verdict", AutoString(), nullable=True),
        sa.Column("rule_set", AutoString(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=True),
        sa.Column("queries", sa.Integer(), nullable=True),
        sa.Column("report_key", AutoString(), nullable=True),
        sa.Column("report_sha256", AutoString(), nullable=True),
        sa.Column("table_keys", sa.JSON(), nullable=False),
        sa.Column("across_key", AutoString(), nullable=True),
        sa.Column("across_found", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["inspection"],
            ["inspection.ref"],
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", "version_id"),
        sa.UniqueConstraint("request_id", "version"),
    )
    op.create_index(op.f("ix_submission_inspection"), "submission", ["inspection"], unique=False)
    op.create_index(op.f("ix_submission_request_id"), "submission", ["request_id"], unique=False)
    op.create_table(
        "uploadsession",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("request_id", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("extension", AutoString(), nullable=False),
        sa.Column("uploader", AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["request.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_uploadsession_request_id"), "uploadsession", ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_uploadsession_request_id"), table_name="uploadsession")
    op.drop_table("uploadsession")
    op.drop_index(op.f("ix_submission_request_id"), table_name="submission")
    op.drop_index(op.f("ix_submission_inspection"), table_name="submission")
    op.drop_table("submission")
    op.drop_index(op.f("ix_notice_inspection"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_request_inspection"), table_name="request")
    op.drop_table("request")
    op.drop_index(op.f("ix_link_inspection"), table_name="link")
    op.drop_table("link")
    op.drop_index(op.f("ix_correction_inspection"), table_name="correction")
    op.drop_table("correction")
    op.drop_index(op.f("ix_work_state"), table_name="work")
    op.drop_index(op.f("ix_work_inspection"), table_name="work")
    op.drop_table("work")
    op.drop_table("timetablestep")
    op.drop_table("statement")
    op.drop_table("sampledraw")
    op.drop_table("sampledecision")
    op.drop_index(op.f("ix_outboxevent_sent_at"), table_name="outboxevent")
    op.drop_index(op.f("ix_outboxevent_inspection"), table_name="outboxevent")
    op.drop_table("outboxevent")
    op.drop_table("letter")
    op.drop_table("finding")
    op.drop_table("cohort")
    op.drop_index(op.f("ix_agency_inspection"), table_name="agency")
    op.drop_table("agency")
    op.drop_index(
        "one_live_inspection_per_area_and_theme",
        table_name="inspection",
        postgresql_where=sa.text("stage NOT IN ('closed', 'cancelled')"),
    )
    op.drop_table("inspection")
    op.drop_table("audithead")
    op.drop_table("auditentry")
