"""Which rules of ours could not be run, for a return and across returns: until they are, a verdict is held."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COLUMNS = ("not_checked", "across_not_checked")


def upgrade() -> None:
    for column in _COLUMNS:
        op.add_column("checkresult", sa.Column(column, sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_column("checkresult", column)
