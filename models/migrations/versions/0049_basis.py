"""Before data is asked for, its legal basis, controller and agreement are on record."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "datasharing",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("organisation_id", AutoString(), sa.ForeignKey("organisation.id"), nullable=False, index=True),
        sa.Column("controller", AutoString(), nullable=False),
        sa.Column("contact_id", AutoString(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("instrument", AutoString(), nullable=False),
        sa.Column("title", AutoString(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("entered_by", AutoString(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
    )
    # Whoever was asked before this release was asked: nothing of theirs waits.
    op.add_column("agency", sa.Column("lacks", AutoString(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("agency", "lacks")
    op.drop_table("datasharing")
