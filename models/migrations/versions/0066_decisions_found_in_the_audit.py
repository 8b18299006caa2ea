"""Decisions are found in the audit by their action, however much else it records."""

from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("entries_by_action", "auditentry", ["action", "inspection", "number"])


def downgrade() -> None:
    op.drop_index("entries_by_action", "auditentry")
