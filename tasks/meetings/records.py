"""Records meetings of the inspectors with the area: what, when, who was there, and the words, which the store keeps."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from sqlmodel import Session, col, select

from models.keys import meeting_record
from models.lifecycle import ENDED
from models.refusals import FormRefusedError, Mistake, NothingThereError, Refusal
from models.states import Attending, HeldKind
from models.tables import HeldMeeting, Inspection, Person
from models.words import long
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.persons import members

READ = "meeting.read"
LONGEST = 20_000

HELD_KINDS = {
    HeldKind.SET_UP: "Set-up meeting",
    HeldKind.KEEP_IN_TOUCH: "Keep-in-touch meeting",
    HeldKind.FEEDBACK: "Feedback meeting",
    HeldKind.OTHER: "Another meeting",
}
ATTENDING = {
    Attending.CHIEF_EXECUTIVE: "Chief executive of the council",
    Attending.CHILDRENS_DIRECTOR: "Director of children's services",
    Attending.POLICE_COMMANDER: "Chief constable or their deputy",
    Attending.HEALTH_LEAD: "Executive lead of health",
    Attending.PROBATION_HEAD: "Head of probation in the area",
    Attending.SAFEGUARDING_CHAIR: "Chair of the safeguarding arrangements",
    Attending.COORDINATOR: "Local co-ordinator of the inspection",
    Attending.OTHERS: "Others",
}


class RecordError(Refusal):
    """A meeting cannot be recorded now; the sentence says why."""


class UnknownRecordError(NothingThereError):
    """There is no such record of a meeting."""

    def __init__(self) -> None:
        super().__init__("There is no such record of a meeting in this inspection.")


@dataclass(frozen=True, slots=True)
class RecordWords:
    """A meeting as the lead inspector records it; `day` is None where no real day is given."""

    kind: str
    day: date | None
    people: Collection[str]
    offices: Collection[str]
    text: str


def who_may_attend(session: Session, ref: str) -> dict[str, Person]:
    """Return everybody who has a role in an inspection now, by reference: the team, and people of the agencies."""
    return {person.id: person for _, person in members(session, ref)}


def record_meeting(ref: str, words: RecordWords, *, once: str, by: str) -> str:
    """Store what was said at a meeting and record the meeting; the same form sent again changes nothing.

    Args:
        ref: the inspection.
        words: of the form; the text goes into the evidence store alone.
        once: a random text that the form carries, by which a repeat is recognised.
        by: how the audit names who records it.

    Returns:
        The id of the record.

    Raises:
        RecordError: the inspection has ended.
        FormRefusedError: fields are to be changed.
    """
    text = words.text.strip()
    with transaction() as session:
        inspection = inspection_of(session, ref)
        if inspection.stage in ENDED:
            raise RecordError("The inspection has ended, so no meeting is recorded any more.")
        if mistakes := _mistakes(session, inspection, words):
            raise FormRefusedError(mistakes)
    body = canonical_json({"text": text})
    # Of the form and its words: the same form sent twice is one record, and other words are another.
    identity = sha256((once or uuid4().hex).encode() + b"\n" + body)[:24]
    key = meeting_record(ref, identity)
    store.put_once(key, body, content_type="application/json")
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if session.get(HeldMeeting, identity) is None and words.day is not None:
            row = HeldMeeting(
                id=identity,
                inspection=ref,
                kind=HeldKind(words.kind),
                day=words.day,
                people=sorted(set(words.people)),
                offices=[office for office in Attending if office in set(words.offices)],
                words_key=key,
                sha256=sha256(body),
                characters=len(text),
                by=by,
                recorded_at=inspection.now(),
            )
            session.add(row)
            facts = {"kind": words.kind, "day": words.day.isoformat(), "people": len(row.people), "sha256": row.sha256}
            audit.append(session, ref, actor=by, action="meeting.recorded", subject=identity, facts=facts)
    return identity


def _mistakes(session: Session, inspection: Inspection, words: RecordWords) -> list[Mistake]:
    mistakes = []
    if words.kind not in set(HeldKind):
        mistakes.append(Mistake("kind", "Choose what meeting it was."))
    if words.day is None or not inspection.announced <= words.day <= inspection.today():
        mistakes.append(Mistake("on", f"Enter the day of the meeting, from {long(inspection.announced)} to today."))
    strange = set(words.people) - set(who_may_attend(session, inspection.ref)) or set(words.offices) - set(Attending)
    if strange or not (words.people or words.offices):
        mistakes.append(Mistake("present", "Choose who was there, from the lists."))
    if not 0 < len(words.text.strip()) <= LONGEST:
        mistakes.append(Mistake("text", f"Enter what was said, in {LONGEST:,} characters or fewer."))
    return mistakes


def records_of(session: Session, ref: str) -> list[HeldMeeting]:
    """Return the records of an inspection's meetings, the newest day first; their words are not read."""
    query = select(HeldMeeting).where(HeldMeeting.inspection == ref)
    return list(session.exec(query.order_by(col(HeldMeeting.day).desc(), col(HeldMeeting.recorded_at).desc())))


def read_record(ref: str, identity: str, *, by: str) -> tuple[HeldMeeting, str]:
    """Return a record of a meeting with its words; the audit records who read it.

    Raises:
        UnknownRecordError: the inspection has no such record.
    """
    with transaction() as session:
        row = session.get(HeldMeeting, identity)
        if row is None or row.inspection != ref:
            raise UnknownRecordError
        text = str(json.loads(store.get(row.words_key))["text"])
        audit.append(session, ref, actor=by, action=READ, subject=identity, facts={"sha256": row.sha256})
    return row, text
