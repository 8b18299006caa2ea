"""What waits for somebody in each of their inspections, counted over all of them at once."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from models.decisions import REVIEW_PLAN
from models.lifecycle import SETTLED, Stage
from models.roles import Act, may
from models.states import DocumentState
from models.tables import (
    ActionPlan,
    Agency,
    AgreedJudgement,
    Complaint,
    Concern,
    Correction,
    DocumentItem,
    Inspection,
    Judgement,
    NoteBatch,
    PersonsCorrection,
    PersonsRequest,
    PlanReview,
    PlanVersion,
    Proposal,
    Request,
    Statement,
)
from models.words import moment, plural
from tasks.inspection.document_items import TAKES_NO_DOCUMENTS
from tasks.judging.judgements import standing
from tasks.letters.owed_statement import owed_by
from tasks.people.access import Door

_UNANSWERED = "on the draft without a reply"
_UNSETTLED = "that no agency has settled"
_DIFFERS = "of yours from which another differs"


@dataclass(frozen=True, slots=True)
class Waits:
    """What the ledger counts for some inspections and agencies.

    Attributes:
        agencies: names of agencies, by their ids.
        returns: returns that are not settled, by agency.
        documents: documents that are asked for and have not come, by agency.
        corrections: corrections of a person's data that are not answered, by agency.
        statements: written statements that have not come, by the agency that owes them.
        comments: comments on the draft letter without a reply, by inspection.
        concerns: concerns about a child that nobody has settled, by inspection.
        notes: batches of notes that arrived after their writer could no longer come in, by inspection.
        complaints: complaints about an inspection without a decision, by inspection.
        plans: newest versions of plans that nobody has reviewed, by inspection.
        judgements: judgements of the person's own with which another inspector's differs, by inspection.
    """

    agencies: dict[str, str]
    returns: Counter[str]
    documents: Counter[str]
    corrections: Counter[str]
    statements: dict[str, Statement]
    comments: Counter[str]
    concerns: Counter[str]
    notes: Counter[str]
    complaints: Counter[str]
    plans: Counter[str]
    judgements: Counter[str]


def counted(session: Session, refs: Collection[str], agencies: Collection[str], person: str) -> Waits:
    """Return what waits in some inspections and for some agencies; the number of queries does not grow with them.

    Args:
        session: a transaction.
        refs: the inspections.
        agencies: those whose people somebody is one of.
        person: whose judgements are compared with those of others.
    """
    names = select(Agency.id, Agency.name).where(col(Agency.id).in_(agencies))
    owed = select(Statement).where(
        col(Statement.inspection).in_(refs), col(Statement.published_on).is_not(None), col(Statement.needed)
    )
    statements = session.exec(owed.where(col(Statement.received_at).is_(None)))
    undecided = (col(Correction.outcome).is_(None), col(Correction.withdrawn_at).is_(None))
    return Waits(
        dict(session.exec(names).all()),
        _by(session, Request.agency_id, agencies, col(Request.state).not_in(SETTLED)),
        _by(session, DocumentItem.agency_id, agencies, col(DocumentItem.state) == DocumentState.ASKED),
        _by(session, PersonsCorrection.agency_id, agencies, col(PersonsCorrection.outcome).is_(None)),
        {owed_by(row): row for row in statements},
        _by(session, Correction.inspection, refs, *undecided),
        _by(session, Concern.inspection, refs, col(Concern.settled_at).is_(None)),
        _by(session, NoteBatch.inspection, refs, col(NoteBatch.waits).is_(True)),
        _by(session, Complaint.inspection, refs, col(Complaint.outcome).is_(None)),
        _by(session, PlanVersion.inspection, refs, _is_unreviewed()),
        _differing(session, refs, person),
    )


def open_requests(session: Session) -> int:
    """Return how many requests of people about data on them are not closed."""
    return session.exec(select(func.count()).where(col(PersonsRequest.closed_at).is_(None))).one()


def _is_unreviewed() -> ColumnElement[bool]:
    """Return the condition of a version of a plan that is the newest, not reviewed, and followed still."""
    newer, own = aliased(PlanVersion), col(PlanVersion.inspection)
    review = select(PlanReview.version).where(PlanReview.inspection == own, PlanReview.version == PlanVersion.version)
    later = select(newer.version).where(newer.inspection == own, col(newer.version) > PlanVersion.version)
    proposed = select(Proposal.id).where(
        Proposal.inspection == own, Proposal.act == REVIEW_PLAN, col(Proposal.answer).is_(None)
    )
    closed = select(ActionPlan.inspection).where(ActionPlan.inspection == own, col(ActionPlan.closed_at).is_not(None))
    return ~or_(review.exists(), later.exists(), proposed.exists(), closed.exists())


def _differing(session: Session, refs: Collection[str], person: str) -> Counter[str]:
    """Count the children and areas on which somebody may know that a judgement differs from their own, by inspection.

    Whoever has not judged learns nothing of the judgements of others.
    """
    own = aliased(Judgement)
    judged = select(own.child).where(
        own.inspection == Judgement.inspection,
        own.child == Judgement.child,
        own.area == Judgement.area,
        own.person_id == person,
    )
    query = select(Judgement).where(col(Judgement.inspection).in_(refs), judged.exists())
    newest: dict[tuple[str, str, str], dict[str, Judgement]] = defaultdict(dict)
    for row in session.exec(query.order_by(col(Judgement.version))):
        newest[row.inspection, row.child, row.area][row.person_id] = row
    agreed = {
        (row.inspection, row.child, row.area): row
        for row in session.exec(select(AgreedJudgement).where(col(AgreedJudgement.inspection).in_(refs)))
    }
    return Counter(
        thing[0]
        for thing, rows in newest.items()
        if standing(thing[1], thing[2], rows.values(), agreed.get(thing), person).state == "differ"
    )


def _by(session: Session, key: Any, wanted: Collection[str], *conditions: ColumnElement[bool]) -> Counter[str]:
    query = select(key, func.count()).where(col(key).in_(wanted), *conditions).group_by(key)
    return Counter(dict(session.exec(query).all()))


def waits_of(door: Door, inspection: Inspection, waits: Waits) -> list[tuple[str, str]]:
    """Return what waits for somebody in one of their roles: each in words, with the page where it is done."""
    if door.agency_id:
        return _of_agency(door.agency_id, inspection, waits)
    ref, at = inspection.ref, f"/inspections/{inspection.ref}"
    comments = waits.comments[ref] if inspection.stage is Stage.FACTUAL_ACCURACY else 0
    concerns, judgements, notes = waits.concerns[ref], waits.judgements[ref], waits.notes[ref]
    plans, complaints = waits.plans[ref], waits.complaints[ref]
    listed = (
        (Act.DECIDE_COMMENTS, comments, f"{plural(comments, 'comment')} {_UNANSWERED}", f"{at}/comments"),
        (Act.FOLLOW_CONCERNS, concerns, f"{plural(concerns, 'concern')} about a child {_UNSETTLED}", "/concerns"),
        (Act.RECORD_FINDINGS, judgements, f"{plural(judgements, 'judgement')} {_DIFFERS}", f"{at}/judgements"),
        (Act.RECOVER_NOTES, notes, f"{plural(notes, 'batch', 'batches')} of notes to let in", f"{at}/notes"),
        (Act.REVIEW_PLAN, plans, "The newest version of the plan to review", f"{at}/plan"),
        (Act.DECIDE_COMPLAINTS, complaints, f"{plural(complaints, 'complaint')} to decide", f"{at}/complaints"),
    )
    return [(text, address) for act, number, text, address in listed if number and may(door.role, act)]


def _of_agency(agency: str, inspection: Inspection, waits: Waits) -> list[tuple[str, str]]:
    listed = []
    if number := waits.returns[agency]:
        listed.append((f"{plural(number, 'return is', 'returns are')} not settled yet", ""))
    if (number := waits.documents[agency]) and inspection.stage not in TAKES_NO_DOCUMENTS:
        listed.append((f"{plural(number, 'document has', 'documents have')} not come yet", ""))
    if number := waits.corrections[agency]:
        listed.append((f"{plural(number, 'correction')} of a person's data to answer", ""))
    statement = waits.statements.get(agency)
    if statement is not None and inspection.stage is Stage.STATEMENT_DUE:
        due = f", due by {moment(statement.due_at)}" if statement.due_at else ""
        listed.append((f"The written statement has not come yet{due}", ""))
    return listed
