"""What the malware scanner said of a submission: when, which scanner with which signatures, and what it found."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submission", sa.Column("scanned_by", AutoString(), nullable=True))
    op.add_column("submission", sa.Column("malware", AutoString(), nullable=True))


def downgrade() -> None:
    for name in ("malware", "scanned_by", "scanned_at"):
        op.drop_column("submission", name)
