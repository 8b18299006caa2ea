"""The pages of decisions that wait for a second person, who confirms or refuses them here (L11)."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.decisions import right_for
from models.refusals import Mistake, Refusal
from models.tables import Inspection, Proposal
from models.tables.base import utc_now
from portal.pages.attempts import note_refusal
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.session import NotTheirsError, SignedInPerson
from tasks.ground.database import transaction
from tasks.jobs.second_person import Waiting, confirm, waiting
from tasks.ledger.outbox import send_soon
from tasks.people.access import Door, door_for
from tasks.people.sessions import SignedIn
from tasks.people.two_people import RefusalReason, person_in
from tasks.people.warrants import actor_of

router = APIRouter(prefix="/decisions/{decision}")
_ANSWERS = {"confirm": True, "refuse": False}


def _read(session: Session, decision: str, visitor: SignedIn) -> tuple[Waiting, Door | None]:
    """Return a decision and the role in which somebody may answer it; None for whoever asked for it.

    Raises:
        NotTheirsError: there is no such decision; for those who may not answer it, it does not exist.
    """
    row = session.get(Proposal, decision)
    door = door_for(visitor.doors, right_for(row.act), row.inspection) if row else None
    own = row is not None and person_in(row.asked_by) == visitor.person
    if row is None or not (door or own):
        raise NotTheirsError
    return waiting(session, row), None if own else door


@router.get("")
def show(request: Request, decision: str, visitor: SignedInPerson) -> Response:
    """Show what is asked for, by whom, why and until when."""
    return _show(request, decision, visitor)


def _show(
    request: Request, decision: str, visitor: SignedIn, mistakes: tuple[Mistake, ...] = (), *, chosen: str = ""
) -> Response:
    with transaction() as session:
        proposed, door = _read(session, decision, visitor)
        inspection = session.get_one(Inspection, proposed.inspection)
    is_open = proposed.answer is None and proposed.lapses_at > utc_now()
    return page(
        request,
        "decision",
        proposed.asks,
        status=422 if mistakes else 200,
        mistakes=mistakes,
        back="/home",
        inspection=inspection,
        proposed=proposed,
        may_answer=door is not None and is_open,
        is_open=is_open,
        signs=f"/decisions/{decision}" if door is not None and is_open else "",
        reasons=list(RefusalReason),
        chosen=chosen,
    )


@router.post("")
def answer(request: Request, decision: str, visitor: SignedInPerson, form: Form) -> Response:
    """Confirm what is asked for, which does it at once, or refuse it with a reason."""
    with transaction() as session:
        proposed, door = _read(session, decision, visitor)
    chosen, reason = text_of(form, "answer"), text_of(form, "reason")
    mistakes = []
    if chosen not in _ANSWERS:
        mistakes.append(Mistake("answer", "Choose whether you confirm or refuse it."))
    if chosen == "refuse" and reason not in RefusalReason.__members__:
        mistakes.append(Mistake("reason", "Choose why you refuse it."))
    if mistakes:
        return _show(request, decision, visitor, tuple(mistakes), chosen=chosen)
    try:
        visitor.check_fresh()
        # Whoever asked has no role here: the answer itself refuses them, in its own sentence.
        by = actor_of(visitor.person, door) if door else visitor.person
        why = RefusalReason[reason] if chosen == "refuse" else None
        confirm(decision, yes=_ANSWERS[chosen], by=by, reason=why)
    except Refusal as refused:
        note_refusal(request, type(refused).__name__)
        return _show(request, decision, visitor, (Mistake("answer", refused.sentence),), chosen=chosen)
    send_soon()
    return to("/home", "confirmed" if _ANSWERS[chosen] else "refused", proposed.asks)
