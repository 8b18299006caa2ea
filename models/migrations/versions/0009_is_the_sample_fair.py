"""Of each draw, where its coverage report lies and which gaps it tells."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sampledraw", sa.Column("coverage_key", AutoString(), nullable=True))
    op.add_column("sampledraw", sa.Column("coverage_sha256", AutoString(), nullable=True))
    # The default stays for as long as the release before may still write draws.
    op.add_column("sampledraw", sa.Column("gaps", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("sampledraw", "gaps")
    op.drop_column("sampledraw", "coverage_sha256")
    op.drop_column("sampledraw", "coverage_key")
