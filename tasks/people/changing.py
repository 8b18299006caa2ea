"""What changes of a person who is entered: their name, what they do, for whom, and that they have left."""

from sqlmodel import Session, col, select

from models.roles import ORGANISATION_ROLES
from models.tables import Agency, Link, Membership, Organisation, Person
from models.tables.base import utc_now
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME, PersonError, check_job, check_name, end_links, end_role
from tasks.people.sessions import end_all


def correct_details(
    session: Session, person: Person, *, name: str, job: str, organisation: str | None, by: str
) -> None:
    """Change a person's name, what they do and for whom they work; the audit has their reference alone.

    Whoever works for another organisation keeps no role in agencies of the one before, nor is named for concerns there.

    Raises:
        PersonError: the name is missing or stands for somebody at a shared mailbox, or there is no such organisation.
        TooLongError: what they do is longer than is kept.
    """
    checked = check_name(name)
    if not person.proven and checked != person.name:
        # By this name whoever comes by the mailbox again is known again.
        raise PersonError(
            "This name was given at a shared mailbox and stays. Enter the person with an address of their own.",
            field="name",
        )
    if organisation is not None and session.get(Organisation, organisation) is None:
        raise PersonError("Choose an organisation from the list.", field="organisation")
    person.name, person.job = checked, check_job(job)
    if organisation != person.organisation_id:
        _end_roles_elsewhere(session, person, organisation, by=by)
        person.organisation_id = organisation
    session.add(person)
    audit.append(session, PROGRAMME, actor=by, action="person.corrected", subject=person.id)


def _end_roles_elsewhere(session: Session, person: Person, own: str | None, *, by: str) -> None:
    """End the roles that somebody has for another organisation; those in a team and in the programme stay."""
    for row in live_roles(session, person):
        agency = session.get_one(Agency, row.agency_id) if row.agency_id else None
        if agency or row.role in ORGANISATION_ROLES:
            body = agency.organisation_id if agency else person.organisation_id
            if body != own:
                end_role(session, row.id, by=by)


def live_roles(session: Session, person: Person) -> list[Membership]:
    """Return the roles of a person that nobody has ended."""
    query = select(Membership).where(Membership.person_id == person.id, col(Membership.ended_at).is_(None))
    return list(session.exec(query.order_by(Membership.id)))


def leave(session: Session, person: Person, *, by: str) -> None:
    """Record that a person works here no more: roles, sessions and links end at once, and nobody chooses them again.

    What they did keeps their reference and name.

    Raises:
        PersonError: somebody says it of themselves.
    """
    if person.id in by:
        raise PersonError("Ask another programme manager to record that you have left.")
    for row in live_roles(session, person):
        end_role(session, row.id, by=by)
    end_all(session, person.id, by=by)
    end_links(session, col(Link.person_id) == person.id)
    person.ended_at = utc_now()
    session.add(person)
    audit.append(session, PROGRAMME, actor=by, action="person.left", subject=person.id)
