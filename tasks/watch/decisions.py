"""Decisions over all inspections: what needed two people, and what one person decided alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.states import ProposalAnswer
from models.tables import Agency, CohortDecision, Inspection, Proposal, Request, SampleDecision
from models.tables.base import utc_now
from models.words import titled
from tasks.jobs.second_person import waiting
from tasks.watch.alone import decided_alone

_OUTCOMES = {
    ProposalAnswer.CONFIRMED: "Confirmed",
    ProposalAnswer.REFUSED: "Refused",
    ProposalAnswer.LAPSED: "Lapsed",
}
_WAITS, _DECIDED = "Waits for a second person", "Decided"


@dataclass(frozen=True, slots=True)
class RecordedDecision:
    """One decision.

    Attributes:
        at: when it was asked for or taken.
        ref: the inspection.
        area: its name.
        what: was decided.
        outcome: what became of it.
        by: who asked or decided, as the audit names them.
        second: who answered; empty where nobody has or none was needed.
        reason: the listed reason; empty where there is none.
    """

    at: datetime
    ref: str
    area: str
    what: str
    outcome: str
    by: str
    second: str
    reason: str


def decisions(session: Session) -> list[RecordedDecision]:
    """Return what needed two people, and what one person decided alone, newest first.

    A decision that two people took stands once, under what the first of them asked for.
    """
    inspections, proposals = session.exec(select(Inspection)).all(), session.exec(select(Proposal)).all()
    areas = {row.ref: row.area_name for row in inspections}
    # A session reads again what nobody has in hand: one query for all of these, and not one for each decision.
    at_hand = _asked_of(session, proposals)
    every = []
    for row in proposals:
        lapsed = row.answer is None and row.lapses_at <= utc_now()
        answer = ProposalAnswer.LAPSED if lapsed else row.answer
        outcome = _OUTCOMES[answer] if answer else _WAITS
        where, who = (row.inspection, areas[row.inspection]), (row.asked_by, row.answered_by)
        proposed = waiting(session, row)
        every.append(RecordedDecision(row.asked_at, *where, proposed.asks, outcome, *who, proposed.reason))
    del at_hand
    for on_sample in session.exec(select(SampleDecision)):
        # What a second person confirmed is there already, as it was asked for.
        if not on_sample.second_approver:
            labels = " by ".join(filter(None, (on_sample.label, on_sample.new_label)))
            what = f"{titled(on_sample.kind)} in draw {on_sample.draw_version} of the sample"
            what += f": {labels}" if labels else ""
            ref, reason = on_sample.inspection, titled(on_sample.reason or "")
            every.append(
                RecordedDecision(on_sample.decided_at, ref, areas[ref], what, _DECIDED, on_sample.by, "", reason)
            )
    for on_cohort in session.exec(select(CohortDecision)):
        what = f"{titled(on_cohort.kind)} version {on_cohort.cohort_version} of the cohort"
        ref = on_cohort.inspection
        every.append(
            RecordedDecision(
                on_cohort.decided_at, ref, areas[ref], what, _DECIDED, on_cohort.by, "", titled(on_cohort.reason)
            )
        )
    for alone in decided_alone(session):
        if alone.ref in areas:
            place = alone.ref, areas[alone.ref]
            every.append(RecordedDecision(alone.at, *place, alone.what, _DECIDED, alone.by, "", alone.reason))
    return sorted(every, key=lambda decision: (decision.at, decision.ref), reverse=True)


def _asked_of(session: Session, proposals: Sequence[Proposal]) -> list[Request | Agency]:
    """Return the requests that proposals are about, with their agencies."""
    ids = {str(row.values["request"]).strip() for row in proposals if "request" in row.values}
    query = select(Request, Agency).join(Agency, col(Agency.id) == Request.agency_id).where(col(Request.id).in_(ids))
    return [row for pair in session.exec(query) for row in pair]
