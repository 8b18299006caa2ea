"""Victims and perpetrators of a cohort, and the children whom each concerns: where their tables lie."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("adults_key", "adult_children_key"):
        op.add_column("cohort", sa.Column(name, AutoString(), nullable=True))


def downgrade() -> None:
    for name in ("adult_children_key", "adults_key"):
        op.drop_column("cohort", name)
