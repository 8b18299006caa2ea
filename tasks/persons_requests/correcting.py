"""Corrections that a person asks for: each is owed by the agency that sent the data, by a day, and is answered there.

A joint inspection does not change what an agency sent (L2): the agency corrects it in a new version, or says why not.
"""

import json
import secrets
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.ids import once_key
from models.keys import persons_correction
from models.refusals import FormRefusedError, Mistake, check_text
from models.retention import RecordClass
from models.states import PersonsCorrectionOutcome as Outcome
from models.states import PersonsCorrectionRefusal as Why
from models.states import PersonsRequestKind, ReturnVerdict
from models.tables import Agency, CheckResult, PersonsCorrection, PersonsPlace, Request, Submission
from models.tables.base import utc_now
from models.timetable import add_working_days
from models.words import long, long_weekday
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.people.notices import write_notice
from tasks.persons_requests.recording import PersonsRequestError, open_request, today
from tasks.retention.gone import refusing_classes

WORKING_DAYS, SOON = 10, 3
"""How long an agency has where the person's month allows it, and so many before the end it is reminded."""

LONGEST = 2000
READ = "persons-correction.read"

OUTCOMES = {
    Outcome.CORRECTED: "Corrected in a newer version of the return",
    Outcome.OWN_RECORDS: "Corrected in our own records. The return takes no newer version any more",
    Outcome.REFUSED: "Not corrected",
    Outcome.NOT_NEEDED: "Ended: the request was closed without it",
}
"""What an agency can answer, and how it can end without an answer, as people read it."""

REFUSALS = {
    Why.ACCURATE: "What we sent is accurate",
    Why.OPINION: "It is a professional's opinion, and is recorded as one",
    Why.NOT_THEIRS: "The row is about another person",
    Why.LAW: "A law requires that it stays as it is",
}
"""Why an agency does not correct, as people read it."""


FORM = {
    "outcomes": OUTCOMES,
    "answers": [each for each in Outcome if each is not Outcome.NOT_NEEDED],
    "refusals": REFUSALS,
    "whys": list(Why),
}
"""What can be answered, for the forms of agency and officer."""


class NoCorrectionError(PersonsRequestError):
    """There is no such correction for whoever asks, or its data is destroyed."""

    def __init__(self) -> None:
        super().__init__("There is no such correction for you to answer.")


def ask_agency(identity: str, version: str, words: str, *, by: str) -> str:
    """Ask the agency that sent a version to correct the rows in which a person was found; return the correction's id.

    Raises:
        NoPersonsRequestError: there is no such request.
        PersonsRequestError: it is closed, asks for something else, or asks this already.
        FormRefusedError: the version has no row of the person, or the words are missing or too long.
    """
    with transaction() as session:
        request = open_request(session, identity)
        if request.kind != PersonsRequestKind.CORRECTION:
            raise PersonsRequestError("This person does not ask for a correction.")
        if request.identity is None:
            raise PersonsRequestError("Nothing is passed on before it is confirmed who asks. Confirm that first.")
        submission, places = _places_of(session, identity, version, words)
        if _open_of(session, identity, version):
            raise PersonsRequestError("Its agency is asked this already. Its answer shows here when it comes.")
        agency = session.get_one(Agency, session.get_one(Request, submission.request_id).agency_id)
        name = f"K-{secrets.token_hex(4).upper()}"
        data = json.dumps({"words": words.strip()}, ensure_ascii=False).encode()
        day, why = _due(today(), request.due_on)
        row = PersonsCorrection(
            id=name,
            request_id=identity,
            inspection=submission.inspection,
            agency_id=agency.id,
            version=version,
            places=[[place.sheet, str(place.row)] for place in places],
            words_key=store.put_once(persons_correction(submission.inspection, name), data).key,
            words_sha256=sha256(data),
            due_on=day,
            due_why=why,
            asked_by=by,
        )
        session.add(row)
        session.flush()
        facts = {"request": identity, "version": version, "due": day.isoformat(), "words_sha256": row.words_sha256}
        _entry(session, row, "asked", by, facts)
        _tell(session, row, "asked")
        return name


def _places_of(session: Session, identity: str, version: str, words: str) -> tuple[Submission, list[PersonsPlace]]:
    query = select(PersonsPlace).where(PersonsPlace.request_id == identity, PersonsPlace.version == version)
    places = sorted(session.exec(query), key=lambda place: (place.sheet, place.row))
    submission = session.get(Submission, version)
    mistakes = []
    if not places or submission is None or submission.put_aside:
        mistakes.append(Mistake("correct", "Choose a version of a return in which the person was found."))
    elif RecordClass.CHILDREN in refusing_classes(session, submission.inspection):
        mistakes.append(Mistake("correct", "The data about children of this inspection is destroyed."))
    if not check_text("wrong", words).strip() or len(words) > LONGEST:
        mistakes.append(Mistake("wrong", f"Enter what is wrong and what is right, in {LONGEST:,} characters or fewer."))
    if mistakes or submission is None:
        raise FormRefusedError(mistakes)
    return submission, places


def _due(asked_on: date, persons_day: date) -> tuple[date, str]:
    """Return the day by which an agency answers, and why then: so that the person's own day can be kept."""
    own = add_working_days(asked_on, WORKING_DAYS)
    because = f"{WORKING_DAYS} working days after {long(asked_on)} is {long_weekday(own)}."
    before = add_working_days(persons_day, -1)
    if own <= before:
        return own, because
    last = max(before, add_working_days(asked_on, 1))
    return last, f"{because} The person must be answered by {long_weekday(persons_day)}, so it is {long_weekday(last)}."


def _open_of(session: Session, identity: str, version: str) -> bool:
    query = select(PersonsCorrection.id).where(
        PersonsCorrection.request_id == identity,
        PersonsCorrection.version == version,
        col(PersonsCorrection.outcome).is_(None),
    )
    return session.exec(query).first() is not None


def answer(identity: str, outcome: str, refusal: str, *, by: str, agency_id: str = "", request: str = "") -> None:
    """Record an agency's answer to a correction and tell the data protection officer; the same answer again is none.

    Args:
        identity: of the correction.
        outcome: a value of `PersonsCorrectionOutcome` that an agency can give.
        refusal: why not, where it is not corrected.
        by: who answers, or the officer who records what the agency wrote.
        agency_id: the agency whose person answers.
        request: the request on whose page the officer records it.

    Raises:
        NoCorrectionError: there is none for this agency or request.
        PersonsRequestError: it is answered already.
        FormRefusedError: a value is wrong, or no newer version was taken in.
    """
    with transaction() as session:
        row = correction_of(session, identity, agency_id=agency_id, request=request, lock=True)
        if row.outcome is not None:
            raise PersonsRequestError(f"This is answered already. {OUTCOMES[row.outcome]}.")
        row.corrected_in = _checked(session, row, outcome, refusal)
        row.outcome, row.answered_by, row.answered_at = Outcome(outcome), by, utc_now()
        row.refusal = Why(refusal) if row.outcome is Outcome.REFUSED else None
        session.add(row)
        facts = {"request": row.request_id, "outcome": row.outcome.value, "corrected_in": row.corrected_in}
        facts |= {"why": row.refusal.value if row.refusal else ""}
        _entry(session, row, "answered", by, facts)
        answered = {"request": row.request_id, "correction": row.id, "agency": _agency(session, row).name}
        answered |= {"outcome": in_words(row)}
        once = once_key(row.id, "answered")
        write_notice(session, "persons_correction_answered", "protection", once=once, facts=answered)


def put_beside(identity: str, words: str, *, by: str, request: str) -> None:
    """Put a person's statement beside the rows that their agency did not correct: whoever reads a row reads it too.

    Raises:
        NoCorrectionError: there is none of this request.
        PersonsRequestError: the agency has not refused it, or a statement stands there already.
        FormRefusedError: the words are missing or too long.
    """
    if not check_text("statement", words).strip() or len(words) > LONGEST:
        sentence = f"Enter what the person says of it, in {LONGEST:,} characters or fewer."
        raise FormRefusedError([Mistake("statement", sentence)])
    with transaction() as session:
        row = correction_of(session, identity, request=request, lock=True)
        if row.outcome is not Outcome.REFUSED:
            raise PersonsRequestError("A statement stands next to what an agency has refused to correct.")
        if row.statement_key:
            raise PersonsRequestError("The person's statement stands next to these rows already.")
        data = json.dumps({"words": words.strip()}, ensure_ascii=False).encode()
        row.statement_key = store.put_once(persons_correction(row.inspection, f"{row.id}-statement"), data).key
        row.stated_by, row.stated_at = by, utc_now()
        session.add(row)
        facts = {"request": row.request_id, "words_sha256": sha256(data), "rows": str(len(row.places))}
        _entry(session, row, "stated", by, facts)


def _checked(session: Session, row: PersonsCorrection, outcome: str, refusal: str) -> str:
    """Return the version in which it is corrected; empty where it is not corrected in one."""
    if outcome not in {Outcome.CORRECTED, Outcome.OWN_RECORDS, Outcome.REFUSED}:
        raise FormRefusedError([Mistake("outcome", "Choose what became of it.")])
    if outcome == Outcome.REFUSED and refusal not in set(Why):
        raise FormRefusedError([Mistake("refusal", "Choose why it is not corrected.")])
    if outcome != Outcome.CORRECTED:
        return ""
    newer = newer_version(session, row)
    if not newer:
        sentence = (
            f"No version newer than {row.version} is taken in. Send it first, and answer when it has its verdict."
        )
        raise FormRefusedError([Mistake("outcome", sentence)])
    return newer


def newer_version(session: Session, row: PersonsCorrection) -> str:
    """Return the newest version of the same return that came later and was taken in; empty where there is none."""
    sent = session.get_one(Submission, row.version)
    query = (
        select(Submission)
        .join(CheckResult, col(CheckResult.submission_id) == col(Submission.id))
        .where(Submission.request_id == sent.request_id, Submission.version > sent.version)
        .where(col(CheckResult.verdict).in_((ReturnVerdict.ACCEPTED, ReturnVerdict.QUERIED)))
        .order_by(col(Submission.version).desc())
    )
    # What was put aside as sent in error corrects nothing: nobody can open it.
    return next((each.id for each in session.exec(query) if not each.put_aside), "")


def in_words(row: PersonsCorrection) -> str:
    """Return what became of a correction, within a sentence."""
    if row.outcome is None:
        return "not answered yet"
    text = OUTCOMES[row.outcome]
    outcome = f"{text[:1].lower()}{text[1:]}"
    if row.refusal:
        why = REFUSALS[row.refusal]
        return f"{outcome}: {why[:1].lower()}{why[1:]}"
    return f"{outcome}, {row.corrected_in}" if row.corrected_in else outcome


def correction_of(
    session: Session, identity: str, *, agency_id: str = "", request: str = "", lock: bool = False
) -> PersonsCorrection:
    """Return a correction of an agency, or of a request.

    Raises:
        NoCorrectionError: there is none, or the data that it is about is destroyed.
    """
    row = session.get(PersonsCorrection, identity, with_for_update=lock or None)
    own = row is not None and (row.agency_id == agency_id if agency_id else row.request_id == request)
    if row is None or not own or RecordClass.CHILDREN in refusing_classes(session, row.inspection):
        raise NoCorrectionError
    return row


def read_correction(identity: str, *, by: str, agency_id: str) -> tuple[PersonsCorrection, str]:
    """Return a correction and what is wrong, in the person's words; the audit records who read it.

    Raises:
        NoCorrectionError: there is none for this agency.
    """
    with transaction() as session:
        row = correction_of(session, identity, agency_id=agency_id)
        _entry(session, row, "read", by, {"request": row.request_id})
        return row, str(json.loads(store.get(row.words_key))["words"])


def corrections_of(session: Session, request: str) -> list[PersonsCorrection]:
    """Return the corrections of a request, the newest first."""
    query = select(PersonsCorrection).where(PersonsCorrection.request_id == request)
    return list(session.exec(query.order_by(col(PersonsCorrection.asked_at).desc(), PersonsCorrection.id)))


def correctable(session: Session, request: str) -> dict[str, str]:
    """Return the versions of returns in which the person of a request was found, each as people read it."""
    places = session.exec(select(PersonsPlace).where(PersonsPlace.request_id == request)).all()
    sent = [session.get(Submission, version) for version in sorted({place.version for place in places})]
    named = {}
    for row in (each for each in sent if each is not None and not each.put_aside):
        of = session.get_one(Request, row.request_id)
        agency = session.get_one(Agency, of.agency_id).name
        named[row.id] = f"{agency}, {of.return_code}, version {row.version} ({row.inspection})"
    return named


def owed_by(session: Session, agency_id: str) -> list[PersonsCorrection]:
    """Return the corrections that an agency has not answered, the one that is due first before the others."""
    query = select(PersonsCorrection).where(PersonsCorrection.agency_id == agency_id)
    query = query.where(col(PersonsCorrection.outcome).is_(None))
    return list(session.exec(query.order_by(col(PersonsCorrection.due_on), PersonsCorrection.id)))


def name_of(session: Session, row: PersonsCorrection) -> str:
    """Return which return a correction is about, with its version."""
    sent = session.get_one(Submission, row.version)
    return f"{session.get_one(Request, sent.request_id).return_code}, version {sent.version}"


def _agency(session: Session, row: PersonsCorrection) -> Agency:
    return session.get_one(Agency, row.agency_id)


def remind_of_corrections(now: datetime | None = None) -> list[str]:
    """Remind agencies of corrections that they have not answered, each reminder once; return the ids."""
    day = (now or utc_now()).astimezone(ENGLAND).date()
    with transaction() as session:
        query = select(PersonsCorrection).where(col(PersonsCorrection.outcome).is_(None))
        waiting = session.exec(query.order_by(col(PersonsCorrection.due_on), PersonsCorrection.id)).all()
        return [row.id for row in waiting if _remind(session, row, day)]


def _remind(session: Session, row: PersonsCorrection, day: date) -> bool:
    if row.due_on < day:
        return _tell(session, row, "over")
    return add_working_days(row.due_on, -SOON) <= day and _tell(session, row, "soon")


def _tell(session: Session, row: PersonsCorrection, step: str) -> bool:
    """Write to the agency, and where its time is over to the data protection officer as well."""
    facts = {"correction": row.id, "what": name_of(session, row), "due": long_weekday(row.due_on), "step": step}
    once = once_key(row.id, step)
    written = write_notice(session, "persons_correction", _agency(session, row), once=once, sign_in=True, facts=facts)
    if step == "over":
        late = {"request": row.request_id, "correction": row.id, "agency": _agency(session, row).name}
        write_notice(
            session, "persons_correction_late", "protection", once=once_key(row.id, step, "officer"), facts=late
        )
    return written


def _entry(session: Session, row: PersonsCorrection, what: str, by: str, facts: dict[str, str]) -> None:
    action = f"persons-correction.{what}"
    audit.append(session, row.inspection, actor=by, action=action, subject=row.id, facts=facts)
