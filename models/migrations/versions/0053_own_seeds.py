"""Each inspection that is announced from now on has a key of its own for its seeds, which its letter reveals."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What was announced before goes on by the key under which its seeds were committed to.
    op.add_column("inspection", sa.Column("own_seeds", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("inspection", "own_seeds")
