"""An inspection keeps the ids of the keys under which it was announced; all until now were under the first."""

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


def downgrade() -> None:
    for name in _NAMES:
        op.drop_column("inspection", name)
