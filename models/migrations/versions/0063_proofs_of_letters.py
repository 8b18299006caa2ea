"""Each letter's proof is made with it and kept: the proof itself, and what its digests are of."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0063"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("proof_key", AutoString(), nullable=False, server_default=""))
    op.add_column("letter", sa.Column("openings_key", AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("letter", "openings_key")
    op.drop_column("letter", "proof_key")
