"""Threads on findings and paragraphs: comments that are resolved and opened again, disagreements that are decided."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlmodel import Session, col, select

from models.actors import inspector
from models.ids import PARAGRAPH
from models.keys import remark
from models.refusals import NothingThereError
from models.states import ThreadKind
from models.tables import Finding, FindingPass, Inspection, Paragraph, Remark, Thread
from tasks.assuring.passing import PassRefusedError, authors_of, passes_of, passing_refusal, words_mistake
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.persons import author_in


class NoThreadError(NothingThereError):
    """There is no such thread, or nothing to which one could belong."""

    def __init__(self) -> None:
        super().__init__("There is no such thread in this inspection. Open the finding or the paragraph again.")


@dataclass(frozen=True, slots=True)
class Said:
    """A thread with what was said in it, oldest first."""

    thread: Thread
    remarks: tuple[tuple[Remark, str], ...]


def open_thread(ref: str, subject: str, kind: ThreadKind, text: str, *, by: str) -> str:
    """Open a thread on a finding or a paragraph with a first remark, and return its id.

    Args:
        ref: the inspection.
        subject: id of the finding or the paragraph.
        kind: comments, or a disagreement, which is on a finding alone.
        text: what is said; of a disagreement, why.
        by: who says it.

    Raises:
        NoThreadError: there is no such finding or paragraph.
        PassRefusedError: it is over, or the words are missing or name somebody.
    """
    with transaction() as session:
        inspection = _open(session, ref)
        version = _version_of(session, ref, subject)
        if kind == ThreadKind.DISAGREEMENT and PARAGRAPH.fullmatch(subject):
            raise NoThreadError
        body = _body(session, ref, text)
        # A form that is sent twice opens one thread: whoever sent it comes to the one that is there.
        same = _same(session, ref, subject, sha256(body), by)
        if same is not None:
            return same
        thread = Thread(
            id=uuid4().hex,
            inspection=ref,
            subject=subject,
            version=version,
            kind=kind,
            opened_by=by,
            opened_at=inspection.now(),
        )
        session.add(thread)
        session.flush()
        _say(session, inspection, thread, body, by)
        _record(session, thread, "thread.opened", by)
        return thread.id


def answer(ref: str, subject: str, identity: str, text: str, *, by: str) -> None:
    """Say something in a thread that is open; the same words of the same person again change nothing.

    Raises:
        NoThreadError: there is no such thread.
        PassRefusedError: it is settled, or the words are missing or name somebody.
    """
    with transaction() as session:
        inspection = _open(session, ref)
        thread = _thread(session, ref, subject, identity)
        if thread.settled_at is not None:
            raise PassRefusedError("This thread is settled. Open it again before you answer.")
        body = _body(session, ref, text)
        # As in `open_thread`: the same words of the same person are a form that was sent twice.
        if _same(session, ref, thread.subject, sha256(body), by) == thread.id:
            return
        _say(session, inspection, thread, body, by)
        _record(session, thread, "thread.answered", by)


def settle(ref: str, subject: str, identity: str, *, is_settled: bool, by: str) -> None:
    """Resolve a thread of comments, or open it again; what is so already stays so.

    Raises:
        NoThreadError: there is no such thread of comments.
        PassRefusedError: it is over.
    """
    with transaction() as session:
        inspection = _open(session, ref)
        thread = _thread(session, ref, subject, identity)
        if thread.kind != ThreadKind.COMMENTS:
            raise NoThreadError
        if (thread.settled_at is not None) == is_settled:
            return
        thread.settled_by, thread.settled_at = (by, inspection.now()) if is_settled else (None, None)
        session.add(thread)
        _record(session, thread, "thread.resolved" if is_settled else "thread.reopened", by)


def decide(ref: str, subject: str, identity: str, text: str, *, by: str) -> None:
    """Decide a disagreement, with words; whoever disagreed or wrote the finding does not decide.

    Args:
        ref: the inspection.
        subject: id of the finding.
        identity: of the disagreement.
        text: what is decided, and why.
        by: who decides; their role includes it.

    Raises:
        NoThreadError: there is no such disagreement.
        PassRefusedError: it is decided, it is the person's own, or the words are missing or name somebody.
    """
    with transaction() as session:
        inspection = _open(session, ref)
        thread = _thread(session, ref, subject, identity)
        row = session.get(Finding, (ref, thread.subject))
        if thread.kind != ThreadKind.DISAGREEMENT or row is None:
            raise NoThreadError
        if thread.settled_at is not None:
            raise PassRefusedError("This disagreement is decided already.")
        if refusal := decision_refusal(thread, row, passes_of(session, ref), author_in(by)):
            raise PassRefusedError(refusal)
        body = _body(session, ref, text)
        _say(session, inspection, thread, body, by)
        thread.settled_by, thread.settled_at = by, inspection.now()
        session.add(thread)
        _record(session, thread, "disagreement.decided", by)


def decision_refusal(thread: Thread, row: Finding, passes: Sequence[FindingPass], person: str) -> str:
    """Return why somebody does not decide a disagreement; an empty text where they do."""
    if person == author_in(thread.opened_by) or person in authors_of(row, passes):
        return "You disagreed, or you wrote the finding. A programme manager or another lead inspector decides."
    return ""


def said_on(session: Session, ref: str, subject: str) -> list[Said]:
    """Return the threads on a finding or a paragraph with their words, oldest first; the caller records the reading."""
    threads = session.exec(
        select(Thread).where(Thread.inspection == ref, Thread.subject == subject).order_by(col(Thread.opened_at))
    ).all()
    remarks: dict[str, list[Remark]] = defaultdict(list)
    query = select(Remark).where(col(Remark.thread).in_([thread.id for thread in threads]))
    for row in session.exec(query.order_by(col(Remark.number))):
        remarks[row.thread].append(row)
    return [
        Said(thread, tuple((row, _words(row)) for row in remarks[thread.id]))
        for thread in sorted(threads, key=lambda each: (each.opened_at, each.id))
    ]


def open_counts(session: Session, ref: str) -> dict[str, int]:
    """Return how many threads are open on each finding and paragraph that has any."""
    counts: dict[str, int] = {}
    for subject in session.exec(
        select(Thread.subject).where(Thread.inspection == ref, col(Thread.settled_at).is_(None))
    ):
        counts[subject] = counts.get(subject, 0) + 1
    return counts


def _remarks(session: Session, thread: str) -> list[Remark]:
    return list(session.exec(select(Remark).where(Remark.thread == thread).order_by(col(Remark.number))))


def _words(row: Remark) -> str:
    return str(json.loads(store.get(row.text_key))["text"])


def _open(session: Session, ref: str) -> Inspection:
    # Locked, so that remarks are numbered one after the other and nobody answers what is being settled.
    inspection = inspection_of(session, ref, lock=True)
    if refusal := passing_refusal(inspection):
        raise PassRefusedError(refusal)
    return inspection


def _thread(session: Session, ref: str, subject: str, identity: str) -> Thread:
    thread = session.get(Thread, identity)
    # The id alone opens nothing: an address that names another inspection must not reach into this one.
    if thread is None or (thread.inspection, thread.subject) != (ref, subject):
        raise NoThreadError
    return thread


def _version_of(session: Session, ref: str, subject: str) -> int:
    row: Finding | Paragraph | None
    if PARAGRAPH.fullmatch(subject):
        row = session.get(Paragraph, (ref, subject))
    else:
        row = session.get(Finding, (ref, subject))
    if row is None:
        raise NoThreadError
    return row.version


def _body(session: Session, ref: str, text: str) -> bytes:
    if mistake := words_mistake(session, ref, text, "Enter what you want to say."):
        raise PassRefusedError(mistake, field="text")
    return canonical_json({"text": text.strip()})


def _same(session: Session, ref: str, subject: str, digest: str, by: str) -> str | None:
    """Return the open thread in which a person said the same words last; a form sent twice is one remark."""
    query = (
        select(Remark)
        .join(Thread, col(Thread.id) == Remark.thread)
        .where(Thread.inspection == ref, Thread.subject == subject, col(Thread.settled_at).is_(None))
    )
    rows = [row for row in session.exec(query) if (row.text_sha256, row.by) == (digest, by)]
    return rows[-1].thread if rows else None


def _say(session: Session, inspection: Inspection, thread: Thread, body: bytes, by: str) -> None:
    identity = uuid4().hex
    key = remark(inspection.ref, thread.subject, identity)
    # The words before their row: a row must never name an object that is not there.
    store.put_once(key, body, content_type="application/json")
    number = len(_remarks(session, thread.id)) + 1
    row = Remark(
        id=identity,
        thread=thread.id,
        number=number,
        text_key=key,
        text_sha256=sha256(body),
        by=by,
        at=inspection.now(),
    )
    session.add(row)
    session.flush()


def _record(session: Session, thread: Thread, action: str, by: str) -> None:
    facts: dict[str, object] = {"thread": thread.id, "kind": thread.kind.value, "version": thread.version}
    ref = thread.inspection
    audit.append(session, ref, actor=inspector(by), action=action, subject=thread.subject, facts=facts)
