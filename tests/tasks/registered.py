"""The people that a real inspection needs: organisations with contacts, a team, and people of the programme."""

from datetime import date

from models.roles import Role
from models.states import Instrument, OrganisationKind
from models.tables import Organisation
from models.themes import theme
from tasks.basis.recording import EnteredSharing, record_sharing
from tasks.ground.database import transaction
from tasks.inspection.taking_part import Team
from tasks.people.organisations import add_organisation, inspectorate
from tasks.people.persons import Entered, add_person, give_role, person_of

BY = "operator: test"
FROM = date(2020, 1, 1)


def entered(name: str, organisation: str | None = None, job: str = "") -> str:
    """Enter a person with an address of their own and return their reference."""
    address = f"{name.lower().replace(' ', '.')}@example.com"
    with transaction() as session:
        return add_person(session, Entered(name, job, address, "01632 960000", organisation), by=BY).id


def with_role(name: str, role: Role) -> str:
    """Enter a person of the programme and return their reference."""
    reference = entered(name)
    with transaction() as session:
        give_role(session, person_of(session, reference), role, by=BY, from_day=FROM)
    return reference


def with_contacts(gss: str, theme_id: str = "domestic-abuse-2024", *, without: str = "") -> None:
    """Enter an organisation with one contact for each kind of agency in a theme's scope, but for one kind."""
    for kind in theme(theme_id).in_scope:
        if kind != without:
            with_organisation(gss, kind, f"{kind} of {gss}", f"Contact of {kind} in {gss}")


def with_organisation(gss: str, kind: str, name: str, *people: str, shares: bool = True) -> str:
    """Enter an organisation that serves an area, with its contacts and what it shares data by, and return its id."""
    with transaction() as session:
        body = add_organisation(session, OrganisationKind(kind), name, by=BY, areas=(gss,)).id
    contacts = [entered(person, body) for person in people]
    if contacts and shares:
        sharing(body, contacts[0])
    return body


def sharing(organisation: str, contact: str, *, from_day: date = FROM, until_day: date | None = None) -> str:
    """Enter an agreement with an organisation, and return the id of its record."""
    agreed = EnteredSharing("The controller", contact, Instrument.AGREEMENT, "DSA 2020/1", from_day, until_day)
    with transaction() as session:
        return record_sharing(session, session.get_one(Organisation, organisation), agreed, by=BY).id


def team() -> Team:
    """Enter a team of three and return it."""
    with transaction() as session:
        body = inspectorate(session, "Ofsted", by=BY).id
    lead, inspector, assurer = (entered(name, body) for name in ("Lena Lead", "Ivo Inspector", "Quinn Quality"))
    return Team(lead, (inspector,), assurer)
