"""People have names, organisations, roles and sessions; what needs two people waits for the second."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_NOW = sa.DateTime(timezone=True)


def _text(name: str, *, empty: bool = True) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False, server_default="" if empty else None)


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", AutoString(), primary_key=True),
        _text("kind", empty=False),
        _text("name", empty=False),
        _text("code"),
        _text("code_source"),
        sa.Column("code_checked", sa.Date()),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("successor_id", AutoString(), sa.ForeignKey("organisation.id")),
        _text("mailbox"),
    )
    op.create_table(
        "serves",
        sa.Column("organisation_id", AutoString(), sa.ForeignKey("organisation.id"), primary_key=True),
        sa.Column("area_gss", AutoString(), primary_key=True),
    )
    op.create_table(
        "person",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("organisation_id", AutoString(), sa.ForeignKey("organisation.id"), index=True),
        _text("name", empty=False),
        _text("job"),
        sa.Column("address", AutoString(), nullable=False, server_default="", index=True),
        _text("telephone"),
        _text("issuer"),
        sa.Column("subject", AutoString(), nullable=False, server_default="", index=True),
        sa.Column("proven", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("made_up", sa.Boolean(), nullable=False, server_default=sa.false()),
        _text("entered_by"),
        sa.Column("entered_at", _NOW, nullable=False),
        sa.Column("ended_at", _NOW),
    )
    op.create_table(
        "membership",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("person_id", AutoString(), sa.ForeignKey("person.id"), nullable=False, index=True),
        _text("role", empty=False),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), index=True),
        sa.Column("agency_id", AutoString(), sa.ForeignKey("agency.id"), index=True),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date()),
        _text("given_by", empty=False),
        sa.Column("given_at", _NOW, nullable=False),
        sa.Column("ended_at", _NOW),
        _text("ended_by"),
    )
    op.create_table(
        "signin",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("person_id", AutoString(), sa.ForeignKey("person.id"), nullable=False, index=True),
        _text("way", empty=False),
        sa.Column("acts_as", AutoString(), sa.ForeignKey("membership.id")),
        *(sa.Column(name, _NOW, nullable=False) for name in ("began_at", "seen_at", "proven_at", "expires_at")),
        sa.Column("ended_at", _NOW),
    )
    op.create_table(
        "proposal",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("inspection", AutoString(), sa.ForeignKey("inspection.ref"), nullable=False, index=True),
        *(_text(name, empty=False) for name in ("act", "subject")),
        sa.Column("values", sa.JSON(), nullable=False),
        _text("asked_by", empty=False),
        *(sa.Column(name, _NOW, nullable=False) for name in ("asked_at", "lapses_at")),
        sa.Column("answer", AutoString()),
        _text("answered_by"),
        sa.Column("answered_at", _NOW),
    )
    op.create_table(
        "warrant",
        sa.Column("id", AutoString(), primary_key=True),
        sa.Column("person_id", AutoString(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("sign_in_id", AutoString(), sa.ForeignKey("signin.id"), nullable=False),
        _text("deployment", empty=False),
        sa.Column("made_at", _NOW, nullable=False),
        _text("run"),
    )
    op.add_column("agency", sa.Column("organisation_id", AutoString(), sa.ForeignKey("organisation.id"), nullable=True))
    op.add_column("inspection", sa.Column("paused_from", AutoString(), nullable=True))
    op.add_column("inspection", sa.Column("paused_on", sa.Date(), nullable=True))
    op.add_column("timetablestep", sa.Column("day_before", sa.Date(), nullable=True))
    for table in ("link", "notice"):
        op.add_column(table, sa.Column("person_id", AutoString(), sa.ForeignKey("person.id"), nullable=True))
        op.create_index(f"ix_{table}_person_id", table, ["person_id"])
        # A person of the programme is told and let in without an inspection.
        op.alter_column(table, "inspection", nullable=True)
    _people_of_before()


def _people_of_before() -> None:
    """Move the names of lead inspectors to the people; an inspection refers to its people and holds no name."""
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "INSERT INTO person (id, name, proven, entered_by, entered_at) SELECT 'P-' || upper(substr(md5(ref), 1, 8)),"
            " lead_inspector, false, 'the release before', created_at FROM inspection"
        )
    )
    connection.execute(
        sa.text(
            "INSERT INTO membership (id, person_id, role, inspection, from_day, given_by, given_at) SELECT"
            " 'M-' || upper(substr(md5(ref), 1, 8)), 'P-' || upper(substr(md5(ref), 1, 8)), 'lead_inspector', ref,"
            " created_at::date, 'the release before', created_at FROM inspection"
        )
    )
    op.alter_column("inspection", "lead_inspector", server_default="")
    connection.execute(sa.text("UPDATE inspection SET lead_inspector = ''"))


def downgrade() -> None:
    connection = op.get_bind()
    connection.execute(
        sa.text(
            "UPDATE inspection SET lead_inspector = person.name FROM membership JOIN person ON person.id = "
            "membership.person_id WHERE membership.inspection = inspection.ref AND membership.role = 'lead_inspector'"
        )
    )
    op.alter_column("inspection", "lead_inspector", server_default=None)
    for table in ("notice", "link"):
        op.drop_index(f"ix_{table}_person_id", table)
        op.drop_column(table, "person_id")
    op.drop_column("agency", "organisation_id")
    op.drop_column("timetablestep", "day_before")
    op.drop_column("inspection", "paused_on")
    op.drop_column("inspection", "paused_from")
    for table in ("warrant", "proposal", "signin", "membership", "person", "serves", "organisation"):
        op.drop_table(table)
