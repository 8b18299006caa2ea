"""A child in danger now: raised by an inspector, answered by the council and the police, followed by the team."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.refusals import Mistake, Refusal
from models.roles import Act, may
from models.states import CallResult, SpokenTo
from models.tables import Concern, Inspection
from models.tables.base import utc_now
from portal.pages.forms import Form, clock_of, text_of
from portal.pages.frame import page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import ConcernedPerson, ConcernRaiser, NotTheirsError
from tasks.concerns import answering
from tasks.concerns.raising import ConcernWords, agencies_that_act, mistakes_in, raise_concern
from tasks.ground.database import transaction
from tasks.people.access import door_for
from tasks.people.delivery import start_soon
from tasks.people.persons import named_at
from tasks.people.sessions import SignedIn
from tasks.people.warrants import actor_of

router = APIRouter()


@router.get("/concerns")
def listed(request: Request, person: ConcernedPerson) -> Response:
    """Show the concerns that somebody answers or follows, and where they may raise one."""
    return _listed(request, person, Wanted())


@router.post("/concerns/list")
def some(request: Request, person: ConcernedPerson, form: Form) -> Response:
    """Show or download the concerns that are wanted of those that somebody follows."""
    return _listed(request, person, wanted_in(form))


_COLUMNS: tuple[ListingColumn[tuple[Inspection, Concern]], ...] = (
    ListingColumn("area", "Area", lambda row: row[0].area_name, chosen=True),
    ListingColumn("rehearsal", "Rehearsal", lambda row: row[0].rehearsal, chosen=True),
    ListingColumn("child", "Child", lambda row: row[1].child or "Not in the sample"),
    ListingColumn("raised", "Raised", lambda row: row[1].raised_at),
    ListingColumn("by", "Raised by", lambda row: row[1].raised_by, person=True),
    ListingColumn("state", "State", lambda row: "Answered" if row[1].settled_at else "Open", chosen=True),
    ListingColumn("settled", "Answered", lambda row: row[1].settled_at),
)


def _listed(request: Request, person: SignedIn, wanted: Wanted) -> Response:
    with transaction() as session:
        facts: dict[str, Any] = {"person": person, "mine": answering.for_receiver(session, person.doors, person.person)}
        rows = answering.concerns_by_inspection(
            session, lambda ref: door_for(person.doors, Act.FOLLOW_CONCERNS, ref) is not None
        )
        raising = {door.inspection for door in person.doors if may(door.role, Act.RAISE_CONCERNS)}
        query = select(Inspection).where(col(Inspection.ref).in_(raising)).order_by(Inspection.ref)
        facts["raising"] = session.exec(query).all()
    listing = arrange(rows, _COLUMNS, wanted)
    return answer(request, "concerns", "Immediate concerns about a child", listing, _COLUMNS, back="/home", **facts)


@router.get("/inspections/{ref}/concerns/new")
def begin(request: Request, ref: str, _: ConcernRaiser, child: str = "") -> Response:
    """Show the form in which an inspector says which child may be in danger, and why."""
    return _form(request, ref, {"child": child, "once": secrets.token_urlsafe(24)})


def _form(request: Request, ref: str, entered: dict[str, str], mistakes: tuple[Mistake, ...] = ()) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        labels = _labels(session, ref)
        receivers = [(agency, len(named_at(session, agency))) for agency in agencies_that_act(session, ref)]
    return page(
        request,
        "concern_new",
        "A child may be in danger now",
        status=422 if mistakes else 200,
        mistakes=mistakes,
        back="/concerns",
        inspection=inspection,
        labels=labels,
        receivers=receivers,
        entered=entered,
    )


def _labels(session: Session, ref: str) -> list[str]:
    # Imported here, because samples bring frames that other pages do not need.
    from tasks.reading.child import chosen_children

    return [child.label for child in chosen_children(session, ref)]


@router.post("/inspections/{ref}/concerns/new")
def send(request: Request, ref: str, visitor: ConcernRaiser, form: Form) -> Response:
    """Raise the concern, and tell who must act at once."""
    entered = {name: text_of(form, name) for name in ("who", "danger")}
    entered |= {"child": text_of(form, "child"), "once": text_of(form, "once") or secrets.token_urlsafe(24)}
    words = ConcernWords(entered["who"], entered["danger"])
    if mistakes := mistakes_in(words):
        return _form(request, ref, entered, mistakes)
    with transaction() as session:
        labels = _labels(session, ref)
    # A label that is none stops no concern: it is raised as about a child outside the sample.
    child = entered["child"] if entered["child"] in labels else ""
    try:
        identity = raise_concern(ref, words, child=child, once=entered["once"], by=visitor.by)
    except Refusal as refused:
        return _form(request, ref, entered, refused.mistakes)
    start_soon()
    return to(f"/concerns/{identity}")


@router.get("/concerns/{identity}")
def show(request: Request, identity: str, person: ConcernedPerson) -> Response:
    """Show a concern: to who must act with its words, and to the team with who has answered; reading is recorded."""
    return _show(request, identity, person)


def _show(
    request: Request,
    identity: str,
    person: SignedIn,
    mistakes: tuple[Mistake, ...] = (),
    entered: dict[str, str] | None = None,
) -> Response:
    with transaction() as session:
        concern = session.get(Concern, identity)
        door = door_for(person.doors, Act.FOLLOW_CONCERNS, concern.inspection) if concern else None
        if concern is None:
            raise NotTheirsError
        facts: dict[str, Any] = {"concern": concern, "inspection": session.get_one(Inspection, concern.inspection)}
        facts["agencies"] = answering.standing(session, concern) if door else []
    if door is None:
        look = getattr(request.state, "look", None)
        by = look.by(person.person) if look else ""
        facts["read"] = answering.read_at_agency(identity, person.doors, person.person, by=by)
        facts["words_of_it"] = facts["read"].words
    elif may(door.role, Act.SEE_CHILDREN):
        by = actor_of(person.person, door)
        facts["words_of_it"] = answering.read_in_team(identity, concern.inspection, by)
    facts |= {"spoken_to": answering.SPOKEN_TO, "results": answering.RESULTS, "entered": entered or {}}
    status = 422 if mistakes else 200
    title = "A child may be in danger now"
    return page(request, "concern", title, status=status, mistakes=mistakes, back="/concerns", **facts)


@router.post("/concerns/{identity}/acknowledge")
def acknowledge(identity: str, person: ConcernedPerson, _: Form) -> Response:
    """Record that the agency has taken the concern on."""
    answering.acknowledge(identity, person.doors, person.person)
    start_soon()
    return to(f"/concerns/{identity}")


@router.post("/concerns/{identity}/calls")
def note_call(request: Request, identity: str, person: ConcernedPerson, form: Form) -> Response:
    """Record a telephone call: when, to whom by role, and what came of it."""
    with transaction() as session:
        concern = session.get(Concern, identity)
    door = door_for(person.doors, Act.FOLLOW_CONCERNS, concern.inspection) if concern else None
    if concern is None or door is None:
        raise NotTheirsError
    entered = {name: text_of(form, name) for name in ("agency", "rung", "spoken", "result")}
    mistakes, rung_at = [], _moment_of(entered["rung"], utc_now())
    if rung_at is None:
        mistakes.append(Mistake("rung", "Enter when you rang, like 14:35."))
    if entered["spoken"] not in set(SpokenTo):
        mistakes.append(Mistake("spoken", "Choose whom you spoke to."))
    if entered["result"] not in set(CallResult):
        mistakes.append(Mistake("result", "Choose what came of the call."))
    if mistakes or rung_at is None:
        return _show(request, identity, person, tuple(mistakes), entered)
    try:
        answering.record_call(
            identity,
            concern.inspection,
            entered["agency"],
            rung_at=rung_at,
            spoken_to=SpokenTo(entered["spoken"]),
            result=CallResult(entered["result"]),
            by=actor_of(person.person, door),
        )
    except Refusal as refused:
        return _show(request, identity, person, refused.mistakes, entered)
    start_soon()
    return to(f"/concerns/{identity}")


def _moment_of(text: str, now: datetime) -> datetime | None:
    """Return the last moment at which England's clocks showed a time of day, or None where it is no such time."""
    clock = clock_of(text)
    if clock is None:
        return None
    local = now.astimezone(ENGLAND).replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
    return local if local <= now else local - timedelta(days=1)
