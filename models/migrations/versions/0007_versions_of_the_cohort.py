"""Versions of the cohort: what each was made of, what changed, and who decided what about it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Nothing could change after the freezing until now, so each cohort was made of what is accepted.
_MADE_OF = """
    UPDATE cohort SET inputs = coalesce((
        SELECT json_agg(json_build_object('request', r.id, 'code', r.return_code, 'submission', s.id,
                                          'version', s.version, 'sha256', s.sha256, 'rows', coalesce(s.rows, 0))
                        ORDER BY r.return_code)
        FROM request r JOIN submission s ON s.request_id = r.id AND s.version = r.current_version
        WHERE r.inspection = cohort.inspection AND r.state IN ('accepted', 'queried') AND r.return_code <> 'EVAL'
    ), '[]')
"""


def upgrade() -> None:
    op.add_column("request", sa.Column("admitted", sa.Integer(), nullable=True))
    # The defaults stay for as long as the release before may still write cohorts.
    op.add_column("cohort", sa.Column("inputs", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("cohort", sa.Column("changes", sa.JSON(), nullable=False, server_default="{}"))
    op.execute(_MADE_OF)
    op.create_table(
        "cohortdecision",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", AutoString(), nullable=False),
        sa.Column("cohort_version", sa.Integer(), nullable=False),
        sa.Column("draw_version", sa.Integer(), nullable=True),
        sa.Column("request_id", AutoString(), nullable=True),
        sa.Column("reason", AutoString(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.PrimaryKeyConstraint("inspection", "number"),
    )


def downgrade() -> None:
    op.drop_table("cohortdecision")
    op.drop_column("cohort", "changes")
    op.drop_column("cohort", "inputs")
    op.drop_column("request", "admitted")
