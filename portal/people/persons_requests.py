"""Persons' requests, as the data protection officer keeps them: recorded, confirmed, extended, closed in time."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from models.refusals import Mistake, Refusal
from models.roles import Act
from models.states import ExtensionReason, IdentityCheck, PersonsRequestKind, PersonsRequestOutcome, Requester
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.session import NotTheirsError, acting, programme_who_may
from tasks.ground.database import transaction
from tasks.people.sessions import SignedIn
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
from validation.contract.persons_numbers import NUMBER_FORMS, NUMBER_LABELS, NumberKind

router = APIRouter(prefix="/oversight/requests")

Officer = Annotated[SignedIn, Depends(programme_who_may(Act.OVERSEE_DATA))]
"""Keeps the register of persons' requests."""

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


def _listed(request: Request, mistakes: tuple[Mistake, ...] = (), given: dict[str, str] | None = None) -> Response:
    with transaction() as session:
        rows = [(row, days_left(row, today())) for row in requests(session)]
    status = 422 if mistakes else 200
    facts = {"rows": rows, "given": given or {}, **_LABELS}
    return page(
        request, "persons_requests", "Persons' requests", status=status, mistakes=mistakes, back="/oversight", **facts
    )


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


def _show(request: Request, identity: str, visitor: SignedIn, mistakes: tuple[Mistake, ...] = ()) -> Response:
    try:
        row, who = read_request(identity, by=_by(visitor))
    except NoPersonsRequestError:
        raise NotTheirsError from None
    facts = {"row": row, "person": who, "left": days_left(row, today()), "labels": NUMBER_LABELS, **_LABELS}
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


@router.post("/{persons_request}")
def change(request: Request, persons_request: str, visitor: Officer, form: Form) -> Response:
    """Correct who is sought, confirm who asks, extend the request, or close it."""
    with transaction() as session:
        try:
            request_of(session, persons_request)
        except NoPersonsRequestError:
            raise NotTheirsError from None
    act, by = text_of(form, "act"), _by(visitor)
    try:
        match act:
            case "who":
                numbers = {kind: text_of(form, field_of(kind)) for kind in NumberKind}
                change_who(persons_request, text_of(form, "who"), numbers, by=by)
            case "identity":
                confirm_identity(persons_request, text_of(form, "identity"), by=by)
            case "extend":
                extend_request(persons_request, text_of(form, "extension"), date_of(form, "told"), by=by)
            case "close":
                close_request(persons_request, text_of(form, "outcome"), by=by)
            case _:
                raise NotTheirsError
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or _FIRST[act], each.text) for each in refused.mistakes)
        return _show(request, persons_request, visitor, mistakes)
    done = "persons_closed" if act == "close" else "persons_changed"
    return to(f"/oversight/requests/{persons_request}", done, persons_request)


_FIRST = {"who": "who", "identity": "identity", "extend": "extension", "close": "outcome"}
"""The field beside which a refusal of each act stands."""


def _by(visitor: SignedIn) -> str:
    return acting(visitor, Act.OVERSEE_DATA)
