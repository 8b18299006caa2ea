"""What holds a class of record of an inspection although its period is over: each reason in words, from the ledger."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.events import Owed
from models.lifecycle import ENDED, Stage
from models.retention import RecordClass
from models.states import HoldReason, LetterStatus, ReportStatus, WorkState
from models.tables import (
    ActionPlan,
    AuditEntry,
    CompiledReport,
    Complaint,
    Concern,
    Hold,
    Inspection,
    Letter,
    PersonsPlace,
    PersonsRequest,
    ThemeReport,
    Work,
)
from models.words import long, plain
from tasks.inspection.holds import covers, holds_on
from tasks.ledger.restricted import in_force

__all__ = ["HOLD_LABELS", "Held", "HoldingFacts", "held_by", "standing_of"]

HOLD_LABELS = {
    HoldReason.COMPLAINT: "A complaint",
    HoldReason.LEGAL_CLAIM: "A legal claim",
    HoldReason.INQUIRY: "A public inquiry",
    HoldReason.ACCESS_REQUEST: "A person's request",
    HoldReason.COURT: "Court proceedings",
    HoldReason.POLICE: "A police investigation",
    HoldReason.REGULATOR: "An investigation by the Information Commissioner",
    HoldReason.REVIEW: "A child safeguarding practice review",
}
"""Each reason of a hold as people read it."""


@dataclass(frozen=True, slots=True)
class Held:
    """One reason why something is not destroyed now.

    Attributes:
        why: in words, a sentence.
        until: what must happen first, in words.
    """

    why: str
    until: str


@dataclass(frozen=True, slots=True)
class HoldingFacts:
    """What decides on the destruction of an inspection's records.

    Attributes:
        ref: the inspection.
        stage: where it stands.
        today: the day, as the inspection counts it.
        published_on: of its newest published letter; None where none was.
        ended_on: when it was closed or cancelled; None while it goes on.
        holds: all that there are on it or on everything, those that have ended too.
        plan_open: whether its plan is still followed.
        complaint_open: whether a complaint waits for its decision.
        incomplete: whether evidence is gathered again, or its letter was withdrawn and not replaced.
        concern_open: whether a concern about a child waits for somebody who acts.
        report: a thematic report that counts it and is not published; empty for none.
        work: how many pieces of work on it are owed or being done.
        request_open: whether a person's request waits for its answer who was found in it.
        restricted: whether a person has restricted the use of rows in it.
    """

    ref: str
    stage: Stage
    today: date
    published_on: date | None
    ended_on: date | None
    holds: tuple[Hold, ...] = ()
    plan_open: bool = False
    complaint_open: bool = False
    incomplete: bool = False
    concern_open: bool = False
    report: str = ""
    work: int = 0
    request_open: bool = False
    restricted: bool = False


def held_by(standing: HoldingFacts, record_class: RecordClass) -> tuple[Held, ...]:
    """Return what holds a class, besides its period; nothing where it may be destroyed. Pure."""
    return (*_by_course(standing), *_by_request(standing), *_by_holds(standing, record_class))


def _by_course(now: HoldingFacts) -> Iterator[Held]:
    if now.stage not in ENDED:
        yield Held(f"The inspection has not ended. Its stage is {plain(now.stage)}.", "it is closed or cancelled")
    if now.plan_open:
        yield Held("The plan that answers the letter is still followed.", "the lead inspector closes it")
    if now.complaint_open:
        yield Held("A complaint waits for a decision.", "2 people decide it")
    if now.incomplete:
        yield Held("The letter is withdrawn, or more evidence is gathered.", "another letter replaces it")
    if now.concern_open:
        yield Held("A concern about a child waits for somebody who acts.", "it is answered")
    if now.report:
        yield Held(f"The thematic report {now.report} counts this inspection.", "the report is published")
    if now.work:
        yield Held("Work on this inspection is still owed.", "it is done, or an operator has looked at it")


def _by_request(now: HoldingFacts) -> Iterator[Held]:
    if now.request_open:
        yield Held("A person who was found in it waits for an answer to a request.", "the request is closed")
    if now.restricted:
        # Whatever the ground: what is destroyed meanwhile can serve no claim, and cannot be checked any more.
        yield Held("A person has restricted the use of rows in it.", "2 people lift the restriction")


def _by_holds(now: HoldingFacts, record_class: RecordClass) -> Iterator[Held]:
    for hold in now.holds:
        # Each is named, and not the first alone: who lifts one is not to think that it was all.
        if hold.ended_at is None and covers(hold, now.ref, record_class):
            everything = "" if hold.inspection else ", on every inspection"
            matter = f", matter {hold.matter}" if hold.matter else ""
            since = long(hold.placed_at.astimezone(ENGLAND).date())
            why = f"{HOLD_LABELS[hold.reason]}{matter}: hold since {since}{everything}."
            yield Held(why, "2 people lift the hold" if hold.matter else "the complaint is settled")


def standing_of(session: Session, inspection: Inspection) -> HoldingFacts:
    """Return what decides on the destruction of an inspection's records, as the ledger has it now."""
    ref = inspection.ref
    plan = session.get(ActionPlan, ref)
    complaint = select(Complaint.id).where(Complaint.inspection == ref, col(Complaint.outcome).is_(None))
    concern = select(Concern.id).where(Concern.inspection == ref, col(Concern.settled_at).is_(None))
    return HoldingFacts(
        ref=ref,
        stage=Stage(inspection.stage),
        today=inspection.today(),
        published_on=_published_on(session, ref),
        ended_on=_ended_on(session, inspection),
        holds=tuple(holds_on(session, ref)),
        plan_open=plan is not None and plan.version > 0 and plan.closed_at is None,
        complaint_open=session.exec(complaint).first() is not None,
        incomplete=inspection.incomplete_at is not None or inspection.letter_open,
        concern_open=session.exec(concern).first() is not None,
        report=_unpublished_report(session, ref),
        work=_owed(session, ref),
        request_open=_has_open_request(session, ref),
        restricted=bool(in_force(session, ref)),
    )


def _has_open_request(session: Session, ref: str) -> bool:
    query = (
        select(PersonsPlace.request_id)
        .join(PersonsRequest, col(PersonsRequest.id) == col(PersonsPlace.request_id))
        .where(PersonsPlace.inspection == ref, col(PersonsRequest.outcome).is_(None))
    )
    return session.exec(query).first() is not None


def _published_on(session: Session, ref: str) -> date | None:
    query = select(Letter.compiled_at).where(Letter.inspection == ref, Letter.status == LetterStatus.PUBLISHED)
    days = [moment.astimezone(ENGLAND).date() for moment in session.exec(query)]
    return max(days, default=None)


def _ended_on(session: Session, inspection: Inspection) -> date | None:
    """Return the day on which an inspection ended, by its own clock as it stands now; None while it goes on."""
    if inspection.stage not in ENDED:
        return None
    query = select(AuditEntry).where(AuditEntry.inspection == inspection.ref, AuditEntry.action == "stage.moved")
    moves = [entry for entry in session.exec(query) if entry.facts.get("to") in ENDED]
    if not moves:
        return None
    newest = max(moves, key=lambda entry: entry.number)
    day = newest.facts.get("day")
    return date.fromisoformat(day) if day else datetime.fromisoformat(newest.at).astimezone(ENGLAND).date()


def _unpublished_report(session: Session, ref: str) -> str:
    published = select(CompiledReport.report).where(CompiledReport.status == ReportStatus.PUBLISHED)
    query = select(ThemeReport).where(col(ThemeReport.ref).not_in(published))
    return next((row.ref for row in session.exec(query) if ref in row.inspections), "")


def _owed(session: Session, ref: str) -> int:
    # An anchor says how far the record has come, and is made again after each change to it.
    of_the_record = (Owed.DESTROY, Owed.DESTROY_FILE, Owed.ANCHOR)
    query = select(Work).where(
        Work.inspection == ref, Work.state != WorkState.DONE, col(Work.kind).not_in(of_the_record)
    )
    return len(session.exec(query).all())
