"""Tells those who follow a request what became of a file that was sent in error: references and counts, no words."""

from sqlmodel import Session

from models.ids import once_key
from models.tables import Agency, WrongFile
from models.words import joined, noun
from tasks.people.notices import write_notice

_TEAM = ("lead", "manager", "protection")


def tell_put_aside(session: Session, row: WrongFile, agency: Agency, why: str) -> None:
    """Write to agency, lead inspector, managers and data protection officers that a file is put aside."""
    owed = sum("state" in before for before in row.requests.values())
    facts = {
        "file": row.id,
        "what": row.name,
        "agency": agency.name,
        "why": why,
        "owed": owed,
        "cohorts": cohorts_in_words(row),
        "breach": row.breach,
    }
    once = once_key(row.id, "put-aside")
    write_notice(session, "file_put_aside", agency, once=once, sign_in=True, facts=facts)
    for role in _TEAM:
        own = once_key(row.id, "put-aside", role)
        write_notice(session, "file_put_aside", role, once=own, inspection=row.inspection, facts=facts)


def tell_end(session: Session, row: WrongFile, agency: Agency, kind: str) -> None:
    """Write to the same people that a file is destroyed or released."""
    facts = {"file": row.id, "what": row.name, "agency": agency.name, "certificate": row.certificate_sha256[:16]}
    write_notice(session, kind, agency, once=once_key(row.id, kind), sign_in=True, facts=facts)
    for role in _TEAM:
        own = once_key(row.id, kind, role)
        write_notice(session, kind, role, once=own, inspection=row.inspection, facts=facts)


def cohorts_in_words(row: WrongFile) -> str:
    """Return which frozen versions of the cohort were made with a file; empty where none was."""
    if not row.cohorts:
        return ""
    numbers = [str(number) for number in row.cohorts]
    return f"{noun(len(numbers), 'version', 'versions')} {joined(numbers)} of the cohort"
