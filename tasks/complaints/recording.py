"""Records a complaint that came after publication; a late one with the reason for which it is taken."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from models.ids import once_key
from models.keys import complaint as stored_at
from models.lifecycle import AFTER_PUBLICATION
from models.refusals import FormRefusedError, Mistake, NothingThereError, Refusal
from models.states import ComplaintFrom, HoldReason, LateComplaint
from models.tables import Agency, Complaint, Inspection
from models.timetable import add_working_days
from models.words import long
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.inspection.holds import place_hold
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.publishing.ending import published_letter
from tasks.publishing.recipients import published_day
from tasks.recognition.passing import recogniser

WITHIN = 10
"""Working days after publication within which a complaint is made (Ofsted's complaints procedure)."""
LONGEST = 6000

CAME_FROM = {
    ComplaintFrom.AGENCY: "an agency in scope",
    ComplaintFrom.PARTNERSHIP: "the safeguarding partnership",
    ComplaintFrom.FAMILY: "a child or a family",
    ComplaintFrom.STAFF: "a member of staff",
    ComplaintFrom.PUBLIC: "a member of the public",
}
"""From whom a complaint came, as people read it."""

LATE = {
    LateComplaint.LEARNED_LATER: "What it is about was learned only later",
    LateComplaint.WAITED_FOR_US: "They waited for an answer of ours",
    LateComplaint.OTHER_ADDRESS: "It was sent in time to another address",
    LateComplaint.COULD_NOT: "Illness or an emergency kept them from it",
}
"""Why a late complaint is taken all the same, as people read it."""


class ComplaintError(Refusal):
    """Something about a complaint cannot be done as asked; the sentence says why."""


class NoComplaintError(NothingThereError):
    """There is no such complaint for whoever asks."""

    def __init__(self) -> None:
        super().__init__("There is no such complaint for you.")


@dataclass(frozen=True, slots=True)
class ComplaintWords:
    """A complaint as it is recorded.

    Attributes:
        text: what it says.
        came_from: a value of `ComplaintFrom`.
        received_on: the day on which it came.
        agency_id: whose it is; empty where it came from nobody in scope.
        late_reason: a value of `LateComplaint`; empty where it is not late.
    """

    text: str
    came_from: str
    received_on: date | None
    agency_id: str = ""
    late_reason: str = ""


def last_day(published: date) -> date:
    """Return the last day on which a complaint is in time. Pure."""
    return add_working_days(published, WITHIN)


def complaints_until(session: Session, inspection: Inspection) -> date | None:
    """Return the last day on which a complaint is in time; None before the letter is published."""
    letter = published_letter(session, inspection.ref)
    return last_day(published_day(letter)) if letter else None


def complaint_refusal(session: Session, inspection: Inspection) -> str:
    """Return why no complaint is recorded now; an empty text where one is."""
    if inspection.stage in AFTER_PUBLICATION and published_letter(session, inspection.ref) is not None:
        return ""
    return "Complaints are made after the letter is published. Until then, tell the lead inspector what is wrong."


def record_complaint(ref: str, words: ComplaintWords, *, by: str) -> str:
    """Record a complaint, hold what the inspection holds, and return its id; the same again changes nothing.

    Raises:
        ComplaintError: no letter is published.
        FormRefusedError: a value is wrong, or it is late and no reason is given.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if refusal := complaint_refusal(session, inspection):
            raise ComplaintError(refusal, field="text")
        until = complaints_until(session, inspection)
        letter = published_letter(session, ref)
        if mistakes := _mistakes(session, inspection, words, until):
            raise FormRefusedError(mistakes)
        if until is None or letter is None or words.received_on is None:
            raise ComplaintError("Enter the day on which the complaint came.", field="received")
        body = canonical_json({"text": words.text.strip()})
        digest = sha256(body)
        for earlier in complaints_of(session, ref):
            # A form that is sent twice is one complaint, and not two to decide.
            if (earlier.text_sha256, earlier.agency_id or "") == (digest, words.agency_id):
                return earlier.id
        late = words.received_on > until
        identity = uuid4().hex
        # The words before their row: a row must never name an object that is not there.
        key = stored_at(ref, identity, "complaint")
        store.put_once(key, body, content_type="application/json")
        row = Complaint(
            id=identity,
            inspection=ref,
            came_from=ComplaintFrom(words.came_from),
            agency_id=words.agency_id or None,
            letter_version=letter.version,
            received_on=words.received_on,
            late=late,
            late_reason=LateComplaint(words.late_reason) if late else None,
            text_key=key,
            text_sha256=digest,
            recorded_by=by,
            recorded_at=inspection.now(),
        )
        session.add(row)
        session.flush()
        facts = {"from": row.came_from.value, "late": late, "version": letter.version, "sha256": digest}
        facts |= {"reason": row.late_reason.value} if row.late_reason else {}
        audit.append(session, ref, actor=by, action="complaint.recorded", subject=identity, facts=facts)
        # In the same transaction: nothing that the complaint is about may be destroyed before it is decided.
        place_hold(session, ref, HoldReason.COMPLAINT, identity, by=by)
        _tell(session, inspection, row)
    return identity


def _mistakes(session: Session, inspection: Inspection, words: ComplaintWords, until: date | None) -> list[Mistake]:
    mistakes = []
    if not words.text.strip() or len(words.text) > LONGEST:
        mistakes.append(Mistake("text", f"Enter what the complaint says, in {LONGEST:,} characters or fewer."))
    elif sentence := recogniser(session, inspection.ref, words.agency_id or None).sentence(words.text):
        mistakes.append(Mistake("text", sentence))
    if words.came_from not in set(ComplaintFrom):
        mistakes.append(Mistake("came_from", "Choose from whom the complaint came."))
    agency = session.get(Agency, words.agency_id) if words.agency_id else None
    if words.came_from == ComplaintFrom.AGENCY and (agency is None or agency.inspection != inspection.ref):
        mistakes.append(Mistake("agency", "Choose the agency from which it came."))
    mistakes += _of_day(inspection, words, until)
    return mistakes


def _of_day(inspection: Inspection, words: ComplaintWords, until: date | None) -> list[Mistake]:
    day = words.received_on
    if day is None:
        return [Mistake("received-day", "Enter the day on which it came, such as 14 5 2025.")]
    if day > inspection.today():
        return [Mistake("received-day", "Enter a day that is not in the future.")]
    if until and day > until and words.late_reason not in set(LateComplaint):
        sentence = f"Complaints were due by {long(until)}. Choose why this one is taken all the same."
        return [Mistake("late_reason", sentence)]
    return []


def _tell(session: Session, inspection: Inspection, row: Complaint) -> None:
    """Tell the programme managers, and the agency whose complaint it is that we have it."""
    facts = {"source": CAME_FROM[row.came_from], "late": int(row.late)}
    once = once_key(row.id, "made")
    write_notice(session, "complaint_made", "manager", once=once, inspection=inspection.ref, facts=facts)
    if row.agency_id:
        agency = session.get_one(Agency, row.agency_id)
        once = once_key(row.id, "received")
        write_notice(session, "complaint_received", agency, once=once, sign_in=True, facts={"late": int(row.late)})


def complaints_of(session: Session, ref: str, agency_id: str = "") -> list[Complaint]:
    """Return the complaints about an inspection, oldest first; those of one agency where it is named."""
    query = select(Complaint).where(Complaint.inspection == ref)
    if agency_id:
        query = query.where(Complaint.agency_id == agency_id)
    return list(session.exec(query.order_by(col(Complaint.recorded_at), Complaint.id)))


def complaint_of(session: Session, ref: str, identity: str, agency_id: str = "") -> Complaint:
    """Return a complaint about an inspection; of one agency where it is named.

    Raises:
        NoComplaintError: there is none.
    """
    row = session.get(Complaint, identity)
    if row is None or row.inspection != ref or (agency_id and row.agency_id != agency_id):
        raise NoComplaintError
    return row


def text_of(key: str) -> str:
    """Read the words of a complaint, or of the decision on it."""
    stored: dict[str, Any] = json.loads(store.get(key))
    return str(stored["text"])
