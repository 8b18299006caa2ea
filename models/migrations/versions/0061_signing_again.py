"""Links lead back to a page, the role of approver is gone, and organisations serve an area from a day."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("leads_to", AutoString(), nullable=False, server_default=""))
    op.add_column("serves", sa.Column("from_day", sa.Date(), nullable=True))
    # It never allowed anything that a data officer may not do, and no page gave it.
    op.execute("UPDATE membership SET role = 'officer' WHERE role = 'approver'")


def downgrade() -> None:
    op.drop_column("serves", "from_day")
    op.drop_column("link", "leads_to")
