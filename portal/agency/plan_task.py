"""The plan as a task on the first page of the agency that sends it: what is to be done about it now."""

from typing import Any

from sqlmodel import Session

from models.states import PlanOutcome
from models.tables import ActionPlan, Inspection
from models.words import moment, plural
from tasks.plans.progress import open_round, waits_for
from tasks.plans.standing import plan_of, plan_refusal, reviews_of, sends_plan


def plan_task(session: Session, inspection: Inspection, agency_id: str) -> dict[str, Any] | None:
    """Return the task of the plan; None for an agency that sends none, or where none is taken and none was sent."""
    if not sends_plan(session, inspection.ref, agency_id):
        return None
    row, refusal = plan_of(session, inspection.ref), plan_refusal(session, inspection)
    if refusal and not row.version:
        return None
    current = open_round(session, inspection.ref)
    left = waits_for(session, current) if current and not refusal else []
    due = hint = ""
    if current and left:
        actions = plural(len(left), "action of the plan is", "actions of the plan are")
        due = f"Tell us by {moment(current.due_at)} how far {actions}."
        hint = f"Progress is due by {moment(current.due_at)}"
    text, colour = _tag(session, row, refusal, bool(left))
    return {
        "due": due,
        "title": {"text": "Plan that answers the letter"},
        "hint": {"text": hint or "Its actions, by form or by workbook"},
        "href": "/plan/progress" if left else "/plan",
        "status": {"tag": {"text": text, "classes": f"govuk-tag--{colour}"}},
    }


def _tag(session: Session, row: ActionPlan, refusal: str, left: bool) -> tuple[str, str]:
    if row.closed_at or refusal:
        return ("Closed" if row.closed_at else "Not now"), "grey"
    if left:
        return "Progress asked for", "blue"
    if not row.version:
        return ("Draft" if row.draft_actions else "To do"), "blue"
    review = next((each for each in reviews_of(session, row.inspection) if each.version == row.version), None)
    if review is None:
        return "Sent", "green"
    return ("Adequate", "green") if review.outcome == PlanOutcome.ADEQUATE else ("Something is missing", "yellow")
