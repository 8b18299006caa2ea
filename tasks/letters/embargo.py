"""The copy before publication: who may open it, how it is marked until the day, and who has opened it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.ids import LetterSubject, agency_kind, agency_name, once_key
from models.lifecycle import Stage
from models.states import LetterStatus
from models.tables import Agency, AuditEntry, Inspection, Letter
from models.words import long
from tasks.inspection.days import day_of
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.people.letter_people import addressees_of
from tasks.people.notices import write_notice

READ = "letter.read"


def embargo_words(planned: date, today: date) -> str:
    """Return how the copy is marked. Pure.

    Args:
        planned: the day of publication in the timetable.
        today: the day on which the copy is read.
    """
    if today <= planned:
        return f"Under embargo until {long(planned)}, the day on which we plan to publish it."
    return f"Under embargo until it is published. That was planned for {long(planned)}."


def embargo_of(session: Session, inspection: Inspection, letter: Letter | None) -> str:
    """Return how a letter is marked now; empty for one that is under no embargo."""
    if letter is None or letter.status != LetterStatus.PRE_PUBLICATION:
        return ""
    return embargo_words(day_of(session, inspection.ref, "publication"), inspection.today())


def may_open_copy(session: Session, inspection: Inspection, agency_id: str) -> bool:
    """Return whether an agency may open the copy: the letter is addressed to somebody there, or goes there by law."""
    if agency_kind(agency_id) in theme_of(inspection).letter.recipients:
        return True
    return any(row.agency_id == agency_id for row in addressees_of(session, inspection.ref))


def copy_of(session: Session, ref: str) -> Letter | None:
    """Return the copy before publication, or None before it is made."""
    query = select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.PRE_PUBLICATION)
    return session.exec(query.order_by(col(Letter.version).desc()).limit(1)).one_or_none()


def readers_of(session: Session, inspection: Inspection) -> list[Agency]:
    """Return the agencies that may open the copy, by id."""
    agencies = session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id))
    return [agency for agency in agencies if may_open_copy(session, inspection, agency.id)]


def tell_copy(session: Session, inspection: Inspection) -> None:
    """Tell each agency that may open the copy that it is there, once; whoever is addressed later is told then."""
    facts = {"publication": long(day_of(session, inspection.ref, "publication"))}
    for agency in readers_of(session, inspection):
        once = once_key(agency.id, "pre_publication")
        write_notice(session, "pre_publication", agency, once=once, sign_in=True, facts=facts)


def tell_newly_addressed(session: Session, ref: str) -> None:
    """Tell an agency to which the letter is addressed only now, where the copy is out and the letter is not."""
    inspection = inspection_of(session, ref)
    if inspection.stage == Stage.PRE_PUBLICATION and copy_of(session, ref) is not None:
        tell_copy(session, inspection)


@dataclass(frozen=True, slots=True)
class CopyOpening:
    """What one person of an agency opened of the copy.

    Attributes:
        agency: its name.
        by: the person, as the audit names them.
        version: of the copy.
        times: how often it was opened.
        first: when first.
        last: when last.
    """

    agency: str
    by: str
    version: int
    times: int
    first: datetime
    last: datetime


def copy_openings(session: Session, inspection: Inspection) -> list[CopyOpening]:
    """Return who of the agencies opened the copy, the newest first."""
    ref = inspection.ref
    names = {agency_name(row.id): row.name for row in session.exec(select(Agency).where(Agency.inspection == ref))}
    query = select(AuditEntry).where(
        AuditEntry.inspection == ref,
        AuditEntry.action == READ,
        col(AuditEntry.subject).startswith(f"{LetterStatus.PRE_PUBLICATION}/"),
    )
    opened: dict[tuple[str, str, int], list[datetime]] = {}
    for entry in session.exec(query.order_by(col(AuditEntry.number))):
        if agency := entry.facts.get("agency"):
            version = LetterSubject.named(ref, entry.subject).number
            opened.setdefault((agency, entry.actor, version), []).append(datetime.fromisoformat(entry.at))
    rows = [
        CopyOpening(names[agency], by, version, len(at), at[0], at[-1]) for (agency, by, version), at in opened.items()
    ]
    return sorted(rows, key=lambda row: row.last, reverse=True)


def unopened_by(session: Session, inspection: Inspection) -> list[str]:
    """Return the names of the agencies that may open the copy and have not."""
    have = {row.agency for row in copy_openings(session, inspection)}
    return [agency.name for agency in readers_of(session, inspection) if agency.name not in have]
