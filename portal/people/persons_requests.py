"""Persons' requests, as the data protection officer keeps them: recorded, confirmed, extended, closed in time."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from models.decisions import LIFT_RESTRICTION, RELEASE_COPY, RESTRICT
from models.refusals import Mistake, Refusal
from models.roles import Act
from models.states import (
    ExtensionReason,
    IdentityCheck,
    PersonsRequestKind,
    PersonsRequestOutcome,
    Requester,
    RestrictionGround,
    RestrictionLift,
)
from models.tables import Agency, PersonsCopy, PersonsCorrection, PersonsRequest, PersonsRestriction
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import NotTheirsError, acting
from portal.people.oversight import Officer
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.ledger.restricted import WHY_RESTRICTED
from tasks.people.sessions import SignedIn
from tasks.persons_requests.copies import (
    NoCopyError,
    copies_of,
    copy_of,
    lines_of,
    make_copy,
    read_copy,
)
from tasks.persons_requests.correcting import FORM, ask_agency, correctable, corrections_of, name_of, put_beside
from tasks.persons_requests.correcting import answer as answer_correction
from tasks.persons_requests.correcting import in_words as correction_in_words
from tasks.persons_requests.places import NOT_SOUGHT, standing_of
from tasks.persons_requests.recording import (
    ASKERS,
    EXTENSIONS,
    IDENTITY_CHECKS,
    KINDS,
    OUTCOMES,
    EnteredRequest,
    NoPersonsRequestError,
    change_who,
    close_request,
    confirm_identity,
    days_left,
    extend_request,
    field_of,
    read_request,
    record_request,
    request_of,
    requests,
    today,
)
from tasks.persons_requests.restricting import (
    GROUNDS,
    LIFTS,
    NoRestrictionError,
    openings_of,
    restriction_of,
    restrictions_of,
)
from tasks.persons_requests.searching import add_place, search
from validation.contract.persons_numbers import NUMBER_FORMS, NUMBER_LABELS, NumberKind

router = APIRouter(prefix="/oversight/requests")

_FIELDS = ("kind", "asked_by", "who", "received-day", "received-month", "received-year")
_LABELS: dict[str, Any] = {
    "kinds": KINDS,
    "askers": ASKERS,
    "identity_checks": IDENTITY_CHECKS,
    "extensions": EXTENSIONS,
    "outcomes": OUTCOMES,
    "numbers": {field_of(kind): (NUMBER_LABELS[kind], NUMBER_FORMS[kind]) for kind in NumberKind},
    "all": {
        "kinds": list(PersonsRequestKind),
        "askers": list(Requester),
        "identity_checks": list(IdentityCheck),
        "extensions": list(ExtensionReason),
        "outcomes": list(PersonsRequestOutcome),
    },
}


@router.get("")
def listed(request: Request, _: Officer) -> Response:
    """Show every request by its day, without a name, and the form for another."""
    return _listed(request)


@router.post("/list")
def some(request: Request, _: Officer, form: Form) -> Response:
    """Show or download the requests that are wanted, without a name."""
    return _listed(request, wanted=wanted_in(form))


def _standing(row: PersonsRequest) -> str:
    if row.outcome:
        return "Closed"
    left = days_left(row, today())
    return "Late" if left < 0 else "Due today" if left == 0 else "Open"


_COLUMNS: tuple[ListingColumn[PersonsRequest], ...] = (
    ListingColumn("id", "Request", lambda row: row.id),
    ListingColumn("kind", "Asks for", lambda row: row.kind.value.capitalize(), chosen=True),
    ListingColumn("received", "Received", lambda row: row.received_on),
    ListingColumn("due", "Answer by", lambda row: row.due_on),
    ListingColumn("who", "Who asks", lambda row: "Confirmed" if row.identity else "Not confirmed", chosen=True),
    ListingColumn("state", "State", _standing, chosen=True),
    ListingColumn("outcome", "Outcome", lambda row: OUTCOMES[row.outcome] if row.outcome else "", chosen=True),
)


def _listed(
    request: Request,
    mistakes: tuple[Mistake, ...] = (),
    given: dict[str, str] | None = None,
    wanted: Wanted = EVERYTHING,
) -> Response:
    with transaction() as session:
        listing = arrange(requests(session), _COLUMNS, wanted)
    facts: dict[str, Any] = {"left_of": {row.id: days_left(row, today()) for row in listing.rows}, "given": given or {}}
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes, "back": "/oversight", **_LABELS}
    return answer(request, "persons_requests", "Persons' requests", listing, _COLUMNS, **facts)


@router.post("")
def record(request: Request, visitor: Officer, form: Form) -> Response:
    """Record a request, whose month is counted from the day on which it was received."""
    given = {name: text_of(form, name) for name in (*_FIELDS, *map(field_of, NumberKind))}
    entered = EnteredRequest(
        kind=given["kind"],
        asked_by=given["asked_by"],
        received_on=date_of(form, "received"),
        name=given["who"],
        numbers={kind: given[field_of(kind)] for kind in NumberKind},
    )
    try:
        identity = record_request(entered, by=_by(visitor))
    except Refusal as refused:
        return _listed(request, refused.mistakes, given)
    return to(f"/oversight/requests/{identity}", "persons_recorded", identity)


@router.get("/{persons_request}")
def show(request: Request, persons_request: str, visitor: Officer) -> Response:
    """Show one request, who it is about and what was done; each opening is recorded."""
    return _show(request, persons_request, visitor)


def _show(
    request: Request,
    identity: str,
    visitor: SignedIn,
    mistakes: tuple[Mistake, ...] = (),
    given: dict[str, str] | None = None,
) -> Response:
    try:
        row, who = read_request(identity, by=_by(visitor))
    except NoPersonsRequestError:
        raise NotTheirsError from None
    facts = {"row": row, "person": who, "left": days_left(row, today()), "labels": NUMBER_LABELS, **_LABELS}
    with transaction() as session:
        facts["standing"] = standing = standing_of(session, row)
        facts["copies"] = copies_of(session, row.id)
        facts["corrections"] = [_correction(session, each) for each in corrections_of(session, row.id)]
        facts["correctable"] = correctable(session, row.id)
        facts["restrictions"] = [_restriction(session, each) for each in restrictions_of(session, row.id)]
    facts["correction_labels"] = FORM
    facts |= {"grounds": GROUNDS, "lifts": LIFTS, "opening": WHY_RESTRICTED, "given": given or {}, "today": today()}
    facts["copied_of"] = {each.inspection: each.area for each in standing.places if not each.by.startswith("Entered")}
    facts["not_sought"] = NOT_SOUGHT
    facts["sought"] = (
        {field_of(kind): ", ".join(each.text for each in who.numbers if each.kind is kind) for kind in NumberKind}
        if who
        else {}
    )
    status = 422 if mistakes else 200
    title = f"Request {row.id}"
    return page(
        request, "persons_request", title, status=status, mistakes=mistakes, back="/oversight/requests", **facts
    )


def _restriction(session: Session, row: PersonsRestriction) -> dict[str, Any]:
    return {"row": row, "versions": len({place[0] for place in row.places}), "openings": openings_of(session, row)}


def _correction(session: Session, row: PersonsCorrection) -> dict[str, Any]:
    agency = session.get_one(Agency, row.agency_id).name
    return {"row": row, "agency": agency, "name": name_of(session, row), "said": correction_in_words(row)}


@router.get("/{persons_request}/copies/{copy}")
def show_copy(request: Request, persons_request: str, copy: str, visitor: Officer) -> Response:
    """Show a copy as the person would get it; each opening is recorded."""
    row = _copy(persons_request, copy)
    lines = lines_of(copy, by=_by(visitor))
    back = f"/oversight/requests/{persons_request}"
    return page(request, "persons_copy", f"Copy {copy}", back=back, row=row, lines=lines)


@router.get("/{persons_request}/copies/{copy}/copy.xlsx")
def download_copy(persons_request: str, copy: str, visitor: Officer) -> Response:
    """Download a released copy, to be given to the person; each download is recorded."""
    _copy(persons_request, copy)
    try:
        data = read_copy(copy, "xlsx", by=_by(visitor))
    except NoCopyError:
        raise NotTheirsError from None
    return attachment(data, f"{copy}.xlsx", MEDIA["xlsx"])


@router.get("/{persons_request}/copies/{copy}/copy.pdf")
def download_printed(persons_request: str, copy: str, visitor: Officer) -> Response:
    """Download a released copy to be printed; each download is recorded."""
    from tasks.letters.pdf import pdf
    from tasks.persons_requests.printed import printed

    _copy(persons_request, copy)
    try:
        lines = json.loads(read_copy(copy, "pdf", by=_by(visitor)))
    except NoCopyError:
        raise NotTheirsError from None
    return attachment(pdf(printed(copy, lines)), f"{copy}.pdf", MEDIA["pdf"])


def _copy(identity: str, copy: str) -> PersonsCopy:
    with transaction() as session:
        try:
            row = copy_of(session, copy)
        except NoCopyError:
            raise NotTheirsError from None
    # A copy for another request does not exist here, whatever the address says.
    if row.request_id != identity:
        raise NotTheirsError
    return row


@router.post("/{persons_request}")
def change(request: Request, persons_request: str, visitor: Officer, form: Form) -> Response:
    """Do one thing with a request: confirm who asks, correct, search, add a place, extend, or close it."""
    with transaction() as session:
        try:
            request_of(session, persons_request)
        except NoPersonsRequestError:
            raise NotTheirsError from None
    act = text_of(form, "act")
    if act not in _ACTS:
        raise NotTheirsError
    do, field, done = _ACTS[act]
    try:
        if act in _ASKED_OF_TWO:
            visitor.check_fresh()
        outcome = do(persons_request, form, _by(visitor)) or persons_request
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or field, each.text) for each in refused.mistakes)
        return _show(request, persons_request, visitor, mistakes, {name: text_of(form, name) for name in _DAYS})
    return to(f"/oversight/requests/{persons_request}", done, outcome)


def _correct(identity: str, form: FormData, by: str) -> None:
    numbers = {kind: text_of(form, field_of(kind)) for kind in NumberKind}
    change_who(identity, text_of(form, "who"), numbers, by=by)


def _confirm(identity: str, form: FormData, by: str) -> None:
    confirm_identity(identity, text_of(form, "identity"), by=by)


def _extend(identity: str, form: FormData, by: str) -> None:
    extend_request(identity, text_of(form, "extension"), date_of(form, "told"), by=by)


def _search(identity: str, _: FormData, by: str) -> str:
    return search(identity, by=by).in_words()


def _add_place(identity: str, form: FormData, by: str) -> None:
    number = text_of(form, "row")
    line = int(number) if number.isdecimal() and len(number) < _LONGEST_ROW else None
    add_place(identity, text_of(form, "version"), text_of(form, "sheet"), line, by=by)


def _make_copy(identity: str, form: FormData, by: str) -> str:
    return make_copy(identity, text_of(form, "inspection"), by=by)


def _release(identity: str, form: FormData, by: str) -> None:
    row = _copy(identity, text_of(form, "copy"))
    take(RELEASE_COPY, {"inspection": row.inspection, "copy": row.id}, by=by)


def _restrict(identity: str, form: FormData, by: str) -> None:
    ground, until = text_of(form, "ground"), date_of(form, "until")
    if ground not in set(RestrictionGround):
        raise Refusal("Choose the ground.", field="ground")
    if until is None:
        raise Refusal("Enter the day by which it is looked at again: 14 5 2027.", field="until-day")
    values = {"inspection": text_of(form, "restrict"), "request": identity, "ground": ground}
    with transaction() as session:
        # An inspection in which nobody was found is refused before anybody is asked to confirm it.
        searched = {each.inspection for each in standing_of(session, request_of(session, identity)).places}
    if values["inspection"] not in searched:
        raise Refusal("Choose an inspection in which the person was found.", field="restrict")
    take(RESTRICT, values | {"until": until.isoformat()}, by=by)


def _lift(identity: str, form: FormData, by: str) -> None:
    restriction, why, told_on = text_of(form, "restriction"), text_of(form, "why"), date_of(form, "lift-told")
    with transaction() as session:
        row = restriction_of(session, restriction)
    if row.request_id != identity:
        raise NoRestrictionError
    if why not in set(RestrictionLift):
        raise Refusal("Choose why it ends.", field="why")
    if told_on is None:
        raise Refusal("Enter the day on which the person was told that it ends: 14 5 2027.", field="lift-told-day")
    values = {"inspection": row.inspection, "restriction": row.id, "why": why, "told": told_on.isoformat()}
    take(LIFT_RESTRICTION, values, by=by)


def _correct_there(identity: str, form: FormData, by: str) -> str:
    return ask_agency(identity, text_of(form, "correct"), text_of(form, "wrong"), by=by)


def _answer(identity: str, form: FormData, by: str) -> str:
    correction = text_of(form, "correction")
    answer_correction(correction, text_of(form, "outcome"), text_of(form, "refusal"), by=by, request=identity)
    return correction


def _state(identity: str, form: FormData, by: str) -> str:
    correction = text_of(form, "correction")
    put_beside(correction, text_of(form, "statement"), by=by, request=identity)
    return correction


def _close(identity: str, form: FormData, by: str) -> None:
    close_request(identity, text_of(form, "outcome"), by=by)


_LONGEST_ROW = 13
_ASKED_OF_TWO = frozenset({"release", "restrict", "lift"})
_DAYS = tuple(f"{name}-{part}" for name in ("until", "lift-told") for part in ("day", "month", "year"))
_ACTS: dict[str, tuple[Callable[[str, FormData, str], str | None], str, str]] = {
    "who": (_correct, "who", "persons_changed"),
    "identity": (_confirm, "identity", "persons_changed"),
    "extend": (_extend, "extension", "persons_changed"),
    "search": (_search, "search", "persons_searched"),
    "place": (_add_place, "version", "persons_changed"),
    "copy": (_make_copy, "inspection", "persons_copied"),
    "release": (_release, "copy", "persons_copy_asked"),
    "restrict": (_restrict, "restrict", "persons_restriction_asked"),
    "lift": (_lift, "restriction", "persons_restriction_asked"),
    "correct": (_correct_there, "correct", "persons_correction_asked"),
    "statement": (_state, "statement", "persons_stated"),
    "answer": (_answer, "outcome", "persons_correction_answered"),
    "close": (_close, "outcome", "persons_closed"),
}
"""What can be done with a request: by what, the field beside which a refusal stands, and the sentence afterwards."""


def _by(visitor: SignedIn) -> str:
    return acting(visitor, Act.OVERSEE_DATA)
