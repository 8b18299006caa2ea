"""Planned meetings and consent as the team reads them: of one child, or all by day; each reading recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.england import ENGLAND
from models.ids import child_subject
from models.tables import Consent, PlannedMeeting
from tasks.ledger import audit
from tasks.meetings.family import consents_of, planned_of, text_at
from tasks.reading.closed import closed_to
from tasks.reading.visibility import Reader

READ = "family-meetings.read"


@dataclass(frozen=True, slots=True)
class WrittenMeeting:
    """A planned meeting with what was written about it."""

    meeting: PlannedMeeting
    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer about meeting inspectors that holds, with what was written about it."""

    consent: Consent
    text: str


@dataclass(frozen=True, slots=True)
class FamilyMeetings:
    """What is planned and agreed, of one child or of all."""

    planned: tuple[WrittenMeeting, ...]
    consents: tuple[Answered, ...]

    def coming(self, now: datetime) -> list[WrittenMeeting]:
        """Return the meetings that are still to come and were not called off; one of today, England's, is to come."""
        today = now.astimezone(ENGLAND).date()
        return [
            each
            for each in self.planned
            if each.meeting.cancelled_at is None and each.meeting.begins_at.astimezone(ENGLAND).date() >= today
        ]


def read_family_meetings(session: Session, ref: str, reader: Reader, child: str = "") -> FamilyMeetings:
    """Return the planned meetings and the consents that a reader sees; the audit records who read how many.

    Args:
        session: of the ledger.
        ref: the inspection.
        reader: who reads; of agencies that they do not see, and of children whose use is restricted, nothing is there.
        child: label of one child; empty for all.
    """
    closed = closed_to(session, ref, reader)

    def sees(row: PlannedMeeting | Consent) -> bool:
        return reader.sees(row.agency_id) and not closed.hides(row.child)

    planned = [row for row in planned_of(session, ref, child) if sees(row)]
    consents = [row for row in consents_of(session, ref, child) if sees(row)]
    _record(session, ref, reader, child, (*planned, *consents))
    return FamilyMeetings(
        tuple(WrittenMeeting(row, text_at(row.words_key)) for row in planned),
        tuple(Answered(row, text_at(row.words_key)) for row in consents),
    )


def _record(session: Session, ref: str, reader: Reader, child: str, rows: Sequence[PlannedMeeting | Consent]) -> None:
    if rows:
        subject = child_subject(ref, child) if child else ref
        audit.append(session, ref, actor=reader.by, action=READ, subject=subject, facts={"records": len(rows)})
