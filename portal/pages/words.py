"""Says dates, states, sizes and verdicts in words."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.lifecycle import SETTLED, RequestState
from models.tables import Submission
from validation.files.parts import row_in_words

ENGLAND = ZoneInfo("Europe/London")
_STATES: dict[RequestState, tuple[str, str]] = {
    RequestState.DRAFTED: ("Being prepared", "grey"),
    RequestState.ISSUED: ("To do", "blue"),
    RequestState.ACKNOWLEDGED: ("To do", "blue"),
    RequestState.OVERDUE: ("Overdue", "red"),
    RequestState.RECEIVED: ("Being checked", "yellow"),
    RequestState.VALIDATING: ("Being checked", "yellow"),
    RequestState.REJECTED: ("Needs correcting", "red"),
    RequestState.QUERIED: ("Accepted with queries", "green"),
    RequestState.ACCEPTED: ("Accepted", "green"),
    RequestState.NIL_DECLARED: ("Nil return", "green"),
    RequestState.WAIVED: ("Not needed", "grey"),
}
_VERDICTS = {
    "accepted": ("Accepted", "green"),
    "queried": ("Accepted with queries", "green"),
    "rejected": ("Needs correcting", "red"),
    "unreadable": ("Could not be read", "red"),
}
_KIB = 1024


def tag(state: str) -> dict[str, str]:
    """Return the tag of a request's state."""
    text, colour = _STATES[RequestState(state)]
    return {"text": text, "classes": f"govuk-tag--{colour}"}


def verdict_tag(verdict: str | None) -> dict[str, str]:
    """Return the tag of a verdict, or of a file that is still being checked."""
    text, colour = _VERDICTS[verdict] if verdict else ("Being checked", "yellow")
    return {"text": text, "classes": f"govuk-tag--{colour}"}


def day(when: date) -> str:
    """Return a day as people say it, for example `Monday 24 February 2025`."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    """Return a moment in England, for example `5pm on Friday 28 February 2025`."""
    local = when.astimezone(ENGLAND)
    hour = local.hour % 12 or 12
    minutes = f":{local:%M}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'} on {day(local.date())}"


def malware(sent: Submission, scans: bool) -> str:
    """Say what the scanner said of a submission, where `scans` tells whether files are scanned now."""
    if sent.scanned_at is None:
        return "Waits for the virus check" if scans and not sent.verdict else "Not scanned for malware"
    said = f"Scanned, {sent.malware} found" if sent.malware else "Scanned, nothing found"
    return f"{said}, on {exact(sent.scanned_at)} by {sent.scanned_by}"


def exact(when: datetime) -> str:
    """Return a moment in England to the second, as a receipt needs it."""
    local = when.astimezone(ENGLAND)
    return f"{day(local.date())} at {local:%H:%M:%S} {local.tzname()}"


def left(due: datetime, now: datetime, state: str) -> str:
    """Return how long is left until a deadline, or how long it has passed; empty where nothing is owed."""
    if RequestState(state) in SETTLED:
        return ""
    days = (due.astimezone(ENGLAND).date() - now.astimezone(ENGLAND).date()).days
    if now > due:
        return f"overdue by {plural(-days, 'day')}" if days else "overdue since today"
    return f"{plural(days, 'day')} left" if days else "due today"


def plural(count: int, thing: str, things: str = "") -> str:
    """Return a number and its thing, for example `1 row` or `1,200 rows`."""
    return f"{count:,} {thing if count == 1 else things or thing + 's'}"


def rows(numbers: Iterable[int]) -> str:
    """Return rows as people read them, for example `12, 15 of file 2`."""
    return ", ".join(map(row_in_words, numbers))


def size(count: int) -> str:
    """Return a size in bytes as people read it."""
    if count < _KIB:
        return plural(count, "byte")
    return f"{count / _KIB:,.1f} KB" if count < _KIB**2 else f"{count / _KIB**2:,.1f} MB"


def plain(code: str) -> str:
    """Return a code as words, for example `returns open`."""
    return code.replace("_", " ").replace("-", " ")


def lines(text: str) -> list[str]:
    """Return a text's paragraphs."""
    return [part for part in text.split("\n") if part.strip()]
