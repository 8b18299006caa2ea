"""Files that came with what was not asked for, and the copies without it that are kept."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0052"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reducedfile",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("key", AutoString(), nullable=False, unique=True),
        sa.Column("sha256", AutoString(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("size", "columns", "sheets")),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("copy_key", "copy_version_id", "copy_sha256")),
        sa.Column("copy_size", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("noted_at", "due_at")),
        sa.Column("step", AutoString(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False, server_default="1"),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("lists", "tombstone")),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("certificate_key", "certificate_sha256")),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("reducedfile")
