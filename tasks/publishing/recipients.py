"""Tracks the duty of every recipient to publish the letter: where and when each did, and who has not yet."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.lifecycle import AFTER_PUBLICATION
from models.refusals import FormRefusedError, Mistake
from models.tables import Agency, Inspection, Letter, RecipientPublication
from models.timetable import add_working_days
from models.words import long
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.letters.publication import PublicationRefusedError
from tasks.publishing.ending import end_of, published_letter

PUBLISH_WITHIN = 10
"""Working days after publication by which we expect to hear; the law names no day (SI 2015/1792, regulation 3)."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class RecipientDuty:
    """What one agency made of its duty to publish the letter.

    Attributes:
        agency_id: of the agency.
        agency: its name.
        web_address: where it published the letter; empty while it has not said.
        published_on: when; None while it has not said.
        recorded_by: who said so, as the audit names them.
    """

    agency_id: str
    agency: str
    web_address: str = ""
    published_on: date | None = None
    recorded_by: str = ""


def counting_letter(session: Session, inspection: Inspection) -> Letter | None:
    """Return the published letter that recipients must publish; None where none counts."""
    if inspection.stage not in AFTER_PUBLICATION:
        return None
    letter = published_letter(session, inspection.ref)
    return None if letter is None or end_of(session, inspection.ref, letter.version) else letter


def duties(session: Session, inspection: Inspection) -> list[RecipientDuty]:
    """Return the duty of each agency that the theme makes a recipient, by name; empty where no letter counts."""
    letter = counting_letter(session, inspection)
    if letter is None:
        return []
    kinds = theme_of(inspection).letter.recipients
    query = select(RecipientPublication).where(
        RecipientPublication.inspection == inspection.ref, RecipientPublication.version == letter.version
    )
    said_by = {row.agency_id: row for row in session.exec(query)}
    agencies = session.exec(
        select(Agency).where(Agency.inspection == inspection.ref, col(Agency.kind).in_(kinds)).order_by(Agency.name)
    )
    return [_duty(agency, said_by.get(agency.id)) for agency in agencies]


def _duty(agency: Agency, row: RecipientPublication | None) -> RecipientDuty:
    if row is None:
        return RecipientDuty(agency.id, agency.name)
    return RecipientDuty(agency.id, agency.name, row.web_address, row.published_on, row.recorded_by)


def due_day(letter: Letter) -> date:
    """Return the day by which recipients of a letter are expected to say where they published it."""
    return add_working_days(published_day(letter), PUBLISH_WITHIN)


def published_day(letter: Letter) -> date:
    """Return the day in England on which a letter was published."""
    return letter.compiled_at.astimezone(ENGLAND).date()


def record_duty(ref: str, agency_id: str, *, web_address: str, published_on: date | None, by: str) -> None:
    """Record where and when an agency published the letter; recorded again, the newer one counts.

    Raises:
        PublicationRefusedError: no letter counts, or the agency is no recipient of it.
        FormRefusedError: the address is no web address, or the day is none on which it can have been published.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        letter = counting_letter(session, inspection)
        if letter is None or agency_id not in {duty.agency_id for duty in duties(session, inspection)}:
            raise PublicationRefusedError("There is no published letter that you must publish.")
        mistakes = _mistakes(letter, web_address, published_on, inspection.today())
        if mistakes or published_on is None:
            raise FormRefusedError(mistakes)
        row = session.get(RecipientPublication, (agency_id, letter.version)) or RecipientPublication(
            agency_id=agency_id,
            version=letter.version,
            inspection=ref,
            web_address="",
            published_on=published_on,
            recorded_by="",
            recorded_at=inspection.now(),
        )
        row.web_address, row.published_on = web_address, published_on
        row.recorded_by, row.recorded_at = by, inspection.now()
        session.add(row)
        facts = {"version": letter.version, "published": published_on.isoformat()}
        audit.append(session, ref, actor=by, action="letter.published-by-recipient", subject=agency_id, facts=facts)


def _mistakes(letter: Letter, web_address: str, published_on: date | None, today: date) -> list[Mistake]:
    mistakes = []
    if not web_address.startswith(("https://", "http://")) or len(web_address) > _LONGEST or " " in web_address:
        mistakes.append(Mistake("website", "Enter the web address of the letter. It begins with https://."))
    first = published_day(letter)
    if published_on is None:
        mistakes.append(Mistake("day", "Enter a real date: a day, a month and a year."))
    elif not first <= published_on <= today:
        mistakes.append(Mistake("day", f"Enter a day from {long(first)} to today, {long(today)}."))
    return mistakes
