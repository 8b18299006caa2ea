"""What of an inspection is closed to a reader, because a person has restricted its use, and what they open."""

from sqlmodel import Session

from tasks.ledger.restricted import record_opening_of
from tasks.reading.visibility import Reader
from tasks.sampling.restricted_cases import NO_CASES, RestrictedCases, restricted_cases


def closed_to(session: Session, ref: str, reader: Reader) -> RestrictedCases:
    """Return the chosen children and documents of which a reader sees nothing; none to whoever opens them."""
    return NO_CASES if reader.opens is not None else restricted_cases(session, ref)


def open_closed_document(session: Session, ref: str, reader: Reader, version: str) -> None:
    """Record that a reader opened a document whose use a person has restricted, with their reason."""
    if reader.opens is not None:
        record_opening_of(session, ref, reader.opens, version, by=reader.by)
