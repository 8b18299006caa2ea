"""Decides what an agency may do about a request now: the page that offers it and the refusal ask the same function.

Each function returns why something cannot be done, in a sentence for the agency; an empty text where it can.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, select

from models.england import ENGLAND
from models.lifecycle import SETTLED, RequestState, Stage
from models.returns import EVALUATION
from models.states import ReturnVerdict
from models.tables import Inspection, Request, Submission, TimetableStep
from models.timetable import add_working_days, latest_promise
from models.words import long_weekday, plain
from tasks.returns.closing import refusal_of

_R = RequestState
_SENT = frozenset({_R.RECEIVED, _R.VALIDATING, _R.ACCEPTED, _R.QUERIED})
REPLACED_WITH_CARE = frozenset({_R.ACCEPTED, _R.QUERIED, _R.NIL_DECLARED})
"""States in which a new file takes the place of something good: its sender looks at it before it counts."""

_EXPLAINED_IN = frozenset(
    {
        *(Stage.RETURNS_OPEN, Stage.RETURNS_CLOSED, Stage.COHORT_FROZEN, Stage.SAMPLE_PROPOSED),
        *(Stage.SAMPLE_APPROVED, Stage.EVALUATIONS_OPEN, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING),
        Stage.FACTUAL_ACCURACY,
    }
)
_NEEDED_BY = {
    # The children are chosen on that day itself; evaluations and fieldwork need what they rest on the day before.
    False: (("sample_notified", 0), ("evaluations_due", -1), ("fieldwork_start", -1)),
    True: (("fieldwork_start", -1),),
}


def steps_of(session: Session, ref: str) -> dict[str, TimetableStep]:
    """Return the stored timetable of an inspection by the names of its steps."""
    return {row.step: row for row in session.exec(select(TimetableStep).where(TimetableStep.inspection == ref))}


def due_day(request: Request) -> date:
    """Return the English day on which a request is due."""
    return request.due_at.astimezone(ENGLAND).date()


def last_promise(request: Request, steps: dict[str, TimetableStep]) -> date:
    """Return the last day until which a late return can be promised."""
    closes = steps["fieldwork_start"].day if request.return_code == EVALUATION else None
    return latest_promise(due_day(request), closes)


def acknowledge_refusal(request: Request, inspection: Inspection) -> str:
    """Return why an agency need not say now that it has seen a request."""
    if closed := refusal_of(request, inspection):
        return closed
    return "" if request.state == _R.ISSUED else "You have already told us that you have seen this request."


def nil_refusal(request: Request, inspection: Inspection) -> str:
    """Return why an agency cannot declare a nil return now."""
    if closed := refusal_of(request, inspection):
        return closed
    if request.return_code == EVALUATION:
        return "An evaluation is asked for each child chosen, so there is no nil return. Contact the lead inspector."
    if request.state in _SENT:
        return (
            f"You have already sent rows for {request.return_code}, so it is not a nil return. "
            "Send a corrected file instead."
        )
    return "You have already declared a nil return." if request.state == _R.NIL_DECLARED else ""


def undo_nil_refusal(request: Request, inspection: Inspection) -> str:
    """Return why an agency cannot take a nil return back now."""
    if request.state != _R.NIL_DECLARED:
        return f"There is no nil return for {request.return_code} to take back."
    return refusal_of(request, inspection)


def last_of_all(steps: dict[str, TimetableStep]) -> date:
    """Return the last day to which two people together can move anything: what comes later is in no letter."""
    return add_working_days(steps["publication"].day, -1)


def late_refusal(request: Request, inspection: Inspection, steps: dict[str, TimetableStep]) -> str:
    """Return why an agency cannot tell us now that a return will be late."""
    if request.state in SETTLED:
        return f"{request.return_code} is already settled. Nothing is owed."
    if closed := refusal_of(request, inspection):
        return closed
    if request.state in _SENT:
        return f"We have your file for {request.return_code} and are checking it, so it is not late."
    if inspection.today() > last_of_all(steps):
        return (
            f"{request.return_code} could be promised until the day before the letter is published, and that day has "
            "passed. Contact the lead inspector."
        )
    return ""


def promise_refusal(until: date, request: Request, inspection: Inspection, steps: dict[str, TimetableStep]) -> str:
    """Return why a late return cannot be promised for a day, also by two people."""
    last = last_of_all(steps)
    if until < inspection.today():
        return "The date by which you will send it must be today or later."
    if until <= due_day(request):
        return f"{request.return_code} is due on {long_weekday(due_day(request))}; up to then it is not late."
    if until > last:
        return (
            f"The letter is published on {long_weekday(steps['publication'].day)}. Give a day up to "
            f"{long_weekday(last)}. If that is too soon, contact the lead inspector."
        )
    return ""


def promise_needs_two(until: date, request: Request, steps: dict[str, TimetableStep]) -> bool:
    """Return whether a promise counts only once the inspection team has confirmed it."""
    return until > last_promise(request, steps)


def extension_refusal(until: date, request: Request, steps: dict[str, TimetableStep]) -> str:
    """Return why a request's deadline cannot be moved to a day, also by two people."""
    last = last_of_all(steps)
    if until > last:
        return (
            f"{request.return_code} cannot be in the letter, which is published on "
            f"{long_weekday(steps['publication'].day)}. Give a working day up to {long_weekday(last)}, waive the "
            "request, or defer the inspection."
        )
    return ""


def extension_delays(
    until: date, request: Request, inspection: Inspection, steps: dict[str, TimetableStep]
) -> TimetableStep | None:
    """Return the step for which a return would come too late if its deadline moved to a day; None for no step.

    Such a day is for two people.
    """
    step, last = _needing(request.return_code, inspection.today(), steps)
    return step if until > last else None


def _needing(code: str, today: date, steps: dict[str, TimetableStep]) -> tuple[TimetableStep, date]:
    """Return the next step that depends on a return, and the last day on which the return can still come for it."""
    bounds = [(steps[name], add_working_days(steps[name].day, days)) for name, days in _NEEDED_BY[code == EVALUATION]]
    # Where the choice of children is late already, what needs the return next is the step after it.
    return next((bound for bound in bounds if today <= bound[1]), bounds[-1])


def again_refusal(request: Request, inspection: Inspection, version: Submission) -> str:
    """Return why an earlier version cannot be used again now."""
    if closed := refusal_of(request, inspection):
        return closed
    if version.put_aside:
        return f"Version {version.version} was sent in error, so it cannot be used again. Send another file."
    if version.version == request.current_version and request.state != _R.NIL_DECLARED:
        return f"Version {version.version} is the newest already."
    if version.result.malware or version.result.verdict not in (ReturnVerdict.ACCEPTED, ReturnVerdict.QUERIED):
        return f"Version {version.version} was not accepted, so it cannot be used again. Send a corrected file."
    return ""


def explain_refusal(inspection: Inspection) -> str:
    """Return why no query can be explained now."""
    if inspection.stage in _EXPLAINED_IN:
        return ""
    return (
        "Queries can be explained until the facts of the letter are checked. "
        f"The inspection has moved on to {plain(inspection.stage)}."
    )


def replaces(request: Request, versions: Sequence[Submission]) -> Submission | None:
    """Return the accepted version that a new file would take the place of; None where there is none."""
    newest = next((version for version in versions if version.version == request.current_version), None)
    return newest if newest is not None and request.state in (_R.ACCEPTED, _R.QUERIED) else None
