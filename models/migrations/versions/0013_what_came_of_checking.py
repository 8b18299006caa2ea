"""What came of checking a return leaves the row of its arrival for one of its own.

The release before knows one table, this one knows two. Until the columns go, in a release after this one, triggers keep
both the same, whoever writes: an arrival of the release before gets its result, at the latest when its transaction
ends; what either release writes of a result is written in the other's place as well.
"""

from string import Template

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_COLUMNS = (
    *("scanned", "scanned_at", "scanned_by", "malware", "verdict", "decided_at", "rule_set", "rows", "errors"),
    *("queries", "left_out", "also", "explained", "report_key", "report_sha256", "table_keys", "places_key"),
    *("since_key", "across_key", "across_found"),
)
_COPY = "INSERT INTO checkresult (submission_id, $list) SELECT id, $list FROM submission"
# A trigger that another one woke has nothing to copy back.
_FUNCTIONS = (
    """
CREATE FUNCTION result_of_arrival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO checkresult (submission_id, $list) VALUES (NEW.id, $new) ON CONFLICT (submission_id) DO NOTHING;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION result_of_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        INSERT INTO checkresult (submission_id, $list) VALUES (NEW.id, $new)
        ON CONFLICT (submission_id) DO UPDATE SET $excluded;
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION submission_of_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() = 1 THEN
        UPDATE submission SET $same WHERE id = NEW.submission_id;
    END IF;
    RETURN NULL;
END $$
""",
)
_TRIGGERS = (
    "CREATE CONSTRAINT TRIGGER result_of_arrival AFTER INSERT ON submission DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION result_of_arrival()",
    "CREATE TRIGGER result_of_submission AFTER UPDATE OF $list ON submission "
    "FOR EACH ROW EXECUTE FUNCTION result_of_submission()",
    "CREATE TRIGGER submission_of_result AFTER INSERT OR UPDATE ON checkresult "
    "FOR EACH ROW EXECUTE FUNCTION submission_of_result()",
)


def _filled(statement: str) -> str:
    """Return a statement with the columns that move; the dollars of a function's body stay."""
    columns = {
        "list": ", ".join(_COLUMNS),
        "new": ", ".join(f"NEW.{name}" for name in _COLUMNS),
        "same": ", ".join(f"{name} = NEW.{name}" for name in _COLUMNS),
        "excluded": ", ".join(f"{name} = EXCLUDED.{name}" for name in _COLUMNS),
    }
    return Template(statement.replace("$$", "$$$$")).substitute(columns)


def upgrade() -> None:
    op.create_table(
        "checkresult",
        sa.Column("submission_id", AutoString(), nullable=False),
        sa.Column("scanned", AutoString(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scanned_by", AutoString(), nullable=True),
        sa.Column("malware", AutoString(), nullable=True),
        sa.Column("verdict", AutoString(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rule_set", AutoString(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("errors", sa.Integer(), nullable=True),
        sa.Column("queries", sa.Integer(), nullable=True),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("explained", sa.Integer(), nullable=False),
        sa.Column("report_key", AutoString(), nullable=True),
        sa.Column("report_sha256", AutoString(), nullable=True),
        sa.Column("table_keys", sa.JSON(), nullable=False),
        sa.Column("places_key", AutoString(), nullable=True),
        sa.Column("since_key", AutoString(), nullable=True),
        sa.Column("across_key", AutoString(), nullable=True),
        sa.Column("across_found", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("submission_id"),
    )
    # No write of the release before comes between the copy and the triggers.
    op.execute("LOCK TABLE submission IN SHARE ROW EXCLUSIVE MODE")
    op.execute(_filled(_COPY))
    op.alter_column("submission", "scanned", server_default="not scanned")
    op.alter_column("submission", "table_keys", server_default="[]")
    for statement in (*_FUNCTIONS, *_TRIGGERS):
        op.execute(_filled(statement))


def downgrade() -> None:
    op.execute("DROP TRIGGER result_of_submission ON submission")
    op.execute("DROP TRIGGER result_of_arrival ON submission")
    op.drop_table("checkresult")
    for name in ("result_of_arrival", "result_of_submission", "submission_of_result"):
        op.execute(f"DROP FUNCTION {name}()")
    op.alter_column("submission", "table_keys", server_default=None)
    op.alter_column("submission", "scanned", server_default=None)
