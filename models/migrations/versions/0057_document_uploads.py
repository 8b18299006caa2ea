"""Programs put documents straight into the store, each by a permission; an unanswered concern goes to a director."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0057"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "documentupload",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("item_id", AutoString(), sa.ForeignKey("documentitem.id"), nullable=False, index=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("uploader", AutoString(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("refused", AutoString(), nullable=True),
    )
    op.add_column("concernreceipt", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("concernreceipt", "escalated_at")
    op.drop_table("documentupload")
