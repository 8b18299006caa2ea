"""Writes a concern on another inspectorate's remit, sends it with the copy before publication, has it acknowledged."""

import json
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from models.ids import once_key
from models.keys import by_content, remit_concern_folder
from models.lifecycle import Stage, at_stage
from models.refusals import FormRefusedError, Mistake, NothingThereError, Refusal
from models.states import LetterStatus
from models.tables import Inspection, Letter, Person, RemitConcern, RemitConcernVersion
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.people.two_people import person_in
from tasks.recognition.passing import recogniser
from tasks.remit.people import body_of, may_read, receivers

LONGEST = 6000
OPEN = frozenset({Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION})
"""Stages in which a concern is written: until the letter is published."""


class RemitError(Refusal):
    """A concern on another inspectorate's remit cannot be written as asked; the sentence says why."""


class NoRemitConcernError(NothingThereError):
    """There is no such concern for whoever asks."""

    def __init__(self) -> None:
        super().__init__("There is no such concern for you.")


class NewerWordsError(Refusal):
    """Somebody else's newer version stands already; nothing of either text is lost."""

    def __init__(self, version: int) -> None:
        super().__init__(
            "Somebody else of your inspectorate has changed this since you began. Their text is below yours. Put into "
            "one text what is to stand, then save it.",
            field="text",
        )
        self.version = version


def remit_refusal(inspection: Inspection) -> str:
    """Return why no concern is written now; an empty text where one is."""
    if inspection.stage in OPEN:
        return ""
    return (
        "A concern on another inspectorate's remit is written from fieldwork until the letter is published. "
        f"This inspection is {at_stage(inspection.stage)}."
    )


def write_concern(ref: str, identity: str, to: str, text: str, *, follows: int, by: str) -> str:
    """Write a concern, or a new version of one that is not sent; where the copy is out already it is sent at once.

    A new one in the very words of one that stands changes nothing.

    Args:
        ref: the inspection.
        identity: the concern; empty for a new one.
        to: reference of the person to whom it is; of a concern that there is, it may be another than before.
        text: its words; they name no child.
        follows: the version that the writer saw; 0 for a new one.
        by: who writes, as the audit names them.

    Returns:
        Its id.

    Raises:
        RemitError: it is not the time, the writer is of no inspectorate, or it is sent already.
        NoRemitConcernError: there is no such concern of the writer's inspectorate.
        NewerWordsError: a newer version stands, and the writer has not seen it.
        FormRefusedError: a value is wrong.
    """
    with transaction() as session:
        inspection, body = _writer(session, ref, by)
        # Whose it is comes before what is wrong with it: another's does not exist.
        row = _own(session, ref, identity, body) if identity else None
        listed = {each.person: each.body for each in receivers(session, ref, body)}
        if mistakes := _mistakes(session, ref, to, text, listed):
            raise FormRefusedError(mistakes)
        if row is None:
            if same := _written_already(session, ref, body, to, text):
                return same
            row = RemitConcern(
                id=uuid4().hex, inspection=ref, from_body=body, to_body=listed[to], person_id=to, version=0
            )
        elif follows != row.version:
            raise NewerWordsError(row.version)
        row.person_id, row.to_body = to, listed[to]
        row.version += 1
        _store(session, inspection, row, text, by)
        if _is_copy_out(session, ref):
            _send(session, inspection, row)
        return row.id


def _writer(session: Session, ref: str, by: str) -> tuple[Inspection, str]:
    inspection = inspection_of(session, ref, lock=True)
    if refusal := remit_refusal(inspection):
        raise RemitError(refusal, field="text")
    body = body_of(session, person_in(by))
    if not body:
        raise RemitError(
            "You are entered under no inspectorate. A programme manager enters yours under People, then write again.",
            field="text",
        )
    return inspection, body


def _mistakes(session: Session, ref: str, to: str, text: str, listed: dict[str, str]) -> list[Mistake]:
    mistakes = []
    if to not in listed:
        mistakes.append(Mistake("to", "Choose the person of the other inspectorate to whom it goes."))
    if not text.strip() or len(text) > LONGEST:
        mistakes.append(Mistake("text", f"Enter what the concern is, in {LONGEST:,} characters or fewer."))
    elif sentence := recogniser(session, ref).sentence(text):
        mistakes.append(Mistake("text", sentence))
    return mistakes


def _written_already(session: Session, ref: str, body: str, to: str, text: str) -> str:
    """Return the concern of an inspectorate in the same words to the same person; empty where there is none.

    A form that is sent twice is one concern, and its reader hears of one.
    """
    query = select(RemitConcern.id).join(RemitConcernVersion, col(RemitConcernVersion.concern_id) == RemitConcern.id)
    query = query.where(
        RemitConcern.inspection == ref,
        RemitConcern.from_body == body,
        RemitConcern.person_id == to,
        RemitConcernVersion.version == RemitConcern.version,
        RemitConcernVersion.text_sha256 == sha256(_words(text)),
        col(RemitConcern.withdrawn_at).is_(None),
    )
    return session.exec(query).first() or ""


def _words(text: str) -> bytes:
    return canonical_json({"text": text.strip()})


def _own(session: Session, ref: str, identity: str, body: str) -> RemitConcern:
    """Lock and return a concern of an inspectorate that is not sent.

    Raises:
        NoRemitConcernError: there is none of this inspectorate.
        RemitError: it is sent, or taken back.
    """
    row = session.get(RemitConcern, identity, with_for_update=True)
    if row is None or row.inspection != ref or row.from_body != body:
        raise NoRemitConcernError
    if row.sent_at or row.withdrawn_at:
        done = "sent" if row.sent_at else "taken back"
        raise RemitError(f"This concern is {done} already, so it stays as it is. Write another.", field="text")
    return row


def _store(session: Session, inspection: Inspection, row: RemitConcern, text: str, by: str) -> None:
    body = _words(text)
    digest = sha256(body)
    # The words before their row: a row must never name an object that is not there.
    folder = remit_concern_folder(inspection.ref, row.id)
    key = store.put_once(by_content(folder, f"v{row.version}", digest, "json"), body).key
    session.add(row)
    # The row of the concern goes first: that of its version refers to it, which the session does not see by itself.
    session.flush()
    session.add(
        RemitConcernVersion(
            concern_id=row.id,
            version=row.version,
            text_key=key,
            text_sha256=digest,
            written_by=by,
            written_at=inspection.now(),
        )
    )
    facts = {"version": row.version, "from": row.from_body, "to": row.to_body, "person": row.person_id}
    audit.append(
        session, inspection.ref, actor=by, action="remit.written", subject=row.id, facts={**facts, "sha256": digest}
    )


def withdraw_concern(ref: str, identity: str, *, by: str) -> None:
    """Take back a concern that is not sent; its versions stay on record.

    Raises:
        RemitError: it is sent, or it is not the time.
        NoRemitConcernError: there is no such concern of the writer's inspectorate.
    """
    with transaction() as session:
        inspection, body = _writer(session, ref, by)
        row = _own(session, ref, identity, body)
        row.withdrawn_by, row.withdrawn_at = by, inspection.now()
        session.add(row)
        audit.append(session, ref, actor=by, action="remit.withdrawn", subject=row.id, facts={"version": row.version})


def _is_copy_out(session: Session, ref: str) -> bool:
    query = select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.PRE_PUBLICATION)
    return session.exec(query).first() is not None


def send_concerns(session: Session, inspection: Inspection) -> int:
    """Send every concern that waits, with the copy before publication; return how many; the caller commits."""
    query = select(RemitConcern).where(
        RemitConcern.inspection == inspection.ref,
        col(RemitConcern.sent_at).is_(None),
        col(RemitConcern.withdrawn_at).is_(None),
    )
    # Locked: whoever writes at one of them is waited for, and what they wrote is what is sent.
    rows = list(session.exec(query.with_for_update()))
    for row in rows:
        _send(session, inspection, row)
    return len(rows)


def _send(session: Session, inspection: Inspection, row: RemitConcern) -> None:
    row.sent_at = inspection.now()
    session.add(row)
    facts = {"version": row.version, "to": row.to_body, "person": row.person_id}
    actor = "system: compile-findings"
    audit.append(session, inspection.ref, actor=actor, action="remit.sent", subject=row.id, facts=facts)
    person, once = session.get_one(Person, row.person_id), once_key(row.id, "sent")
    notice = {"body": row.from_body, "concern": row.id, "inspection": row.inspection}
    write_notice(session, "remit_concern", person, once=once, inspection=inspection.ref, facts=notice)


def acknowledge_concern(ref: str, identity: str, *, by: str) -> None:
    """Record that the person to whom a concern was sent has it, and tell whoever wrote it; once.

    Raises:
        NoRemitConcernError: nothing of this id was sent to them.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        row = session.get(RemitConcern, identity, with_for_update=True)
        if row is None or row.inspection != ref or row.sent_at is None or row.person_id != person_in(by):
            raise NoRemitConcernError
        if row.acknowledged_at is not None:
            return
        row.acknowledged_by, row.acknowledged_at = by, inspection.now()
        session.add(row)
        audit.append(session, ref, actor=by, action="remit.acknowledged", subject=row.id)
        newest = session.get_one(RemitConcernVersion, (row.id, row.version))
        writer = session.get(Person, person_in(newest.written_by))
        if writer is not None:
            once, facts = (
                once_key(row.id, "acknowledged"),
                {"body": row.to_body, "concern": row.id, "inspection": row.inspection},
            )
            write_notice(session, "remit_acknowledged", writer, once=once, inspection=ref, facts=facts)


def concerns_for(session: Session, ref: str, person_id: str) -> list[RemitConcern]:
    """Return the concerns of an inspection that somebody may read, those that were not taken back first."""
    query = select(RemitConcern).where(RemitConcern.inspection == ref).order_by(RemitConcern.id)
    rows = [row for row in session.exec(query) if may_read(session, row, person_id)]
    return sorted(rows, key=lambda row: row.withdrawn_at is not None)


def concern_for(session: Session, ref: str, identity: str, person_id: str) -> RemitConcern:
    """Return a concern that somebody may read.

    Raises:
        NoRemitConcernError: there is none for them.
    """
    row = session.get(RemitConcern, identity)
    if row is None or row.inspection != ref or not may_read(session, row, person_id):
        raise NoRemitConcernError
    return row


def words_of(session: Session, row: RemitConcern, *, by: str) -> str:
    """Read the newest words of a concern; the audit has who read them."""
    version = session.get_one(RemitConcernVersion, (row.id, row.version))
    facts = {"version": row.version}
    audit.append(session, row.inspection, actor=by, action="remit.read", subject=row.id, facts=facts)
    stored: dict[str, Any] = json.loads(store.get(version.text_key))
    return str(stored["text"])
