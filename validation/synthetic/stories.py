"""What the council did for each child of LA-DA, in an order that its lists can all tell without contradiction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from models.timetable import is_working_day
from validation.contract.codes import CASE_STATUS, code_of, spellings
from validation.contract.context import Context
from validation.synthetic.noise import Cells
from validation.synthetic.people import Child

_STATUSES = spellings(CASE_STATUS)
# Days that stay below 45 working days, beyond which an assessment is late.
_OPEN_FOR = 55
# The first review of a plan is due within three months.
_REVIEW_AFTER = (60, 85)
_REVIEW_DUE = 89


@dataclass(frozen=True)
class ChildStory:
    """The days on which the council acted for a child; later things come later, none before the pregnancy.

    Attributes:
        child: the child.
        row: its row of LA-DA.
        status: the code of the case status in that row.
        born: the recorded date of birth.
        contacts: days of the contacts in the window, the latest last.
        referral: the day of the referral.
        assessed: the day on which the assessment started.
        authorised: the day on which it was authorised; None while it is open.
        enquiry: the day of the strategy discussion.
        conference: the day of the initial conference; None where none was needed.
        review: the day of the plan's review conference; None before it is due.
        closed: the day on which the case closed, for closed cases.
    """

    child: Child
    row: Cells
    status: str
    born: date | None
    contacts: tuple[date, ...]
    referral: date
    assessed: date
    authorised: date | None
    enquiry: date
    conference: date | None
    review: date | None
    closed: date | None

    @property
    def protected(self) -> date:
        """Return the day on which a child protection plan began."""
        return self.conference or self.enquiry


def day_of(cell: str | None) -> date | None:
    """Return the day that a cell typed dd/mm/yyyy holds."""
    return datetime.strptime(cell, "%d/%m/%Y").date() if cell else None


def story(child: Child, row: Cells, context: Context, rng: Random) -> ChildStory:
    """Return what the council did for a child, in agreement with its row of LA-DA."""
    end, status = context.announced, code_of(row["case_status"] or "", _STATUSES) or ""
    born = day_of(row["date_of_birth"])
    conceived = child.due - timedelta(days=260) if child.due else context.window_start
    first = max(context.window_start, born or conceived)

    def later(day: date, most: int) -> date:
        return min(day + timedelta(days=rng.randrange(0, most + 1)), end)

    referral = later(first, (end - first).days // 2)
    assessed = later(referral, 3)
    if status == "open_assessment" and (end - assessed).days > _OPEN_FOR:
        referral = assessed = end - timedelta(days=rng.randrange(0, _OPEN_FOR))
    authorised = None if status == "open_assessment" else later(assessed + timedelta(days=5), 35)
    enquiry = later(assessed, 10)
    conference = _working_day(enquiry, enquiry + timedelta(days=14), end, rng)
    protected = conference or enquiry
    low, high = (protected + timedelta(days=n) for n in _REVIEW_AFTER)
    review = _working_day(low, high, end, rng) if (end - protected).days >= _REVIEW_DUE else None
    closed = later(authorised or assessed, 60) if status == "closed" else None
    contacts = _contacts(row, first, later)
    return ChildStory(
        child, row, status, born, contacts, referral, assessed, authorised, enquiry, conference, review, closed
    )


def _contacts(row: Cells, first: date, later: Callable[[date, int], date]) -> tuple[date, ...]:
    latest = day_of(row["latest_da_contact_date"]) or first
    start = min(first, latest)
    count = int(row["contacts_in_window"] or 1)
    return (*sorted(later(start, (latest - start).days) for _ in range(count - 1)), latest)


def _working_day(first: date, last: date, end: date, rng: Random) -> date | None:
    """Return a working day from `first` to `last` and not after `end`, or None where there is none."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    fit = [day for day in days if day <= end and is_working_day(day)]
    return rng.choice(fit) if fit else None
