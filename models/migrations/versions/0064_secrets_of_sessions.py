"""Each further sign-in gives a session another secret: the digest of the part that it replaces."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("signin", sa.Column("renewed", AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("signin", "renewed")
