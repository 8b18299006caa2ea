"""Chases what is owed: reminders before the deadline, overdue notices after it, and an escalation to the manager."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.ids import agency_kind, once_key
from models.lifecycle import ENDED, SAMPLED_CHANGES, RequestState
from models.returns import EVALUATION
from models.tables import Agency, Inspection, Request, Submission
from models.timetable import is_working_day, working_days_between
from models.words import moment
from tasks.evaluations.list_receipts import unread_since
from tasks.evaluations.sampled_lists import unopened
from tasks.ground.database import transaction
from tasks.jobs.chase_documents import chase_documents
from tasks.jobs.chase_steps import chase_steps
from tasks.jobs.ladder import rung_for
from tasks.ledger.moves import move_request
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.notices import write_notice
from tasks.returns.closing import refusal_of
from tasks.returns.if_held import is_if_held, promised_until, waited_until

_ACTOR = "system: chase-returns"


@dataclass(frozen=True, slots=True)
class Chased:
    """The step of the ladder that one round of chasing took for one request, or for a step of the inspection.

    Attributes:
        inspection: its reference.
        agency: who owes it, or the area for what the inspectorates owe.
        return_code: the return, or the step in words.
        step: the rung of the ladder.
    """

    inspection: str
    agency: str
    return_code: str
    step: str


def chase(ref: str | None = None) -> list[Chased]:
    """Send everybody who owes something the notice that is due now, each once, and mark what is overdue."""
    with transaction() as session:
        query = select(Inspection.ref).where(col(Inspection.stage).not_in(ENDED))
        refs = [ref] if ref else sorted(session.exec(query))
    done: list[Chased] = []
    for reference in refs:
        # A transaction for each, so that a fault in one inspection takes no notice of another back.
        with transaction() as session:
            inspection = inspection_of(session, reference, lock=True)
            # Nobody is chased on a day on which nobody works.
            if inspection.stage in ENDED or not is_working_day(_today(inspection)):
                continue
            for request in session.exec(select(Request).where(Request.inspection == reference).order_by(Request.id)):
                # What can no longer be sent is not chased: it has no door any more (L12).
                chased = None if refusal_of(request, inspection) else _chase_request(session, inspection, request)
                done += [chased] if chased else []
            done += [Chased(reference, *chased) for chased in chase_documents(session, inspection)]
            done += _chase_unopened(session, inspection)
            steps = chase_steps(session, inspection)
            done += [Chased(reference, inspection.area_name, what, rung) for what, rung in steps]
    return done


def _chase_request(session: Session, inspection: Inspection, request: Request) -> Chased | None:
    state = request.state
    if _tell_unread(session, inspection, request):
        return Chased(inspection.ref, agency_kind(request.agency_id), request.return_code, "list_unread")
    due, promised = request.due_at.astimezone(ENGLAND), promised_until(session, request)
    theme_ = theme_of(inspection)
    rung = rung_for(theme_.chasing, state, inspection.now().astimezone(ENGLAND), due, promised)
    if rung is None:
        return None
    agency = session.get_one(Agency, request.agency_id)
    facts: dict[str, Any] = {"return": request.return_code, "agency": agency.name, "due": moment(due)}
    if is_if_held(request, theme_):
        facts["waited_until"] = moment(waited_until(request, theme_, promised))
    if rung.tells:
        facts["tells"] = list(rung.tells)
    if rung.notice != "reminder" and state in {RequestState.ISSUED, RequestState.ACKNOWLEDGED}:
        move_request(session, request, RequestState.OVERDUE, actor=_ACTOR, facts={"due": facts["due"]})
    if state == RequestState.REJECTED:
        # What was sent is there; what is missing is its correction.
        newest = session.get_one(Submission, request.newest_id)
        facts |= {"version": newest.version, "errors": newest.result.errors or 0}
        facts["verdict"] = newest.result.verdict
    # A deadline that was moved has a ladder of its own.
    once = once_key(request.id, rung.key, f"{due:%Y%m%d}")
    written = write_notice(session, rung.notice, agency, once=once, sign_in=True, facts=facts)
    for role in rung.tells:
        once_for_role = once_key(once, role)
        write_notice(session, "escalated", role, once=once_for_role, inspection=inspection.ref, facts=facts)
    return Chased(inspection.ref, agency.name, request.return_code, rung.key) if written else None


def _tell_unread(session: Session, inspection: Inspection, request: Request) -> bool:
    """Write to an agency once that nobody has opened its list of children, a working day after it was released."""
    since = unread_since(session, request) if request.return_code == EVALUATION else None
    if since is None:
        return False
    if working_days_between(since.astimezone(ENGLAND).date(), _today(inspection)) < 1:
        return False
    agency = session.get_one(Agency, request.agency_id)
    facts = {"children": len(request.cases), "due": moment(request.due_at)}
    return write_notice(session, "list_unread", agency, once=once_key(request.id, "unread"), sign_in=True, facts=facts)


def _chase_unopened(session: Session, inspection: Inspection) -> list[Chased]:
    """Write once that nobody has opened an agency's list of the wider sample, a working day after its release."""
    if inspection.stage not in SAMPLED_CHANGES:
        return []
    done = []
    for release, since in unopened(session, inspection.ref):
        if working_days_between(since.astimezone(ENGLAND).date(), _today(inspection)) < 1:
            continue
        agency = session.get_one(Agency, release.agency_id)
        facts = {"children": len(release.cases), "version": release.version}
        once = once_key(release.agency_id, "sampled", release.version, "unread")
        if write_notice(session, "sampled_unread", agency, once=once, sign_in=True, facts=facts):
            done.append(Chased(inspection.ref, agency.name, "wider sample", "sampled_unread"))
    return done


def _today(inspection: Inspection) -> date:
    return inspection.now().astimezone(ENGLAND).date()
