"""Who takes part in an inspection: its agencies with their contacts, and its team with the quality assurer."""

from dataclasses import dataclass

from sqlmodel import Session

from models.areas import Area
from models.england import world_today
from models.ids import agency_id, once_key
from models.refusals import Refusal
from models.roles import MUST_ACT, ROLE_LABELS, Role
from models.settings import settings
from models.tables import Agency, Inspection, Organisation, Person
from models.themes import AgencyKind, Theme
from models.words import hyphened, joined, plain
from tasks.inspection.document_items import listed_for
from tasks.people.letter_people import Addressed, address_letter
from tasks.people.notices import write_notice
from tasks.people.organisations import inspectorate, people_of, serving
from tasks.people.persons import Entered, add_person, give_role, person_of, programme, team_of


class AnnouncementError(Refusal):
    """The announcement cannot be made; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Team:
    """Who inspects, each by the reference of their person.

    Attributes:
        lead: the lead inspector.
        inspectors: everybody else of the team.
        assurer: who assures the quality of findings and letter, and is not in the team.
    """

    lead: str = ""
    inspectors: tuple[str, ...] = ()
    assurer: str = ""


def _made_up_names(place: Area, theme_: Theme) -> dict[AgencyKind, str]:
    """Return what a rehearsal calls the agencies of an area."""
    return {
        "local_authority": place.council_name,
        "police": place.police_name,
        "health": f"NHS integrated care board for {place.name}",
        "probation": f"Probation Service, {place.probation_region}",
        "education": f"Education and early years, {place.council_name}",
        "youth_justice": f"Youth justice service for {place.name}",
        "voluntary": f"{theme_.lists.services.capitalize()} in {place.name}",
        "marac": f"Marac co-ordinator for {place.name}",
        "ambulance": f"Ambulance service for {place.name}",
        "mental_health": f"Mental health trust for {place.name}",
    }


def take_part(session: Session, inspection: Inspection, place: Area, theme_: Theme, *, by: str) -> list[Agency]:
    """Store the agencies that a theme has in scope, with their contacts, and return them.

    A rehearsal makes them up. A real inspection takes the organisations that serve the area, several of a kind where
    there are several, each of which owes what its kind owes.

    Raises:
        AnnouncementError: an organisation or a contact is missing; the sentence says of which kinds, and the page on
            which to enter them.
    """
    if inspection.rehearsal:
        return _rehearsed(session, inspection, place, theme_, by=by)
    ready: dict[str, list[tuple[Organisation, list[Person]]]] = {}
    for organisation in serving(session, place.gss, inspection.announced):
        if people := people_of(session, organisation.id):
            ready.setdefault(organisation.kind.value, []).append((organisation, people))
    if missing := [plain(kind) for kind in theme_.in_scope if kind not in ready]:
        where = f"{settings().required('portal_url')}/people/areas/{place.gss}"
        raise AnnouncementError(
            f"{place.name} has no contact yet for {joined(missing)}. Enter the contacts at {where}."
        )
    agencies: list[Agency] = []
    for kind in theme_.in_scope:
        for number, (organisation, people) in enumerate(ready[kind], 1):
            agency = Agency(
                id=agency_id(inspection.ref, kind if number == 1 else f"{kind}_{number}"),
                inspection=inspection.ref,
                kind=kind,
                name=organisation.name,
                mailbox=organisation.mailbox,
                organisation_id=organisation.id,
            )
            session.add(agency)
            session.flush()
            agencies.append(agency)
            for person in people:
                role, ref = Role.OFFICER, inspection.ref
                give_role(session, person, role, by=by, from_day=world_today(), inspection=ref, agency_id=agency.id)
    return agencies


def _rehearsed(session: Session, inspection: Inspection, place: Area, theme_: Theme, *, by: str) -> list[Agency]:
    names = _made_up_names(place, theme_)
    agencies = [
        Agency(
            id=agency_id(inspection.ref, kind),
            inspection=inspection.ref,
            kind=kind,
            name=names[kind],
            mailbox=f"{hyphened(kind)}.{place.gss.lower()}@example.org",
            postal_address=f"Rehearsal House, 1 Example Street, {place.name}",
            web_address=f"https://example.org/{hyphened(kind)}",
        )
        for kind in theme_.in_scope
    ]
    session.add_all(agencies)
    session.flush()
    for agency in agencies:
        of_agency = Addressed("Made-up name", f"Head of {plain(agency.kind)}", agency=agency.id)
        address_letter(session, inspection.ref, of_agency, by=by)
        if agency.kind in MUST_ACT:
            _name_for_concerns(session, agency, place, by=by)
    return agencies


def _name_for_concerns(session: Session, agency: Agency, place: Area, *, by: str) -> None:
    """Make up who is named for immediate concerns at an agency of a rehearsal, and its director."""
    for role, names, job in ((Role.NAMED, _NAMED, "safeguarding lead"), (Role.DIRECTOR, _DIRECTORS, "director")):
        name = names[agency.kind]
        entered = Entered(name, f"{job}, {agency.name}", _made_up_address(name, place.gss))
        person = add_person(session, entered, by=by, made_up=True, chain=agency.inspection)
        ref = agency.inspection
        give_role(session, person, role, by=by, from_day=world_today(), inspection=ref, agency_id=agency.id)


def _made_up_address(name: str, gss: str) -> str:
    return f"{hyphened(name.lower().replace(' ', '.'))}.{gss.lower()}@example.org"


def form_team(session: Session, inspection: Inspection, theme_: Theme, team: Team, *, by: str) -> None:
    """Give the members of the team their roles; a rehearsal without a team gets one that is made up.

    Raises:
        AnnouncementError: nobody leads it, or nobody assures its quality.
        UnknownPersonError: nobody has one of the references.
        PersonError: the quality assurer is a member of the team.
    """
    if inspection.rehearsal and not team.lead:
        team = _made_up_team(session, inspection, theme_, by=by)
    for reference, role in ((team.lead, Role.LEAD), (team.assurer, Role.ASSURER)):
        if not reference:
            raise AnnouncementError(
                f"Choose a {ROLE_LABELS[role]}. People are entered at {settings().required('portal_url')}/people."
            )
    chosen = [(team.lead, Role.LEAD), *((each, Role.INSPECTOR) for each in dict.fromkeys(team.inspectors))]
    for reference, role in (*chosen, (team.assurer, Role.ASSURER)):
        # Whoever was chosen for both leads, and has no second role beside it.
        if role is Role.INSPECTOR and reference == team.lead:
            continue
        person = person_of(session, reference)
        if person.made_up and not inspection.rehearsal:
            raise AnnouncementError("A person who was made up for a rehearsal cannot take part in a real inspection.")
        # From the world's own day: the roles of a rehearsal must let in now, whatever its clock says.
        give_role(session, person, role, by=by, from_day=world_today(), inspection=inspection.ref)


_NAMED = {"local_authority": "Meg Doyle", "police": "Hana Brook"}
_DIRECTORS = {"local_authority": "Rosa Whitfield", "police": "Colin Marsh"}
_LEADS = ("Alex Lee", "Sam Okafor", "Priya Shah", "Tom Evans", "Ana Costa")


def _made_up_team(session: Session, inspection: Inspection, theme_: Theme, *, by: str) -> Team:
    """Make up the team of a rehearsal: one person for each inspectorate, the first leads; and a quality assurer."""
    references = []
    for name, each in zip(
        (*_LEADS[: len(theme_.inspectorates)], "Jo Bright"), (*theme_.inspectorates, ""), strict=True
    ):
        body = inspectorate(session, each or theme_.inspectorates[0], by=by)
        job = "quality assurer" if not each else "inspector"
        address = _made_up_address(name, inspection.area_gss)
        entered = Entered(name, f"{job}, {body.name}", address, organisation=body.id)
        references.append(add_person(session, entered, by=by, made_up=True, chain=inspection.ref).id)
    return Team(references[0], tuple(references[1:-1]), references[-1])


def tell_team(session: Session, inspection: Inspection) -> None:
    """Tell the team, the quality assurer, managers and oversight of the announcement, each with a way in (L12)."""
    for _, person in team_of(session, inspection.ref):
        once = once_key(inspection.ref, "team-announced")
        write_notice(session, "team_announced", person, once=once, inspection=inspection.ref)
    for role in ("manager", "oversight"):
        once = once_key(inspection.ref, "announced", role)
        if programme(session, Role(role)):
            write_notice(session, "inspection_announced", role, once=once, inspection=inspection.ref)


def tell_others(session: Session, agencies: list[Agency], theme_: Theme) -> None:
    """Tell the agencies that take part and owe no return; the others are told with their requests.

    One that is held is told once it is not; telling it again changes nothing.
    """
    owing = {request.agency for request in theme_.returns}
    for agency in agencies:
        if agency.kind not in owing and not agency.lacks:
            facts = {"documents": listed_for(session, agency.id)}
            write_notice(session, "in_scope", agency, once=once_key(agency.id, "in-scope"), sign_in=True, facts=facts)
