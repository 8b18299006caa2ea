"""What is typed into a finding or a paragraph is kept as notes are, before it is a version."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "keptwriting",
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("id", "person_id", "device", "about")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("version", "sequence", "characters")),
        sa.Column("settled", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("begun_at", "changed_at")),
        sa.PrimaryKeyConstraint("inspection", "id"),
    )


def downgrade() -> None:
    op.drop_table("keptwriting")
