"""Reads the stored days of inspections, and which inspections are live."""

from datetime import date

from sqlmodel import Session, col, select

from models.lifecycle import ENDED, Stage, place_of
from models.tables import Inspection, TimetableStep
from models.timetable import deadline
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of


def day_of(session: Session, ref: str, step: str) -> date:
    """Return the stored date of a step."""
    return session.get_one(TimetableStep, (ref, step)).day


def live_inspections() -> list[str]:
    """Return the references of all inspections that have not ended, sorted."""
    with transaction() as session:
        query = select(Inspection.ref).where(col(Inspection.stage).not_in(ENDED))
        return sorted(session.exec(query))


# The stage from which on a step is over, though its day may not be. By which steps returns are due, a theme says.
_OVER_FROM = {
    "announced": Stage.ANNOUNCED,
    "sample_notified": Stage.EVALUATIONS_OPEN,
    "evaluations_due": Stage.FIELDWORK,
    "fieldwork_start": Stage.FIELDWORK,
    "fieldwork_end": Stage.FINDINGS_DRAFTING,
    "feedback": Stage.FINDINGS_DRAFTING,
    "draft_report": Stage.FACTUAL_ACCURACY,
    "factual_accuracy_due": Stage.PRE_PUBLICATION,
    "pre_publication": Stage.PRE_PUBLICATION,
    "publication": Stage.PUBLISHED,
    "statement_due": Stage.STATEMENT_RECEIVED,
}


def upcoming(steps: list[TimetableStep], inspection: Inspection) -> list[tuple[date, str]]:
    """Return the days and labels of the steps that are still to come, soonest first.

    A step is over once its deadline has passed, or once the inspection stands where the step leads.
    """
    now, theme_ = inspection.now(), theme_of(inspection)
    # A pause stands outside the order: what counts is where it began.
    reached = place_of(inspection.paused_from or inspection.stage)
    over_from = {owed.due: Stage.RETURNS_CLOSED for owed in theme_.returns} | _OVER_FROM

    def is_over(step: TimetableStep) -> bool:
        leads_to = over_from.get(step.step)
        return deadline(theme_, step.day) <= now or (leads_to is not None and place_of(leads_to) <= reached)

    return sorted((step.day, step.label) for step in steps if not is_over(step))
