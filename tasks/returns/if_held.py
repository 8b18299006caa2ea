"""Returns that agencies are asked for if they hold such records: why they hold none, and how long we wait."""

from datetime import datetime

from sqlmodel import Session

from models.decisions import PROMISE
from models.england import ENGLAND
from models.ids import agency_kind
from models.lifecycle import RequestState
from models.tables import Inspection, Request
from models.themes import Theme
from models.timetable import add_working_days, latest_promise
from tasks.ledger.themes import theme_of
from tasks.people.two_people import is_confirmed

# A list, because free text could name a child (L5).
NONE_HELD_REASONS = {
    "no_records": "We searched our records and hold none",
    "no_service": "We have no such service in the area",
    "held_elsewhere": "Another organisation holds these records",
}

# What was sent and needs correcting shows that the agency holds such records: it is waited for like any other.
_NOTHING_CAME = frozenset({RequestState.ISSUED, RequestState.ACKNOWLEDGED, RequestState.OVERDUE})


def is_if_held(request: Request, theme_: Theme) -> bool:
    """Return whether a request is for what its agency may not hold, so that the inspection does not wait for ever."""
    return not theme_.is_must(request.return_code, agency_kind(request.agency_id))


def promised_until(session: Session, request: Request) -> datetime | None:
    """Return until when an agency's promise holds; None where it promised nothing."""
    if request.late_until is None:
        return None
    due = request.due_at.astimezone(ENGLAND)
    # A promise silences nobody for ever: chasing goes on after the days for which one person can give it.
    day = min(request.late_until, latest_promise(due.date()))
    if is_confirmed(session, PROMISE, request.id, {"until": request.late_until.isoformat()}):
        day = request.late_until
    # It is for a day; it runs until the hour of that day at which the deadline would be.
    return datetime.combine(day, due.time(), ENGLAND)


def waited_until(request: Request, theme_: Theme, promised: datetime | None) -> datetime:
    """Return until when a return that may not be held is waited for: the end of the day of the ladder's last rung.

    Args:
        request: for the return.
        theme_: whose ladder chases it.
        promised: until when the agency promised it.
    """
    due = request.due_at.astimezone(ENGLAND)
    since = max(due, promised or due)
    last = max((rung.working_days for rung in theme_.chasing), default=0)
    day = add_working_days(since.date(), last) if last > 0 else since.date()
    return datetime.combine(day, due.time(), ENGLAND)


def can_go_without(session: Session, inspection: Inspection, request: Request) -> bool:
    """Return whether the inspection goes on without a return: it may not be held, nothing came, and it was chased."""
    theme_ = theme_of(inspection)
    if request.state not in _NOTHING_CAME or not is_if_held(request, theme_):
        return False
    return inspection.now() > waited_until(request, theme_, promised_until(session, request))
