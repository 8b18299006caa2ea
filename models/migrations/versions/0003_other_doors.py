"""Other doors for files: tokens of agencies' programs, and why a file that arrived could no longer be taken."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploadsession", sa.Column("refused", AutoString(), nullable=True))
    op.create_table(
        "apitoken",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("agency_id", AutoString(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("made_by", AutoString(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"]),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_apitoken_inspection"), "apitoken", ["inspection"], unique=False)


def downgrade() -> None:
    op.drop_table("apitoken")
    op.drop_column("uploadsession", "refused")
