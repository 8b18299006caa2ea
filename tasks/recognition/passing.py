"""Words that could tell who a child is are refused, until a second person has passed them; both are on record (L6)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from sqlmodel import Session, col, select

from models.ids import once_key
from models.keys import marked_words
from models.refusals import NothingThereError, Refusal
from models.roles import TEAM_ROLES
from models.states import MarkReason
from models.tables import MarkedWords
from models.words import plural
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.people.persons import members
from tasks.people.two_people import person_in
from tasks.recognition.marks import MarkKind, RecognisedMark, marks
from tasks.recognition.people import NOBODY, RecordedPeople

_LONGEST = 6000
_REMOVE = {
    MarkKind.NAME: (
        "Remove the name: it is that of a person in the records of this inspection. "
        "Say the child or the mother, or use a label such as T3."
    ),
    MarkKind.NUMBER: "Remove the number: it is that of a person or a case in the records of this inspection.",
    MarkKind.HOME: "Remove the postcode: it is that of a home in the records of this inspection.",
    MarkKind.BIRTH: "Remove the day: a child in the records of this inspection was born or is due on it.",
}
NAMED = _REMOVE[MarkKind.NAME]
"""What is said of a text that names somebody; it does not repeat the name."""


class NotMarkedError(NothingThereError):
    """No such words wait to be passed, or wait no more."""

    def __init__(self) -> None:
        super().__init__("No such words wait to be passed in this inspection.")


class PassWordsRefusedError(Refusal):
    """The words cannot be passed so; the message says why."""


@dataclass(frozen=True, repr=False)
class Recogniser:
    """Says what in a text could tell who a child is; nothing prints what it knows.

    Attributes:
        people: people in the records.
        passed: digests of texts that two people let through.
    """

    people: RecordedPeople = NOBODY
    passed: frozenset[str] = field(default_factory=frozenset)

    def marks(self, text: str) -> tuple[RecognisedMark, ...]:
        """Return what could tell who a child is; nothing for a text that two people let through."""
        return () if digest_of(text) in self.passed else marks(text, self.people)

    def sentence(self, text: str) -> str:
        """Return what the writer is to change; an empty text where nothing is."""
        first = min(self.marks(text), key=lambda mark: (list(MarkKind).index(mark.kind), mark.start), default=None)
        if first is None:
            return ""
        if first.kind != MarkKind.COMBINATION:
            return _REMOVE[first.kind]
        return (
            f"Say less of the child: age, sex and days together fit {plural(first.children, 'child', 'children')} "
            "in the records of this inspection. A month, or young child, tells enough."
        )


NO_RECORDS = Recogniser()


def recogniser(session: Session, ref: str, agency_id: str | None = None) -> Recogniser:
    """Return what recognises the people of an inspection; of an agency's writers, those in its own records alone."""
    # Frames take a moment, and polars starts threads, which whoever only shows a page or a board does not need.
    from tasks.recognition.gathering import people_in

    rows = session.exec(select(MarkedWords).where(MarkedWords.inspection == ref, col(MarkedWords.passed).is_(True)))
    return Recogniser(people_in(session, ref, agency_id), frozenset(row.text_sha256 for row in rows))


def digest_of(text: str) -> str:
    """Return the digest of a text, however its lines are broken."""
    return sha256(" ".join(text.split()).encode())


def ask(ref: str, text: str, reason: MarkReason, *, by: str) -> str:
    """Ask that a second person passes words which could tell who a child is; return the id of the question.

    The same words are asked of once, until somebody decided.

    Raises:
        PassWordsRefusedError: there is nothing to pass in the words.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        of_text = recogniser(session, ref).marks(text)
        if not of_text or len(text) > _LONGEST:
            raise PassWordsRefusedError("Nothing in these words has to be passed. Save them.")
        digest = digest_of(text)
        waiting = waiting_words(session, ref)
        if (same := next((row for row in waiting if row.text_sha256 == digest), None)) is not None:
            return same.id
        identity = uuid4().hex
        row = MarkedWords(
            id=identity,
            inspection=ref,
            text_sha256=digest,
            text_key=marked_words(ref, identity),
            kinds=sorted({mark.kind.value for mark in of_text}),
            reason=reason,
            asked_by=by,
            asked_at=inspection.now(),
        )
        store.put_once(row.text_key, canonical_json({"text": text}), content_type="application/json")
        session.add(row)
        facts = {"kinds": row.kinds, "reason": reason.value, "sha256": digest}
        audit.append(session, ref, actor=by, action="words.marked", subject=identity, facts=facts)
        for _, person in members(session, ref, *TEAM_ROLES):
            if person.id != person_in(by):
                once = once_key("words-to-pass", identity)
                write_notice(session, "words_to_pass", person, once=once, inspection=ref)
        return identity


def decide(ref: str, identity: str, *, passed: bool, by: str) -> None:
    """Pass words, or send them back; said twice it changes nothing.

    Raises:
        NotMarkedError: no such words were ever asked of in this inspection.
        PassWordsRefusedError: whoever decides asked, or somebody decided otherwise.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        row = _row(session, ref, identity)
        if row.passed is not None:
            if row.passed == passed and row.decided_by == by:
                return
            raise PassWordsRefusedError("Somebody decided about these words already.")
        if person_in(row.asked_by) == person_in(by):
            raise PassWordsRefusedError("You asked. Somebody else of the team decides.")
        row.passed, row.decided_by, row.decided_at = passed, by, inspection.now()
        session.add(row)
        facts = {"passed": passed, "sha256": row.text_sha256}
        audit.append(session, ref, actor=by, action="words.decided", subject=identity, facts=facts)
        for _, person in members(session, ref, *TEAM_ROLES):
            if person.id == person_in(row.asked_by):
                once = once_key("words-decided", identity)
                write_notice(session, "words_decided", person, once=once, inspection=ref, facts={"passed": passed})


def waiting_words(session: Session, ref: str) -> Sequence[MarkedWords]:
    """Return the words that wait for a second person, oldest first."""
    query = select(MarkedWords).where(MarkedWords.inspection == ref, col(MarkedWords.passed).is_(None))
    return session.exec(query.order_by(col(MarkedWords.asked_at), MarkedWords.id)).all()


def read_words(ref: str, identity: str, *, by: str) -> tuple[MarkedWords, str, tuple[RecognisedMark, ...]]:
    """Return words that were asked of, with their marks; the audit records who read them.

    Raises:
        NotMarkedError: no such words were ever asked of in this inspection.
    """
    with transaction() as session:
        row = _row(session, ref, identity)
        people = recogniser(session, ref).people
        text: str = json.loads(store.get(row.text_key))["text"]
        of_text = marks(text, people)
        audit.append(session, ref, actor=by, action="words.read", subject=identity, facts={"marks": len(of_text)})
    return row, text, of_text


def _row(session: Session, ref: str, identity: str) -> MarkedWords:
    row = session.get(MarkedWords, identity)
    if row is None or row.inspection != ref:
        raise NotMarkedError
    return row
