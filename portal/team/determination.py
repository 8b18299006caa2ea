"""The determination on the written statement: the lead inspector proposes it here, the programme manager confirms."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.decisions import DETERMINE
from models.refusals import Mistake, Refusal
from models.tables import Inspection, Statement
from portal.pages.forms import Form, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import check_fresh
from portal.pages.session import StatementDecider
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.letters.determination import DueReason, authorities, determination_refusal, proposed, usual_due

router = APIRouter(prefix="/inspections/{ref}/determination")
_NEEDED = {"yes": True, "no": False}


@router.get("")
def show(request: Request, ref: str, _: StatementDecider) -> Response:
    """Show what is determined, or proposed, and the form."""
    return _show(request, ref)


def _show(
    request: Request, ref: str, mistakes: tuple[Mistake, ...] = (), entered: dict[str, str] | None = None
) -> Response:
    with transaction() as session:
        inspection, statement = session.get_one(Inspection, ref), session.get(Statement, ref)
        offer, usual = proposed(session, inspection), usual_due(session, inspection)
        choices, refusal = authorities(session, ref), determination_refusal(inspection, statement)
    due = offer.due or usual
    given = {
        "needed": "yes" if offer.needed else "no",
        "authority": offer.authority,
        "send_to": offer.send_to,
        "due-day": str(due.day),
        "due-month": str(due.month),
        "due-year": str(due.year),
        "reason": offer.reason,
    }
    facts: dict[str, Any] = {
        "inspection": inspection,
        "statement": statement if statement and statement.decided_by else None,
        "usual": usual,
        "refusal": refusal,
        "choices": choices,
        "reasons": list(DueReason),
        "entered": entered or given,
    }
    title, back = "Written statement of proposed action", f"/inspections/{ref}/letter"
    if not refusal:
        facts["signs"] = f"/inspections/{ref}/determination"
    return page(request, "determination", title, status=422 if mistakes else 200, mistakes=mistakes, back=back, **facts)


@router.post("")
def propose(request: Request, ref: str, member: StatementDecider, form: Form) -> Response:
    """Propose the determination; it stands once the programme manager confirms it."""
    names = ("needed", "authority", "send_to", "reason", "due-day", "due-month", "due-year")
    entered = {name: text_of(form, name) for name in names}
    due = date_of(form, "due")
    if entered["needed"] not in _NEEDED:
        return _show(request, ref, (Mistake("needed", "Choose whether a written statement is needed."),), entered)
    if due is None:
        day = Mistake("due-day", "Enter the day by which the statement is due, such as 11 6 2025.")
        return _show(request, ref, (day,), entered)
    with transaction() as session:
        usual = usual_due(session, session.get_one(Inspection, ref))
    values = {
        "inspection": ref,
        "needed": _NEEDED[entered["needed"]],
        "authority": entered["authority"],
        "send_to": entered["send_to"],
        # The usual day follows the day of publication, which may still move.
        "due": due.isoformat() if due != usual else "",
        "reason": entered["reason"] if due != usual else "",
    }
    try:
        check_fresh(request)
        take(DETERMINE, values, by=member.by)
    except Refusal as refused:
        return _show(request, ref, refused.mistakes, entered)
    return to(f"/inspections/{ref}/determination", "determination")
