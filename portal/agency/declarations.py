"""An agency's declarations about a request: that it has nothing to send, or that it sends its file late."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from models.decisions import PROMISE
from models.refusals import Mistake, Refusal
from models.tables import Agency
from portal.agency.requests import context_of
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import check_fresh
from portal.pages.session import Sender, Visitor
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.ledger.rows import ReturnRefusedError, request_of
from tasks.people.sessions import SignInAgainError
from tasks.returns.declarations import REASON_NEEDED, declare_nil, undo_nil
from tasks.returns.if_held import NONE_HELD_REASONS
from tasks.returns.offers import last_promise, steps_of

router = APIRouter()
_TICK = "Confirm that you searched your records and hold nothing that this return asks for."


@router.get("/requests/{request_id}/nil")
def nil_page(request: Request, request_id: str, sender: Sender, reason: str = "") -> Response:
    """Show what a nil return declares, before it is declared."""
    return _nil(request, request_id, sender, reason=reason)


def _nil(
    request: Request, request_id: str, sender: Visitor, mistakes: tuple[Mistake, ...] = (), reason: str = ""
) -> Response:
    with transaction() as session:
        context = context_of(session, request_id, sender)
    title = f"Declare a nil return for {context['return_request'].return_code}"
    status = 422 if mistakes else 200
    back, signs = f"/requests/{request_id}", "" if context["refusals"]["nil"] else _signed_at(request_id, reason)
    return page(
        request, "nil", title, status=status, mistakes=mistakes, back=back, signs=signs, reason=reason, **context
    )


@router.post("/requests/{request_id}/nil/check")
def nil_check(request: Request, request_id: str, sender: Sender, form: Form) -> Response:
    """Show what is about to be declared, for whom, before it is."""
    with transaction() as session:
        context = context_of(session, request_id, sender)
    if mistakes := _missing(form, context):
        return _nil(request, request_id, sender, mistakes, text_of(form, "reason"))
    if refusal := context["refusals"]["nil"]:
        return _nil(request, request_id, sender, (Mistake("declare", refusal),))
    return _check(request, request_id, sender, text_of(form, "reason"), context)


def _check(
    request: Request,
    request_id: str,
    sender: Visitor,
    reason: str,
    context: dict[str, Any],
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    with transaction() as session:
        agency = session.get_one(Agency, sender.agency_id)
    title = f"Check your nil return for {context['return_request'].return_code}"
    back, signs, status = f"/requests/{request_id}/nil", _signed_at(request_id, reason), 422 if mistakes else 200
    facts = {"agency": agency, "reason": reason, **context}
    return page(request, "nil_check", title, status=status, mistakes=mistakes, back=back, signs=signs, **facts)


def _signed_at(request_id: str, reason: str) -> str:
    """Return the page of a nil return to which signing in again leads back, with the reason that was chosen."""
    return f"/requests/{request_id}/nil{f'?reason={reason}' if reason else ''}"


def _missing(form: FormData, context: dict[str, Any]) -> tuple[Mistake, ...]:
    """Return what the declaration lacks: the tick, and the reason where the return is asked for only if it is held."""
    mistakes = []
    if context["if_held"] and text_of(form, "reason") not in NONE_HELD_REASONS:
        mistakes.append(Mistake("reason", REASON_NEEDED))
    if text_of(form, "declare") != "yes":
        mistakes.append(Mistake("declare", _TICK))
    return tuple(mistakes)


@router.post("/requests/{request_id}/nil/undo")
def nil_undone(request_id: str, sender: Sender, _: Form) -> Response:
    """Take a nil return back."""
    undo_nil(request_id, by=sender.by, agency_id=sender.agency_id)
    return to(f"/requests/{request_id}", "nil_undone", _code(request_id, sender))


def _code(request_id: str, sender: Visitor) -> str:
    with transaction() as session:
        return request_of(session, request_id, sender.agency_id).return_code


@router.post("/requests/{request_id}/nil")
def nil(request: Request, request_id: str, sender: Sender, form: Form) -> Response:
    """Record a nil return once its declaration is ticked."""
    with transaction() as session:
        context, reason = context_of(session, request_id, sender), text_of(form, "reason")
    if mistakes := _missing(form, context):
        return _nil(request, request_id, sender, mistakes, reason)
    try:
        check_fresh(request)
        declare_nil(request_id, by=sender.by, agency_id=sender.agency_id, reason=reason)
    except SignInAgainError as refused:
        return _check(request, request_id, sender, reason, context, refused.mistakes)
    except ReturnRefusedError as refused:
        return _nil(request, request_id, sender, (Mistake("declare", refused.sentence),))
    return to(f"/requests/{request_id}", "nil", _code(request_id, sender))


@router.get("/requests/{request_id}/late")
def late_page(request: Request, request_id: str, sender: Sender) -> Response:
    """Show the form that asks until when a return is late, and why."""
    return _late(request, request_id, sender, FormData())


def _late(
    request: Request, request_id: str, sender: Visitor, form: FormData, mistakes: tuple[Mistake, ...] = ()
) -> Response:
    with transaction() as session:
        context = context_of(session, request_id, sender)
        last = last_promise(context["return_request"], steps_of(session, context["inspection"].ref))
    entered = {name: text_of(form, name) for name in ("until-day", "until-month", "until-year", "reason")}
    title = f"Tell us that {context['return_request'].return_code} will be late"
    status = 422 if mistakes else 200
    back = f"/requests/{request_id}"
    return page(
        request, "late", title, status=status, mistakes=mistakes, back=back, given=entered, last=last, **context
    )


@router.post("/requests/{request_id}/late")
def late(request: Request, request_id: str, sender: Sender, form: Form) -> Response:
    """Record until when a return is late, and why; every mistake of the form is shown at once."""
    reason, mistakes, until, needs_two = text_of(form, "reason"), [], date_of(form, "until"), False
    if until is None:
        mistakes.append(Mistake("until", "Enter a real date by which you will send it: a day, a month and a year."))
    if not reason:
        mistakes.append(Mistake("reason", "Choose why the return will be late."))
    if until and not mistakes:
        try:
            needs_two = _promise(request_id, until, reason, sender)
        except Refusal as refused:
            mistakes.append(Mistake("until", refused.sentence))
    if mistakes:
        return _late(request, request_id, sender, form, tuple(mistakes))
    return to(f"/requests/{request_id}", "late_asked" if needs_two else "late", _code(request_id, sender))


def _promise(request_id: str, until: date, reason: str, sender: Sender) -> bool:
    """Record a promise, or ask the inspection team for one of more than 5 working days; return whether it is asked."""
    # Checked before it is tried: another agency's request is none of this sender's, and a reason is one of the list.
    with transaction() as session:
        request_of(session, request_id, sender.agency_id)
    values = {"request": request_id, "agency": sender.agency_id, "until": until.isoformat(), "reason": reason}
    return bool(take(PROMISE, values, by=sender.by).proposal)
