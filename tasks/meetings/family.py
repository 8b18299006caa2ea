"""Planned meetings about chosen children, and who of a family agrees to meet inspectors, as the council tells them.

Children are named by label. What is written freely goes through the scanner and into the evidence store alone (L5).
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, col, func, select

from models.ids import inspection_of_agency
from models.keys import family_meeting
from models.lifecycle import ENDED, Stage
from models.refusals import FormRefusedError, Mistake, NothingThereError, Refusal
from models.returns import EVALUATION
from models.states import AskedBy, AskFor, ConsentAnswer, ConsentOf, PlannedKind, Venue
from models.tables import Agency, Consent, Inspection, PlannedMeeting, Request
from models.words import long
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.returns.screening import ScreenedOutError, screen

TELLS = "local_authority"
"""The kind of agency that tells of meetings and consent: it knows the families."""

LONGEST = 1_000
_FURTHEST = timedelta(days=365)

PLANNED_KINDS = {
    PlannedKind.STRATEGY: "Strategy discussion",
    PlannedKind.CONFERENCE: "Child protection conference",
    PlannedKind.CORE_GROUP: "Core group",
    PlannedKind.CHILD_IN_NEED: "Child in need meeting",
    PlannedKind.MARAC: "Marac meeting",
    PlannedKind.EARLY_HELP: "Early help meeting",
    PlannedKind.PRE_BIRTH: "Meeting before the birth",
    PlannedKind.LOOKED_AFTER: "Looked after child review",
    PlannedKind.OTHER: "Another multi-agency meeting",
}
VENUES = {
    Venue.ONLINE: "Online",
    Venue.COUNCIL: "Office of the council",
    Venue.POLICE: "Police station",
    Venue.HEALTH: "Health building",
    Venue.SCHOOL: "School or nursery",
    Venue.ELSEWHERE: "Another place",
}
ASK_FOR = {
    AskFor.CHAIR: "Whoever chairs the meeting",
    AskFor.SOCIAL_WORKER: "The child's social worker",
    AskFor.TEAM_MANAGER: "The team manager",
    AskFor.MARAC_COORDINATOR: "The Marac co-ordinator",
    AskFor.HEALTH_VISITOR: "The health visitor",
    AskFor.SAFEGUARDING_LEAD: "The safeguarding lead of the school",
    AskFor.RECEPTION: "The reception",
}
CONSENT_OF = {
    ConsentOf.CHILD: "The child",
    ConsentOf.MOTHER: "Mother",
    ConsentOf.FATHER: "Father",
    ConsentOf.CARER: "Carer",
    ConsentOf.OTHER: "Another adult of the family",
}
ANSWERS = {
    ConsentAnswer.AGREED: "Agrees to meet inspectors",
    ConsentAnswer.NOT_AGREED: "Does not agree",
    ConsentAnswer.NOT_ASKED: "Not asked yet",
    ConsentAnswer.WITHDRAWN: "Agreed before, and has withdrawn that",
}
ASKED_BY = {
    AskedBy.SOCIAL_WORKER: "The child's social worker",
    AskedBy.FAMILY_WORKER: "A family support worker",
    AskedBy.HEALTH_VISITOR: "The health visitor",
    AskedBy.SCHOOL: "The school or nursery",
    AskedBy.ABUSE_SERVICE: "A domestic abuse service",
    AskedBy.OTHER: "Another professional",
}


class MeetingError(Refusal):
    """Something about a meeting or a consent cannot be taken as given; the sentence says what to change."""


class UnknownMeetingError(NothingThereError):
    """There is no such meeting for whoever asks."""

    def __init__(self) -> None:
        super().__init__("There is no such meeting for you.")


@dataclass(frozen=True, slots=True)
class PlannedWords:
    """A planned meeting as a form holds it; `begins_at` is None where day or time are no such."""

    child: str
    kind: str
    begins_at: datetime | None
    venue: str
    ask_for: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ConsentWords:
    """An answer about meeting inspectors as a form holds it; `answered_on` is None where no day is given."""

    child: str
    of: str
    answer: str
    asked_by: str = ""
    answered_on: date | None = None
    text: str = ""


def own_labels(session: Session, agency_id: str) -> list[str]:
    """Return the labels of the chosen children whom an agency was told of with its evaluations, in order."""
    query = select(Request).where(Request.agency_id == agency_id, Request.return_code == EVALUATION)
    labels = {label for request in session.exec(query) for label in request.cases}
    # Tracked children first, and T10 after T9.
    return sorted(labels, key=lambda label: (label[:1] != "T", label[:1], label[1:].zfill(4)))


def meetings_refusal(inspection: Inspection) -> str:
    """Return why nothing is taken about meetings now; empty where it is, which a pause does not change."""
    if inspection.stage in ENDED:
        return "The inspection has ended, so nothing more is recorded about meetings."
    if inspection.stage in (Stage.PUBLISHED, Stage.STATEMENT_DUE, Stage.STATEMENT_RECEIVED):
        return "The letter is published, so nothing more is recorded about meetings."
    return ""


def plan(agency_id: str, words: PlannedWords, *, by: str) -> str:
    """Record a planned meeting about a chosen child, and return its id; the same one again changes nothing.

    Raises:
        MeetingError: nothing is taken now, or the agency is not the one that tells of meetings.
        FormRefusedError: fields are to be changed.
    """
    with transaction() as session:
        inspection = _told_by(session, agency_id)
        mistakes = _planned_mistakes(session, inspection, agency_id, words)
        if mistakes or words.begins_at is None:
            raise FormRefusedError(mistakes)
        if same := _planned_already(session, agency_id, words):
            return same
    identity = uuid4().hex
    # Between two transactions: no row is locked while scanner and store take their time.
    key = _stored(inspection.ref, identity, words.text, by=by)
    with transaction() as session:
        # Asked again: the letter may have been published, or the form sent twice, while the words were stored.
        inspection = _told_by(session, agency_id, lock=True)
        if same := _planned_already(session, agency_id, words):
            return same
        meeting = PlannedMeeting(
            id=identity,
            inspection=inspection.ref,
            agency_id=agency_id,
            child=words.child,
            kind=PlannedKind(words.kind),
            begins_at=words.begins_at,
            venue=Venue(words.venue),
            ask_for=AskFor(words.ask_for),
            words_key=key,
            by=by,
            told_at=inspection.now(),
        )
        session.add(meeting)
        facts = {"child": words.child, "kind": words.kind, "begins": words.begins_at.isoformat()}
        audit.append(session, inspection.ref, actor=by, action="meeting.planned", subject=identity, facts=facts)
    return identity


def cancel(identity: str, agency_id: str, *, by: str) -> None:
    """Record that a planned meeting does not take place; a second time changes nothing.

    Raises:
        UnknownMeetingError: no such meeting of this agency.
        MeetingError: nothing is taken now.
    """
    with transaction() as session:
        inspection = _told_by(session, agency_id)
        meeting = session.get(PlannedMeeting, identity, with_for_update=True)
        if meeting is None or meeting.agency_id != agency_id:
            raise UnknownMeetingError
        if meeting.cancelled_at is None:
            meeting.cancelled_at, meeting.cancelled_by = inspection.now(), by
            session.add(meeting)
            facts = {"child": meeting.child}
            audit.append(session, inspection.ref, actor=by, action="meeting.cancelled", subject=identity, facts=facts)


def record_consent(agency_id: str, words: ConsentWords, *, by: str) -> str:
    """Record whether somebody of a family agrees to meet inspectors, and return the record's id.

    The same answer as the one that holds changes nothing.

    Raises:
        MeetingError: nothing is taken now, or the agency is not the one that tells of consent.
        FormRefusedError: fields are to be changed.
    """
    with transaction() as session:
        inspection = _told_by(session, agency_id)
        if mistakes := _consent_mistakes(session, inspection, agency_id, words):
            raise FormRefusedError(mistakes)
        if same := _answered_already(session, inspection.ref, words):
            return same
    identity = uuid4().hex
    key = _stored(inspection.ref, identity, words.text, by=by)
    with transaction() as session:
        # Under the inspection's lock: two answers at once get two numbers, and the later one holds.
        inspection = _told_by(session, agency_id, lock=True)
        if same := _answered_already(session, inspection.ref, words):
            return same
        number = select(func.count()).where(Consent.inspection == inspection.ref, Consent.child == words.child)
        asked_by, answered_on = _asking(words)
        row = Consent(
            id=identity,
            inspection=inspection.ref,
            agency_id=agency_id,
            child=words.child,
            number=session.exec(number).one() + 1,
            of=ConsentOf(words.of),
            answer=ConsentAnswer(words.answer),
            asked_by=asked_by,
            answered_on=answered_on,
            words_key=key,
            by=by,
            told_at=inspection.now(),
        )
        session.add(row)
        facts = {"child": row.child, "of": row.of, "answer": row.answer, "number": row.number}
        audit.append(session, inspection.ref, actor=by, action="consent.recorded", subject=identity, facts=facts)
    return identity


def _planned_already(session: Session, agency_id: str, words: PlannedWords) -> str:
    """Return the id of the very same meeting that stands, since a form sent twice is one; empty where there is none.

    The ledger has no words to compare, so the stored ones are read (L5).
    """
    query = select(PlannedMeeting).where(
        PlannedMeeting.agency_id == agency_id,
        PlannedMeeting.child == words.child,
        PlannedMeeting.kind == words.kind,
        PlannedMeeting.begins_at == words.begins_at,
        PlannedMeeting.venue == words.venue,
        PlannedMeeting.ask_for == words.ask_for,
        col(PlannedMeeting.cancelled_at).is_(None),
    )
    return next((row.id for row in session.exec(query) if text_at(row.words_key) == words.text), "")


def _answered_already(session: Session, ref: str, words: ConsentWords) -> str:
    """Return the id of the answer that holds for a child and a person, where it is the very same; else nothing."""
    query = select(Consent).where(Consent.inspection == ref, Consent.child == words.child, Consent.of == words.of)
    newest = session.exec(query.order_by(col(Consent.number).desc())).first()
    if newest is None or (newest.answer, newest.asked_by, newest.answered_on) != (words.answer, *_asking(words)):
        return ""
    return newest.id if text_at(newest.words_key) == words.text else ""


def _asking(words: ConsentWords) -> tuple[AskedBy | None, date | None]:
    """Return who asked and when there was an answer; of nobody who was not asked, whatever the form still holds."""
    if words.answer == ConsentAnswer.NOT_ASKED:
        return None, None
    return AskedBy(words.asked_by) if words.asked_by else None, words.answered_on


def _told_by(session: Session, agency_id: str, *, lock: bool = False) -> Inspection:
    agency = session.get(Agency, agency_id)
    if agency is None or agency.kind != TELLS:
        raise UnknownMeetingError
    inspection = inspection_of(session, agency.inspection, lock=lock)
    if refusal := meetings_refusal(inspection):
        raise MeetingError(refusal, field="child")
    return inspection


def _planned_mistakes(session: Session, inspection: Inspection, agency_id: str, words: PlannedWords) -> list[Mistake]:
    now = inspection.now()
    mistakes = _about_child(session, agency_id, words.child)
    if words.kind not in set(PlannedKind):
        mistakes.append(Mistake("kind", "Choose what meeting it is."))
    if words.begins_at is None:
        mistakes.append(Mistake("on", "Enter a real day and a time, such as 14:30."))
    elif not now < words.begins_at < now + _FURTHEST:
        mistakes.append(Mistake("on", f"Enter a day and a time after now, within a year of {long(now)}."))
    if words.venue not in set(Venue):
        mistakes.append(Mistake("where", "Choose where it takes place."))
    if words.ask_for not in set(AskFor):
        mistakes.append(Mistake("ask_for", "Choose who inspectors ask for."))
    return mistakes + _about_text(words.text)


def _consent_mistakes(session: Session, inspection: Inspection, agency_id: str, words: ConsentWords) -> list[Mistake]:
    mistakes = _about_child(session, agency_id, words.child)
    if words.of not in set(ConsentOf):
        mistakes.append(Mistake("of", "Choose whom it is about."))
    if words.answer not in set(ConsentAnswer):
        mistakes.append(Mistake("answer", "Choose what they answered."))
    elif words.answer == ConsentAnswer.WITHDRAWN and not mistakes and not _agreed(session, inspection.ref, words):
        mistakes.append(Mistake("answer", "They have not agreed before. Choose that they do not agree."))
    if words.answer != ConsentAnswer.NOT_ASKED:
        if words.asked_by not in set(AskedBy):
            mistakes.append(Mistake("asker", "Choose who asked them."))
        day = words.answered_on
        if day is None or not inspection.announced <= day <= inspection.today():
            sentence = f"Enter the day of their answer, from {long(inspection.announced)} to today."
            mistakes.append(Mistake("on", sentence))
    return mistakes + _about_text(words.text)


def _agreed(session: Session, ref: str, words: ConsentWords) -> bool:
    query = select(Consent).where(Consent.inspection == ref, Consent.child == words.child, Consent.of == words.of)
    newest = session.exec(query.order_by(col(Consent.number).desc())).first()
    return newest is not None and newest.answer is ConsentAnswer.AGREED


def _about_child(session: Session, agency_id: str, child: str) -> list[Mistake]:
    return [] if child in own_labels(session, agency_id) else [Mistake("child", "Choose a child from the list.")]


def _about_text(text: str) -> list[Mistake]:
    if len(text) > LONGEST:
        return [Mistake("text", f"Enter {LONGEST:,} characters or fewer. You entered {len(text):,}.")]
    return []


def _stored(ref: str, identity: str, text: str, *, by: str) -> str:
    """Let the scanner see a text, store it, and return its key; empty where there is none.

    Raises:
        MeetingError: the scanner found something, or gave no clear answer.
    """
    if not text:
        return ""
    try:
        screen(text.encode(), ref, by=by)
    except ScreenedOutError as screened_out:
        raise MeetingError(screened_out.sentence, field="text") from None
    body = canonical_json({"text": text})
    key = family_meeting(ref, identity)
    store.put_once(key, body, content_type="application/json")
    return key


def text_at(key: str) -> str:
    """Read what was written about a meeting or a consent; empty where nothing was."""
    return str(json.loads(store.get(key))["text"]) if key else ""


def planned_of(session: Session, ref: str, child: str = "") -> list[PlannedMeeting]:
    """Return the planned meetings of an inspection in order of time, about one child if named; cancelled ones too."""
    query = select(PlannedMeeting).where(PlannedMeeting.inspection == ref)
    if child:
        query = query.where(PlannedMeeting.child == child)
    return list(session.exec(query.order_by(col(PlannedMeeting.begins_at), PlannedMeeting.id)))


def consents_of(session: Session, ref: str, child: str = "") -> list[Consent]:
    """Return the answers that hold, by child and person; each is the newest of several."""
    query = select(Consent).where(Consent.inspection == ref)
    if child:
        query = query.where(Consent.child == child)
    newest: dict[tuple[str, ConsentOf], Consent] = {}
    for row in session.exec(query.order_by(col(Consent.number))):
        newest[row.child, row.of] = row
    order = list(ConsentOf)
    return sorted(newest.values(), key=lambda row: (row.child[:1] != "T", row.child[1:].zfill(4), order.index(row.of)))


def unanswered(session: Session, agency_id: str) -> list[str]:
    """Return the labels of an agency's chosen children of whom it has not told whether anybody may be met."""
    labels = own_labels(session, agency_id)
    ref = inspection_of_agency(agency_id)
    answered = {row.child for row in consents_of(session, ref) if row.answer is not ConsentAnswer.NOT_ASKED}
    return [label for label in labels if label not in answered]
