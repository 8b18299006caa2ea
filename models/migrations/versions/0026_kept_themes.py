"""An inspection keeps the theme that it began with."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inspection", sa.Column("theme_mark", AutoString(), nullable=False, server_default=""))
    op.create_table(
        "kepttheme",
        sa.Column("inspection", AutoString(), nullable=False),
        sa.Column("sha256", AutoString(), nullable=False),
        sa.Column("written", AutoString(), nullable=False),
        sa.Column("resolved", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["inspection"], ["inspection.ref"]),
        sa.PrimaryKeyConstraint("inspection"),
    )


def downgrade() -> None:
    op.drop_table("kepttheme")
    op.drop_column("inspection", "theme_mark")
