"""Notifies the operator of work that failed: one notice for each piece of work and day, by reference (L5)."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from models.england import world_today
from models.states import WorkState
from models.tables import Work
from models.words import clock
from tasks.ground.database import transaction
from tasks.people.notices import write_notice

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class ReportedFailure:
    """One piece of failed work about which a notice was written now."""

    inspection: str
    kind: str
    subject: str
    dead: bool


def report_failures() -> list[ReportedFailure]:
    """Write a notice about each piece of work that has failed and is not done, at most one a day.

    Safe to repeat: the ledger says what failed, whatever woke us.
    """
    # The operator's day: a fault that goes on is told again each morning, not each minute.
    today = world_today()
    with transaction() as session:
        query = select(Work).where(
            col(Work.fault).is_not(None), col(Work.state).in_([WorkState.OWED, WorkState.CLAIMED, WorkState.DEAD])
        )
        failed = session.exec(query.order_by(Work.inspection, Work.kind, Work.subject)).all()
        return [
            ReportedFailure(work.inspection, work.kind, work.subject, work.state == WorkState.DEAD)
            for work in failed
            if write_notice(
                session,
                "work_failed",
                OPERATOR,
                once=f"{work.kind}/{work.subject}/failed/{today}",
                inspection=work.inspection,
                facts=_facts(work),
            )
        ]


def _facts(work: Work) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": work.kind, "subject": work.subject, "failures": work.failures, "fault": work.fault}
    if work.state != WorkState.DEAD:
        facts["again"] = clock(work.not_before)
    return facts
