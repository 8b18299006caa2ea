"""A notice has a state on its way: waiting, sending, sent, delivered, failed or bounced."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)
_TEXTS = ("channel", "channel_id", "lease", "address_mark")


def upgrade() -> None:
    op.add_column("notice", sa.Column("delivery", AutoString(), nullable=False, server_default="waiting"))
    for name in _TEXTS:
        op.add_column("notice", sa.Column(name, AutoString(), nullable=False, server_default=""))
    op.add_column("notice", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("notice", sa.Column("not_before", _NOW, nullable=False, server_default=sa.func.now()))
    op.add_column("notice", sa.Column("lease_until", _NOW))
    op.add_column("notice", sa.Column("fault", AutoString()))
    op.create_index("ix_notice_delivery", "notice", ["delivery"])
    # What was shown in the outbox until now stays there: nobody gets a notice of long ago.
    op.execute("UPDATE notice SET delivery = 'kept' WHERE sent_at IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_notice_delivery", "notice")
    for name in (*_TEXTS, "delivery", "attempts", "not_before", "lease_until", "fault"):
        op.drop_column("notice", name)
