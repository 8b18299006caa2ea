"""Words for states, verdicts, the scanner's answer and time left, as the portal shows them."""

from collections.abc import Iterable
from datetime import datetime

from models import words
from models.england import ENGLAND
from models.lifecycle import SETTLED, RequestState
from models.states import Delivery, DocumentState, ReturnVerdict
from models.tables import CommentFile, DocumentVersion, Submission
from validation.files.parts import row_in_words

_STATES: dict[RequestState, tuple[str, str]] = {
    RequestState.DRAFTED: ("Being prepared", "grey"),
    RequestState.ISSUED: ("To do", "blue"),
    RequestState.ACKNOWLEDGED: ("Seen, to do", "blue"),
    RequestState.OVERDUE: ("Overdue", "red"),
    RequestState.RECEIVED: ("Being checked", "yellow"),
    RequestState.VALIDATING: ("Being checked", "yellow"),
    RequestState.REJECTED: (words.VERDICTS["rejected"], "red"),
    RequestState.QUERIED: (words.VERDICTS["queried"], "green"),
    RequestState.ACCEPTED: (words.VERDICTS["accepted"], "green"),
    RequestState.WITHDRAWN: ("Withdrawn", "grey"),
    RequestState.NIL_DECLARED: ("Nil return", "green"),
    RequestState.WAIVED: ("Not needed", "grey"),
}
_COLOURS = {
    ReturnVerdict.ACCEPTED: "green",
    ReturnVerdict.QUERIED: "green",
    ReturnVerdict.REJECTED: "red",
    ReturnVerdict.UNREADABLE: "red",
}

DELIVERY = {
    Delivery.WAITING: "Not sent yet",
    Delivery.SENDING: "Being sent",
    Delivery.KEPT: "Kept here, and sent to nobody",
    Delivery.SENT: "Sent",
    Delivery.DELIVERED: "Delivered",
    Delivery.FAILED: "Could not be sent",
    Delivery.BOUNCED: "Came back",
}
"""The words for how far a notice has come."""


def tag(state: RequestState) -> dict[str, str]:
    """Return the tag of a request's state."""
    text, colour = _STATES[state]
    return {"text": text, "classes": f"govuk-tag--{colour}"}


def verdict_tag(verdict: ReturnVerdict | None, *, waits: bool = False) -> dict[str, str]:
    """Return the tag of a verdict, of one that waits for rules of ours, or of a file that is still being checked."""
    if waits:
        return {"text": words.HELD, "classes": "govuk-tag--yellow"}
    text, colour = (words.VERDICTS[verdict], _COLOURS[verdict]) if verdict else ("Being checked", "yellow")
    return {"text": text, "classes": f"govuk-tag--{colour}"}


def severity_tag(severity: str) -> dict[str, str]:
    """Return the tag of how much a finding weighs."""
    colour = {"error": "red", "query": "yellow", "info": "grey"}[severity]
    return {"text": words.SEVERITIES[severity], "classes": f"govuk-tag--{colour}"}


_DOCUMENTS: dict[DocumentState, tuple[str, str]] = {
    DocumentState.OFFERED: ("May be sent", "grey"),
    DocumentState.ASKED: ("To do", "blue"),
    DocumentState.RECEIVED: ("Received", "green"),
    DocumentState.NONE_HELD: ("None held", "grey"),
    DocumentState.WITHDRAWN: ("Withdrawn", "grey"),
}


def document_tag(
    state: DocumentState, *, overdue: bool = False, closed: bool = False, team: bool = False
) -> dict[str, str]:
    """Return the tag of a document's state; `closed` says that no document is taken any more, `team` who reads it."""
    text, colour = _DOCUMENTS[state]
    if state is DocumentState.ASKED and team:
        text = "Not here yet"
    if state is DocumentState.ASKED and closed:
        text, colour = "Not sent", "grey"
    elif state is DocumentState.ASKED and overdue:
        text, colour = "Overdue", "red"
    return {"text": text, "classes": f"govuk-tag--{colour}"}


def document_check(version: DocumentVersion | CommentFile) -> str:
    """Return what the scanner said of a version of a document, or of a file with a comment, in words."""
    if isinstance(version, DocumentVersion) and version.put_aside:
        return "Sent in error. Nobody opens it"
    if version.malware:
        return f"Scanned, {version.malware} found. Nobody opens it"
    if version.checked_at is None:
        return "Waits for the virus check"
    return f"Scanned, nothing found, by {version.scanned_by}" if version.scanned_by else "Not scanned for malware"


def malware(submission: Submission, scans: bool) -> str:
    """Return the scanner's answer about a submission, in words; `scans` is whether files are scanned now."""
    result = submission.result
    if result.scanned_at is None:
        return "Waits for the virus check" if scans and not result.verdict else "Not scanned for malware"
    answer = f"Scanned, {result.malware} found" if result.malware else "Scanned, nothing found"
    return f"{answer}, on {words.exact_moment(result.scanned_at)} by {result.scanned_by}"


def left(due: datetime, now: datetime, state: RequestState) -> str:
    """Return how long is left until a deadline, or how long it has passed; empty where nothing is owed."""
    if state in SETTLED:
        return ""
    # A deadline falls in an English day: near midnight the day of the server's clock is another.
    days = (due.astimezone(ENGLAND).date() - now.astimezone(ENGLAND).date()).days
    if now > due:
        return f"overdue by {words.plural(-days, 'day')}" if days else "overdue since today"
    return f"{words.plural(days, 'day')} left" if days else "due today"


def rows(numbers: Iterable[int]) -> str:
    """Return rows as people read them, for example `12, 15 of file 2`."""
    return ", ".join(map(row_in_words, numbers))


def plain(code: str) -> str:
    """Return a code as words, for example `returns open`."""
    return words.plain(code.replace("-", "_"))


def lines(text: str) -> list[str]:
    """Return a text's paragraphs."""
    return [part for part in text.split("\n") if part.strip()]
