"""The audit is only added to, its heads only move on; anchors of chains, and who has countersigned them."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_WRITTEN_ONCE = """
CREATE FUNCTION is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in % is written once: it is neither changed nor removed', TG_TABLE_NAME;
END $$
"""
_MOVES_ON = """
CREATE FUNCTION head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.inspection <> OLD.inspection OR NEW.number <> OLD.number + 1 THEN
        RAISE EXCEPTION 'the head of a chain moves on by one entry, and never back';
    END IF;
    RETURN NEW;
END $$
"""
_ONCE = ("auditentry", "anchor", "witness")


def upgrade() -> None:
    op.create_table(
        "anchor",
        sa.Column("inspection", AutoString(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("hash", AutoString(), nullable=False),
        sa.Column("at", AutoString(), nullable=False),
        sa.Column("key", AutoString(), nullable=False),
        sa.Column("signature", AutoString(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "witness",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), nullable=False, index=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("organisation", AutoString(), nullable=False),
        sa.Column("person_id", AutoString(), nullable=False),
        sa.Column("way", AutoString(), nullable=False),
        sa.Column("public_key", AutoString(), nullable=False, server_default=""),
        sa.Column("signature", AutoString(), nullable=False, server_default=""),
        sa.Column("at", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["inspection", "number"], ["anchor.inspection", "anchor.number"]),
    )
    op.execute(_WRITTEN_ONCE)
    op.execute(_MOVES_ON)
    for table in _ONCE:
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION is_written_once()"
        )
    for table in (*_ONCE, "audithead"):
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION is_written_once()"
        )
    op.execute("CREATE TRIGGER moves_on BEFORE UPDATE ON audithead FOR EACH ROW EXECUTE FUNCTION head_moves_on()")
    op.execute("CREATE TRIGGER written_once BEFORE DELETE ON audithead FOR EACH ROW EXECUTE FUNCTION is_written_once()")


def downgrade() -> None:
    for name in ("written_once", "moves_on", "never_emptied"):
        op.execute(f"DROP TRIGGER {name} ON audithead")
    for name in ("written_once", "never_emptied"):
        op.execute(f"DROP TRIGGER {name} ON auditentry")
    op.drop_table("witness")
    op.drop_table("anchor")
    op.execute("DROP FUNCTION head_moves_on()")
    op.execute("DROP FUNCTION is_written_once()")
