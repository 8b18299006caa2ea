"""Decisions over all inspections: what needed two people, and what one person decided alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from models.states import ProposalAnswer
from models.tables import CohortDecision, Inspection, Proposal, SampleDecision
from models.tables.base import utc_now
from models.words import titled
from tasks.jobs.second_person import waiting_of
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
    every = []
    for row, proposed in zip(proposals, waiting_of(session, proposals), strict=True):
        lapsed = row.answer is None and row.lapses_at <= utc_now()
        answer = ProposalAnswer.LAPSED if lapsed else row.answer
        outcome = _OUTCOMES[answer] if answer else _WAITS
        where, who = (row.inspection, areas[row.inspection]), (row.asked_by, row.answered_by)
        every.append(RecordedDecision(row.asked_at, *where, proposed.asks, outcome, *who, proposed.reason))
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
