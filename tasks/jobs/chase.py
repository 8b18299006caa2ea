"""Chases what is owed: reminders before the deadline, overdue notices after it, and an escalation to the manager."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.ids import agency_kind, once_key
from models.lifecycle import ENDED, SAMPLED_CHANGES, RequestState
from models.returns import EVALUATION
from models.tables import Agency, Inspection, Notice, Request, Submission
from models.themes import Rung
from models.timetable import is_working_day, working_days_between
from models.words import joined, moment
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
            requests = session.exec(select(Request).where(Request.inspection == reference).order_by(Request.id)).all()
            # What can no longer be sent is not chased: it has no door any more (L12).
            open_ones = [request for request in requests if not refusal_of(request, inspection)]
            done += _chase_unread(session, inspection, open_ones)
            owed = [due for request in open_ones if (due := _due_now(session, inspection, request))]
            done += _chase_returns(session, inspection, owed)
            done += [Chased(reference, *chased) for chased in chase_documents(session, inspection)]
            done += _chase_unopened(session, inspection)
            steps = chase_steps(session, inspection)
            done += [Chased(reference, inspection.area_name, what, rung) for what, rung in steps]
    return done


@dataclass(frozen=True, slots=True)
class _DueNow:
    """The notice that one request asks for now, before it is put together with others.

    Attributes:
        request: what is owed.
        rung: of the ladder.
        once: makes the notice of this request, rung and deadline unique; a moved deadline has a ladder of its own.
        facts: for its words, without the return.
    """

    request: Request
    rung: Rung
    once: str
    facts: dict[str, Any]

    @property
    def together(self) -> tuple[str, ...]:
        """Return what is the same for requests that one notice can tell of; a correction is told alone."""
        alone = self.request.id if "errors" in self.facts else ""
        return self.request.agency_id, self.rung.key, f"{self.request.due_at:%Y%m%d%H%M}", alone, repr(self.facts)


def _due_now(session: Session, inspection: Inspection, request: Request) -> _DueNow | None:
    state, theme_ = request.state, theme_of(inspection)
    due, promised = request.due_at.astimezone(ENGLAND), promised_until(session, request)
    rung = rung_for(theme_.chasing, state, inspection.now().astimezone(ENGLAND), due, promised)
    if rung is None:
        return None
    facts: dict[str, Any] = {"agency": session.get_one(Agency, request.agency_id).name, "due": moment(due)}
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
    return _DueNow(request, rung, once_key(request.id, rung.key, f"{due:%Y%m%d}"), facts)


def _chase_returns(session: Session, inspection: Inspection, owed: list[_DueNow]) -> list[Chased]:
    """Write one notice to an agency of all that it owes by one deadline: a person is to read one, not nine."""
    covered = _covered(session, inspection)
    groups: dict[tuple[str, ...], list[_DueNow]] = {}
    for each in owed:
        if each.once not in covered:
            groups.setdefault(each.together, []).append(each)
    done: list[Chased] = []
    for group in groups.values():
        first = group[0]
        agency, codes = session.get_one(Agency, first.request.agency_id), [each.request.return_code for each in group]
        facts = {"return": joined(codes), "returns": len(codes), "covers": [each.once for each in group], **first.facts}
        written = write_notice(session, first.rung.notice, agency, once=first.once, sign_in=True, facts=facts)
        for role in first.rung.tells:
            once_for_role = once_key(first.once, role)
            write_notice(session, "escalated", role, once=once_for_role, inspection=inspection.ref, facts=facts)
        done += [Chased(inspection.ref, agency.name, code, first.rung.key) for code in codes] if written else []
    return done


def _covered(session: Session, inspection: Inspection) -> set[str]:
    """Return what was told already, each return for itself: it may have been told with others that came since."""
    kinds = {rung.notice for rung in theme_of(inspection).chasing}
    query = select(Notice.facts).where(Notice.inspection == inspection.ref, col(Notice.kind).in_(kinds))
    return {once for facts in session.exec(query) for once in facts.get("covers", ())}


def _chase_unread(session: Session, inspection: Inspection, requests: list[Request]) -> list[Chased]:
    unread = [request for request in requests if _tell_unread(session, inspection, request)]
    return [Chased(inspection.ref, agency_kind(each.agency_id), each.return_code, "list_unread") for each in unread]


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
