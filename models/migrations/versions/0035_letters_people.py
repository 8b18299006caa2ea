"""A letter has addressees, signatories and evidence apart; a person determines the written statement."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "addressee",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("office", AutoString(), nullable=False),
        sa.Column("body", AutoString(), nullable=False),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), nullable=True),
        sa.Column("entered_by", AutoString(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", AutoString(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "signatory",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspectorate", AutoString(), nullable=False, index=True),
        sa.Column("name", AutoString(), nullable=False),
        sa.Column("office", AutoString(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("entered_by", AutoString(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.add_column("letter", sa.Column("evidence_keys", sa.JSON(), nullable=False, server_default="[]"))
    agency = sa.ForeignKey("agency.id")
    op.add_column("statement", sa.Column("authority_agency", AutoString(), agency, nullable=True))
    op.add_column("statement", sa.Column("published_on", sa.Date(), nullable=True))
    for name in ("send_to", "due_reason", "decided_by", "confirmed_by"):
        op.add_column("statement", sa.Column(name, AutoString(), nullable=False, server_default=""))
    # Until now the council was the authority always, and a row came with the publication, on the day that was planned.
    op.execute("UPDATE statement SET authority_agency = inspection || '/local_authority'")
    op.execute(
        "UPDATE statement SET published_on = (SELECT day FROM timetablestep "
        "WHERE timetablestep.inspection = statement.inspection AND step = 'publication')"
    )


def downgrade() -> None:
    for name in ("confirmed_by", "decided_by", "due_reason", "send_to", "published_on", "authority_agency"):
        op.drop_column("statement", name)
    op.drop_column("letter", "evidence_keys")
    op.drop_table("signatory")
    op.drop_table("addressee")
