"""First pages tell people of an agency of more: the index of what they tell has it."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

BEFORE = (
    *("stage.moved", "request.moved", "accuracy.decided", "plan.sent", "plan.reviewed"),
    *("decision.confirmed", "decision.refused", "decision.lapsed"),
)
NOW = (
    *("stage.moved", "request.moved", "request.extended", "rule.waived", "documents.asked", "sampled-list.released"),
    *("accuracy.decided", "statement.determined", "plan.sent", "plan.reviewed", "plan.progress-asked", "plan.closed"),
    *("complaint.decided", "file.put-aside", "file.released"),
    *("decision.confirmed", "decision.refused", "decision.lapsed"),
)


def _index(actions: tuple[str, ...]) -> None:
    op.drop_index("happened", "auditentry")
    named = ", ".join(f"'{action}'" for action in actions)
    op.create_index("happened", "auditentry", ["at"], postgresql_where=sa.text(f"action IN ({named})"))


def upgrade() -> None:
    _index(NOW)


def downgrade() -> None:
    _index(BEFORE)
