"""An inspection keeps the ids of its keys, the first until now; wrong attempts are found quickly in the audit."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_NAMES = ("seed_key", "pseudonym_key")


def upgrade() -> None:
    for name in _NAMES:
        # The release before has one key alone, and gives no id.
        op.add_column("inspection", sa.Column(name, AutoString(), nullable=False, server_default="first"))
    where = sa.text("action = 'attempt.refused'")
    op.create_index("refused_attempts", "auditentry", ["subject", "at"], postgresql_where=where)


def downgrade() -> None:
    op.drop_index("refused_attempts", "auditentry")
    for name in _NAMES:
        op.drop_column("inspection", name)
