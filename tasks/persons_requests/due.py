"""The day by which a person's request is answered, and why then (UK GDPR Article 12(3), as the ICO counts). Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.holidays import bank_holiday
from models.timetable import add_months, is_working_day
from models.words import long, long_weekday, plural

MONTHS, EXTENDED = 1, 3
"""Within one month after it was received, and two further ones where it is extended."""


@dataclass(frozen=True, slots=True)
class AnswerDue:
    """A day and the sentences that say why it is that one (L7)."""

    day: date
    why: str


def due(received: date, months: int = MONTHS) -> AnswerDue:
    """Return the day by which a request is answered.

    It is the corresponding day of the month, or that month's last day where it has none, and the next working day
    where nobody works on it.

    Args:
        received: the day on which it came, which may be no working day.
        months: after it.
    """
    day = add_months(received, months)
    number = "1 month" if months == 1 else plural(months, "month")
    last = ", the last day of that month" if day.day != received.day else ""
    why = f"{number} after {long(received)} is {long_weekday(day)}{last}."
    if is_working_day(day):
        return AnswerDue(day, why)
    moved, skipped = day, []
    while not is_working_day(moved):
        if name := bank_holiday(moved):
            skipped.append(f"{long(moved)} is a bank holiday ({name})")
        moved += timedelta(days=1)
    because = f" {'. '.join(skipped)}." if skipped else ""
    return AnswerDue(moved, f"{why} Nobody works on that day, so it is {long_weekday(moved)}.{because}")
