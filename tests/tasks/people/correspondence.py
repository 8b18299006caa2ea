"""A live inspection whose people have addresses that could be real, and notices to them."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select, update

from models.roles import ORGANISATION_ROLES, Role
from models.states import OrganisationKind
from models.tables import Agency, AuditEntry, Inspection, Notice, Person
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.notices import write_notice
from tasks.people.organisations import add_organisation
from tasks.people.persons import Entered, add_person, correct_contact, give_role

REF = "reading-domestic-abuse-2024-20250224"
POLICE = f"{REF}/police"
MAILBOX = "inspections@police.jtai-area.uk"
BY = "operator: test"
DUE = "5pm on Wednesday 26 February 2025"
FACTS: dict[str, Any] = {"return": "POL-1", "agency": "Thames Valley Police", "due": DUE}


def inspection(*, rehearsal: bool = False) -> None:
    """Keep an inspection of Reading with a police force, a lead inspector and a programme manager."""
    with transaction() as session:
        session.add(
            Inspection(
                ref=REF,
                area_gss="E06000038",
                area_name="Reading",
                theme_id="domestic-abuse-2024",
                theme_version=1,
                announced=date(2025, 2, 24),
                rehearsal=rehearsal,
                seed_digest="0" * 64,
            )
        )
        session.flush()
        body = add_organisation(session, OrganisationKind.POLICE, "Thames Valley Police", by=BY).id
        session.add(
            Agency(
                id=POLICE,
                inspection=REF,
                kind="police",
                name="Thames Valley Police",
                mailbox=MAILBOX,
                organisation_id=body,
            )
        )
    person("Lena Lead", "lena@inspect.jtai-area.uk", Role.LEAD)
    person("Mo Manager", "mo@inspect.jtai-area.uk", Role.MANAGER, inspection=None)


def person(name: str, address: str, role: Role, *, inspection: str | None = REF, agency: str | None = None) -> str:
    """Enter a person with a role and return their reference."""
    with transaction() as session:
        # Somebody named for concerns is so within their own organisation.
        body = session.get_one(Agency, POLICE).organisation_id if role in ORGANISATION_ROLES else None
        row = add_person(session, Entered(name, "", address, "0118 496 0000", body), by=BY)
        give_role(session, row, role, by=BY, from_day=date(2020, 1, 1), inspection=inspection, agency_id=agency)
        return row.id


def officer(name: str, address: str) -> str:
    """Enter a contact of the police and return their reference."""
    return person(name, address, Role.OFFICER, agency=POLICE)


def remind(once: str = "r1") -> None:
    """Write a reminder to the police."""
    with transaction() as session:
        write_notice(session, "reminder", session.get_one(Agency, POLICE), once=once, sign_in=True, facts=FACTS)


def rows(*kinds: str) -> list[Notice]:
    """Return the notices of some kinds, or all, as they were written."""
    with transaction() as session:
        query = select(Notice).order_by(col(Notice.written_at), Notice.id)
        return [row for row in session.exec(query) if not kinds or row.kind in kinds]


def states(*kinds: str) -> list[str]:
    """Return where notices stand."""
    return [row.delivery.value for row in rows(*kinds)]


def hurry() -> None:
    """Let every pause be over, and every lease."""
    past = utc_now() - timedelta(seconds=1)
    with transaction() as session:
        session.execute(update(Notice).values(not_before=past))
        session.execute(update(Notice).where(col(Notice.lease_until).is_not(None)).values(lease_until=past))


def correct(reference: str, address: str) -> None:
    """Change a person's address."""
    with transaction() as session:
        correct_contact(session, session.get_one(Person, reference), address=address, telephone="", by=BY)


def audited() -> list[dict[str, Any]]:
    """Return the facts of every entry about a notice, in order."""
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.action == "notice.moved")
        return [row.facts for row in sorted(session.exec(query), key=lambda row: (row.inspection, row.number))]
