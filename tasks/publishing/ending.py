"""Withdraws and replaces a published letter, as two people decide; its addresses then say why."""

from enum import StrEnum

from sqlmodel import Session, col, select

from models.actors import inspectorate
from models.events import Event, Owed
from models.ids import LetterSubject, PagesSubject, once_key
from models.states import LetterOutcome, LetterStatus
from models.tables import Agency, Inspection, Letter, LetterEnd
from models.words import long
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.inspection.holds import end_incomplete
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import is_underway, owe
from tasks.letters.publication import PublicationRefusedError, check_can_leave
from tasks.people.notices import write_notice


class LetterReason(StrEnum):
    """Why a published letter no longer counts: public words from a list, because free words could name a child."""

    FACT_WRONG = "A fact in the letter was wrong"
    NOT_PUBLIC = "The letter held something that should not be public"
    WRONG_VERSION = "The wrong version was published"
    COMPLAINT = "A complaint about the inspection was upheld"
    COURT = "A court or another authority asked for it"


def withdraw(ref: str, reason: LetterReason, *, by: str) -> int:
    """Withdraw the published letter, and return its version; findings can then be changed for another letter.

    Raises:
        UnknownInspectionError: no such inspection.
        PublicationRefusedError: no letter is published that still counts.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        version = _counting(session, ref).version
        _end(session, inspection, version, LetterOutcome.WITHDRAWN, reason, by=by)
        inspection.letter_open = True
        session.add(inspection)
        _tell_agencies(session, inspection, version, reason)
        return version


def replace(ref: str, reason: LetterReason, *, by: str) -> int:
    """Record that another letter takes the place of the published or withdrawn one, and return the new version.

    Raises:
        UnknownInspectionError: no such inspection.
        PublicationRefusedError: no letter was published, another is owed already, or somebody is not recorded from
            whom or to whom it goes.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        newest = published_letter(session, ref)
        if newest is None:
            raise PublicationRefusedError(f"No letter of {ref} is published, so none can be replaced.")
        subject = str(LetterSubject(ref, LetterStatus.PUBLISHED, newest.version + 1))
        if is_underway(session, Owed.COMPILE_LETTER, subject):
            raise PublicationRefusedError(f"Another letter of {ref} is owed already.")
        if not findings_of(session, ref):
            raise PublicationRefusedError("No finding is recorded. Record findings on the portal, then try again.")
        check_can_leave(session, inspection, inspection.today())
        _end(session, inspection, newest.version, LetterOutcome.REPLACED, reason, by=by)
        inspection.letter_open = False
        end_incomplete(session, inspection, by=inspectorate(by))
        session.add(inspection)
        owe(session, Owed.COMPILE_LETTER, subject, ref)
        return newest.version + 1


def published_letter(session: Session, ref: str) -> Letter | None:
    """Return the newest published letter, whatever became of it; None where none was published."""
    query = select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.PUBLISHED)
    return session.exec(query.order_by(col(Letter.version).desc()).limit(1)).one_or_none()


def end_of(session: Session, ref: str, version: int) -> LetterEnd | None:
    """Return why a version no longer counts; None while it does."""
    return session.get(LetterEnd, (ref, version))


def _counting(session: Session, ref: str) -> Letter:
    letter = published_letter(session, ref)
    if letter is None:
        raise PublicationRefusedError(f"No letter of {ref} is published, so none can be withdrawn.")
    ended = end_of(session, ref, letter.version)
    if ended is not None:
        raise PublicationRefusedError(f"The letter of {ref} was {ended.outcome} already.")
    return letter


def _end(
    session: Session, inspection: Inspection, version: int, outcome: LetterOutcome, reason: LetterReason, *, by: str
) -> None:
    # A letter that is withdrawn and then replaced has one end, of which the later outcome counts.
    row = end_of(session, inspection.ref, version) or LetterEnd(
        inspection=inspection.ref, version=version, outcome=outcome, reason="", ended_at=inspection.now()
    )
    row.outcome, row.reason, row.ended_at = outcome, reason.name, inspection.now()
    session.add(row)
    facts = {"version": version, "reason": reason.name.lower()}
    subject = str(LetterSubject(inspection.ref, LetterStatus.PUBLISHED, version))
    action = f"letter.{outcome}"
    audit.append(session, inspection.ref, actor=inspectorate(by), action=action, subject=subject, facts=facts)
    owe(session, Owed.PUBLISH_PAGES, str(PagesSubject(inspection.ref, outcome, version)), inspection.ref)
    tell(session, Event.LETTER_ENDED, inspection.ref, inspection.ref)


def _tell_agencies(session: Session, inspection: Inspection, version: int, reason: LetterReason) -> None:
    """Tell every agency, since recipients have the letter on websites of their own."""
    facts = {"day": long(inspection.today()), "reason": reason.value}
    for agency in session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id)):
        once = once_key(agency.id, "letter_withdrawn", version)
        write_notice(session, "letter_withdrawn", agency, once=once, facts=facts)
