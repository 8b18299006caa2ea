"""Sessions get another secret, a provider is asked again what is so of a person, and first pages tell what happened."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

_MOMENTS = (("signin", "claims_at"), ("signin", "asked_at"), ("person", "claims_at"))


def upgrade() -> None:
    op.add_column("signin", sa.Column("renewed", AutoString(), nullable=False, server_default=""))
    for table, column in _MOMENTS:
        op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    # As the actions were when this was written: what is told of later gets an index of its own.
    happened = (
        "action IN ('stage.moved', 'request.moved', 'accuracy.decided', 'plan.sent', 'plan.reviewed', "
        "'decision.confirmed', 'decision.refused', 'decision.lapsed')"
    )
    op.create_index("happened", "auditentry", ["at"], postgresql_where=sa.text(happened))
    # Roles from claims let in for a while longer, until their people have signed in again.
    op.execute("UPDATE person SET claims_at = now() WHERE subject <> ''")


def downgrade() -> None:
    op.drop_index("happened", "auditentry")
    for table, column in reversed(_MOMENTS):
        op.drop_column(table, column)
    op.drop_column("signin", "renewed")
