"""A version of a return says what it is beside those before it; a file can wait for its sender to confirm it."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_KEY = ["request_id", "key", "version_id"]


def upgrade() -> None:
    op.add_column("submission", sa.Column("kind", AutoString(), nullable=True))
    op.add_column("submission", sa.Column("reason", AutoString(), nullable=True))
    op.add_column("submission", sa.Column("again_of", sa.Integer(), nullable=True))
    op.add_column("uploadsession", sa.Column("reason", AutoString(), nullable=True))
    # The release before knows no file that waits for its sender: what it opens awaits nobody.
    op.add_column("uploadsession", sa.Column("awaits_sender", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("uploadsession", sa.Column("same_as", AutoString(), nullable=True))
    # The index before the constraint goes: at no moment may one arrival become two versions.
    op.create_index(
        "one_version_per_arrival", "submission", _KEY, unique=True, postgresql_where=sa.text("again_of IS NULL")
    )
    op.drop_constraint("submission_request_id_key_version_id_key", "submission", type_="unique")


def downgrade() -> None:
    # Where a version uses another one again this fails, and nothing goes back: a row of a return is never given up.
    op.create_unique_constraint("submission_request_id_key_version_id_key", "submission", _KEY)
    op.drop_index("one_version_per_arrival", "submission")
    for name in ("same_as", "awaits_sender", "reason"):
        op.drop_column("uploadsession", name)
    for name in ("again_of", "reason", "kind"):
        op.drop_column("submission", name)
