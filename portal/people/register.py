"""The pages of people: who works with us, in which role, and whom an announcement in an area tells."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import Session, col, select
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from models.areas import UnknownAreaError, area, areas
from models.england import world_today
from models.icbs import ALL_OF_2022, icbs
from models.refusals import Mistake, Refusal
from models.roles import AGENCY_ROLES, ORGANISATION_ROLES, PROGRAMME_ROLES, ROLE_LABELS, Act, Role
from models.states import OrganisationKind
from models.tables import Inspection, Membership, Organisation, Person
from models.themes import inspectorates
from models.words import long, plain
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import acting, programme_who_may
from tasks.basis.standing import organisation_standing
from tasks.ground.database import transaction
from tasks.people import sessions
from tasks.people.changing import correct_details, leave
from tasks.people.organisations import (
    NOT_INSPECTED,
    OrganisationCode,
    add_organisation,
    add_to_area,
    board,
    bodies_of,
    coming,
    inspectorate,
    known_names,
    lacks_code,
    people_of,
    registered_code,
    serving,
    succeed,
)
from tasks.people.persons import (
    Entered,
    UnknownPersonError,
    add_person,
    correct_contact,
    end_role,
    give_role,
    person_of,
)
from tasks.people.sessions import SignedIn

router = APIRouter(prefix="/people")


Keeper = Annotated[SignedIn, Depends(programme_who_may(Act.KEEP_PEOPLE))]
"""Keeps the register of people."""


@router.get("")
def listed(request: Request, _: Keeper, organisation: str = "") -> Response:
    """Show everybody, and the form for one more, who may be of a named organisation."""
    return _listed(request, entered={"organisation": organisation})


@router.post("/list")
def some(request: Request, _: Keeper, form: Form) -> Response:
    """Show or download the people who are wanted."""
    return _listed(request, wanted=wanted_in(form))


def _columns(bodies: Mapping[str, str]) -> tuple[ListingColumn[Person], ...]:
    return (
        ListingColumn("name", "Name", lambda person: person.name),
        ListingColumn("reference", "Reference", lambda person: person.id),
        ListingColumn("job", "What they do", lambda person: person.job),
        ListingColumn(
            "organisation",
            "Organisation",
            lambda person: bodies.get(person.id, ""),
            chosen=True,
        ),
        ListingColumn("address", "Email address", lambda person: person.address),
        ListingColumn("proven", "Proven", lambda person: person.proven, chosen=True),
    )


def _listed(
    request: Request,
    mistakes: tuple[Mistake, ...] = (),
    entered: Mapping[str, Any] | None = None,
    wanted: Wanted | None = None,
) -> Response:
    with transaction() as session:
        query = select(Person).where(col(Person.ended_at).is_(None), col(Person.made_up).is_(False))
        people = session.exec(query.order_by(col(Person.name), Person.id)).all()
        bodies = list(session.exec(select(Organisation).order_by(Organisation.name, Organisation.id)))
        works_for = bodies_of(session, people)
    entered_names = {body.name for body in bodies if body.kind == OrganisationKind.INSPECTORATE}
    of = {body.id: body for body in bodies}
    columns = _columns(works_for)
    facts: dict[str, Any] = {
        "bodies": of,
        "works_for": works_for,
        "inspectorates": [name for name in inspectorates() if name not in entered_names],
        "areas": sorted(areas().values(), key=lambda place: place.name),
        "without_code": [body for body in bodies if lacks_code(body, world_today())],
        "entered": entered or {},
    }
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes, "back": "/home"}
    return answer(request, "people", "People", arrange(people, columns, wanted or Wanted()), columns, **facts)


@router.post("")
def enter(request: Request, visitor: Keeper, form: Form) -> Response:
    """Enter a person."""
    entered = Entered(
        name=text_of(form, "name"),
        job=text_of(form, "job"),
        address=text_of(form, "address"),
        telephone=text_of(form, "telephone"),
    )
    chosen = text_of(form, "organisation")
    if not entered.address:
        return _listed(request, (Mistake("address", "Enter the person's own email address."),), form)
    try:
        with transaction() as session:
            by, named = acting(visitor, Act.KEEP_PEOPLE), chosen.removeprefix(_INSPECTORATE)
            # An inspectorate of a theme is entered with the first of its people.
            if chosen.startswith(_INSPECTORATE) and named in inspectorates():
                chosen = inspectorate(session, named, by=by).id
            person = add_person(session, replace(entered, organisation=chosen or None), by=by)
    except Refusal as refused:
        return _listed(request, refused.mistakes, form)
    return to(f"/people/{person.id}")


@router.get("/areas")
def chosen_area(gss: str = "") -> Response:
    """Go on to the page of an area that was chosen from the list."""
    # Nobody need be signed in: it names an area of a public list, and the page that follows asks.
    return to(f"/people/areas/{gss}" if gss in areas() else "/people")


@router.get("/areas/{gss}")
def of_area(request: Request, gss: str, _: Keeper) -> Response:
    """Show the organisations that serve an area, with their contacts and with what is missing."""
    return _of_area(request, gss)


def _of_area(request: Request, gss: str, mistakes: tuple[Mistake, ...] = ()) -> Response:
    try:
        place = area(gss)
    except UnknownAreaError:
        raise HTTPException(404) from None
    with transaction() as session:
        rows = [(body, people_of(session, body.id)) for body in serving(session, gss, world_today())]
        complete = {body.id for body, _ in rows if not organisation_standing(session, body, world_today()).lacks}
        later = [(body, day, people_of(session, body.id)) for body, day in coming(session, gss, world_today())]
        others = list(session.exec(select(Organisation).order_by(Organisation.name, Organisation.id)))
    kinds = [kind for kind in OrganisationKind if kind not in NOT_INSPECTED]
    # One of a kind is enough for nothing to be missing; some areas have several health bodies.
    there = {body.kind for body, _ in rows}
    here = {body.id for body, _ in rows} | {body.id for body, _, _ in later}
    facts: dict[str, Any] = {
        "place": place,
        "rows": rows,
        "later": later,
        "complete": complete,
        "kinds": [(kind.value, plain(kind).capitalize()) for kind in kinds],
        "missing": [plain(kind) for kind in kinds if kind not in there],
        "known": {kind.value: name for kind, name in known_names(place).items() if kind not in there},
        "others": [body for body in others if body.kind in kinds and body.id not in here],
        "boards": [each for each in icbs().values() if each.ods_code not in {body.code for body in others}],
        "of_2022": ALL_OF_2022,
        "today": world_today(),
        "named": {body.id: body.name for body in others},
    }
    title = f"Contacts in {place.name}"
    return page(request, "area", title, status=422 if mistakes else 200, mistakes=mistakes, back="/people", **facts)


@router.post("/areas/{gss}")
def enter_organisation(request: Request, gss: str, visitor: Keeper, form: Form) -> Response:
    """Let an organisation serve an area: one that is known, or a new one."""
    if gss not in areas():
        raise HTTPException(404)
    kind = text_of(form, "kind")
    if not text_of(form, "organisation") and kind not in set(OrganisationKind):
        return _of_area(request, gss, (Mistake("kind", "Choose what kind of organisation it is."),))
    try:
        with transaction() as session:
            chosen = text_of(form, "organisation")
            if chosen.startswith(_BOARD):
                chosen = board(session, chosen.removeprefix(_BOARD), by=acting(visitor, Act.KEEP_PEOPLE)).id
            if body := session.get(Organisation, chosen):
                add_to_area(session, body, gss, by=acting(visitor, Act.KEEP_PEOPLE))
                return to(f"/people/areas/{gss}")
            code, source = text_of(form, "code"), text_of(form, "source")
            old = session.get(Organisation, text_of(form, "replaces"))
            new = add_organisation(
                session,
                OrganisationKind(kind),
                text_of(form, "name"),
                by=acting(visitor, Act.KEEP_PEOPLE),
                # What takes another's place has its areas from that one, and its first day there.
                areas=() if old else (gss,),
                code=OrganisationCode(code, source, world_today())
                if code or source
                else registered_code(area(gss), OrganisationKind(kind), text_of(form, "name")),
                mailbox=text_of(form, "mailbox"),
            )
            if old is not None:
                succeed(session, old, new, world_today(), by=acting(visitor, Act.KEEP_PEOPLE))
    except Refusal as refused:
        return _of_area(request, gss, refused.mistakes)
    return to(f"/people/areas/{gss}")


@router.get("/{reference}")
def show(request: Request, reference: str, _: Keeper) -> Response:
    """Show one person with their roles and sessions."""
    return _show(request, reference)


def _show(request: Request, reference: str, mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        try:
            person = person_of(session, reference)
        except UnknownPersonError:
            raise HTTPException(404) from None
        query = select(Membership).where(Membership.person_id == reference).order_by(col(Membership.given_at))
        body = bodies_of(session, [person]).get(person.id, "")
        facts: dict[str, Any] = {
            "roles": list(session.exec(query)),
            "labels": ROLE_LABELS,
            # People of an agency get their roles when their organisation takes part.
            "choices": [(role.value, ROLE_LABELS[role].capitalize()) for role in Role if role not in AGENCY_ROLES],
            "inspections": sorted(row.ref for row in session.exec(select(Inspection))),
            "organisation": body,
            "bodies": list(session.exec(select(Organisation).order_by(Organisation.name, Organisation.id))),
            "sessions": sessions.sessions_of(session, reference),
        }
    status = 422 if mistakes else 200
    return page(
        request, "person", person.name, status=status, mistakes=mistakes, back="/people", person=person, **facts
    )


@router.post("/{reference}/contact")
def correct(request: Request, reference: str, visitor: Keeper, form: Form) -> Response:
    """Change a person's e-mail address and telephone number; notices that did not arrive are then sent again."""
    try:
        with transaction() as session:
            person = person_of(session, reference)
            address, telephone = text_of(form, "address"), text_of(form, "telephone")
            correct_contact(session, person, address=address, telephone=telephone, by=acting(visitor, Act.KEEP_PEOPLE))
    except Refusal as refused:
        return _show(request, reference, refused.mistakes)
    return to(f"/people/{reference}")


@router.post("/{reference}/details")
def correct_person(request: Request, reference: str, visitor: Keeper, form: Form) -> Response:
    """Change a person's name, what they do and for whom they work."""
    try:
        with transaction() as session:
            person, by = person_of(session, reference), acting(visitor, Act.KEEP_PEOPLE)
            body = text_of(form, "organisation") or None
            name, job = text_of(form, "name"), text_of(form, "job")
            correct_details(session, person, name=name, job=job, organisation=body, by=by)
    except Refusal as refused:
        return _show(request, reference, refused.mistakes)
    return to(f"/people/{reference}", "person_details")


@router.post("/{reference}/leave")
def let_go(request: Request, reference: str, visitor: Keeper, _: Form) -> Response:
    """Record that a person has left: every way in of theirs ends at once."""
    try:
        with transaction() as session:
            person = person_of(session, reference)
            leave(session, person, by=acting(visitor, Act.KEEP_PEOPLE))
    except Refusal as refused:
        return _show(request, reference, refused.mistakes)
    return to("/people", "person_left", reference)


# Before the name of an inspectorate of which nobody is entered yet.
_INSPECTORATE = "inspectorate:"
# Before the code of an integrated care board that is on the list and not entered yet.
_BOARD = "board:"


@router.post("/{reference}/roles")
def give(request: Request, reference: str, visitor: Keeper, form: Form) -> Response:
    """Give a person a role."""
    chosen, ref = text_of(form, "role"), text_of(form, "inspection")
    if chosen not in set(Role) - AGENCY_ROLES:
        return _show(request, reference, (Mistake("role", "Choose a role."),))
    role, today = Role(chosen), world_today()
    from_day, until_day, mistakes = _days(form, today)
    if mistakes:
        return _show(request, reference, mistakes)
    try:
        with transaction() as session:
            inspection = None if role in PROGRAMME_ROLES | ORGANISATION_ROLES else _existing(session, ref)
            person = person_of(session, reference)
            by = acting(visitor, Act.KEEP_PEOPLE)
            give_role(
                session, person, role, by=by, from_day=from_day or today, inspection=inspection, until_day=until_day
            )
    except Refusal as refused:
        return _show(request, reference, refused.mistakes)
    return to(f"/people/{reference}")


def _days(form: FormData, today: date) -> tuple[date | None, date | None, tuple[Mistake, ...]]:
    """Return the first and the last day of a role, each None where it is left blank, and what is wrong with them."""
    first, last, mistakes = date_of(form, "from"), date_of(form, "until"), []
    if (first is None and _is_filled(form, "from")) or (first is not None and first < today):
        mistakes.append(Mistake("from-day", f"Enter a first day that is today or later, such as {long(today)}."))
    if (last is None and _is_filled(form, "until")) or (last is not None and last < max(first or today, today)):
        mistakes.append(Mistake("until-day", "Enter a last day that is the first day or later, or leave it blank."))
    return first, last, tuple(mistakes)


def _is_filled(form: FormData, name: str) -> bool:
    return any(text_of(form, f"{name}-{part}") for part in ("day", "month", "year"))


def _existing(session: Session, ref: str) -> str | None:
    """Return the reference of an inspection that was chosen from the list; None where none was."""
    if ref and session.get(Inspection, ref) is None:
        raise Refusal("Choose an inspection from the list.", field="inspection")
    return ref or None


@router.post("/{reference}/roles/{membership}/end")
def end(request: Request, reference: str, membership: str, visitor: Keeper, _: Form) -> Response:
    """End a role at once."""
    try:
        with transaction() as session:
            end_role(session, membership, by=acting(visitor, Act.KEEP_PEOPLE))
    except Refusal as refused:
        return _show(request, reference, refused.mistakes)
    return to(f"/people/{reference}")


@router.post("/{reference}/sessions/end")
def end_sessions(reference: str, visitor: Keeper, _: Form) -> Response:
    """End every session of a person."""
    with transaction() as session:
        person_of(session, reference)
        sessions.end_all(session, reference, by=acting(visitor, Act.KEEP_PEOPLE))
    return to(f"/people/{reference}")
