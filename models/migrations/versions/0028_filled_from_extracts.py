"""An upload that we filled says what of it is filled and what is missing; agencies keep mappings of headers."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploadsession", sa.Column("filled", sa.JSON(), nullable=True))
    op.create_table(
        "keptmapping",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), nullable=False, index=True),
        sa.Column("organisation_id", AutoString(), sa.ForeignKey("organisation.id"), nullable=True, index=True),
        sa.Column("return_code", AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("made_by", AutoString(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", AutoString(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
    )


def downgrade() -> None:
    op.drop_table("keptmapping")
    op.drop_column("uploadsession", "filled")
