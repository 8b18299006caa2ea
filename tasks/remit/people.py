"""Who may write to another inspectorate on its remit, to whom, and who reads it."""

from dataclasses import dataclass

from sqlmodel import Session

from models.roles import TEAM_ROLES, Role
from models.states import OrganisationKind
from models.tables import Organisation, Person, RemitConcern
from tasks.people.persons import members, programme


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody of another inspectorate to whom a concern can be written: they can sign in and read it."""

    person: str
    name: str
    body: str


def body_of(session: Session, person_id: str) -> str:
    """Return the name of the inspectorate that a person is of; empty for whoever is of none."""
    person = session.get(Person, person_id)
    if person is None or not person.organisation_id:
        return ""
    body = session.get_one(Organisation, person.organisation_id)
    return body.name if body.kind == OrganisationKind.INSPECTORATE else ""


def receivers(session: Session, ref: str, from_body: str) -> list[Receiver]:
    """Return those of other inspectorates who have a role in an inspection, or in the programme, by body and name."""
    people = [person for _, person in members(session, ref, *TEAM_ROLES, Role.ASSURER)]
    people += programme(session, Role.MANAGER)
    # By reference: a manager who is in the team as well is listed once.
    listed = {each.id: Receiver(each.id, each.name, body_of(session, each.id)) for each in people}
    others = [each for each in listed.values() if each.body and each.body != from_body]
    return sorted(others, key=lambda each: (each.body, each.name))


def may_read(session: Session, row: RemitConcern, person_id: str) -> bool:
    """Return whether somebody may read a concern: people of the body that wrote it, and once sent whom it is to."""
    if row.sent_at is not None and row.person_id == person_id:
        return True
    return body_of(session, person_id) == row.from_body
