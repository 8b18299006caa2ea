"""Records what the quality assurer says after reading, and owes the draft letter where it waited for that."""

import json
from uuid import uuid4

from sqlmodel import Session

from models.actors import actor
from models.events import Event, Owed
from models.ids import LetterSubject
from models.keys import assurance as assurance_key
from models.lifecycle import Stage, at_stage
from models.refusals import Refusal
from models.roles import Role
from models.states import LetterStatus, ReadyFor, WorkState
from models.tables import Assurance, Inspection, Letter, Work
from models.tables.base import utc_now
from tasks.assuring.passing import words_mistake
from tasks.assuring.readiness import assurances_of, readiness
from tasks.drafting.loading import newest_versions
from tasks.findings.findings import findings_of
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe

_STAGES = {
    ReadyFor.DRAFT: frozenset({Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY}),
    ReadyFor.PUBLICATION: frozenset({Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION}),
}


class AssuranceRefusedError(Refusal):
    """What a quality assurer says cannot be recorded as given; the message says why."""


def assurance_refusal(session: Session, inspection: Inspection, purpose: ReadyFor) -> str:
    """Return why the quality assurer says nothing for a purpose now; an empty text where they can."""
    if not _is_time(inspection, purpose):
        return f"This inspection is {at_stage(inspection.stage)}, so nothing is said of it now."
    state = readiness(session, inspection, purpose)
    earlier = [turn for turn in state.turns if turn.who != "assurer"]
    # What was found not ready can be found ready by another reading of the same words.
    rows = assurances_of(session, inspection.ref)
    is_again = any((row.purpose, row.digest) == (purpose, state.digest) for row in rows)
    return "" if is_again or not earlier else " ".join(turn.sentence for turn in earlier)


def purposes_now(inspection: Inspection) -> tuple[ReadyFor, ...]:
    """Return what the quality assurer may be asked to read for at the inspection's stage."""
    return tuple(purpose for purpose in ReadyFor if _is_time(inspection, purpose))


def _is_time(inspection: Inspection, purpose: ReadyFor) -> bool:
    # A letter that was withdrawn is read again before another takes its place.
    return inspection.stage in _STAGES[purpose] or (purpose == ReadyFor.PUBLICATION and inspection.letter_open)


def say(ref: str, purpose: ReadyFor, *, ready: bool, reason: str, digest: str, by: str) -> None:
    """Record whether findings are ready, and why; the same again changes nothing.

    Where the draft letter waited for it, the letter is owed from then on.

    Args:
        ref: the inspection.
        purpose: what the findings were read for.
        ready: whether they are ready.
        reason: why.
        digest: of the versions that were read.
        by: the quality assurer.

    Raises:
        AssuranceRefusedError: it is not their turn, or something changed since they opened the page.
    """
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        state = readiness(session, inspection, purpose)
        if state.digest != digest:
            raise AssuranceRefusedError(
                "A finding or a paragraph was changed since you opened this page. Read it again, then say it."
            )
        if refusal := assurance_refusal(session, inspection, purpose):
            raise AssuranceRefusedError(refusal)
        if mistake := words_mistake(session, ref, reason, "Enter why they are ready, or why they are not."):
            raise AssuranceRefusedError(mistake, field="text")
        rows = assurances_of(session, ref)
        last = next((row for row in reversed(rows) if row.purpose == purpose), None)
        if last and (last.ready, last.digest, last.by) == (ready, digest, by) and reason_of(last) == reason.strip():
            return
        row = _row(session, inspection, purpose, digest, by)
        row.number, row.ready = len(rows) + 1, ready
        # The words before their row: a row must never name an object that is not there.
        body = canonical_json({"text": reason.strip()})
        store.put_once(row.text_key, body, content_type="application/json")
        session.add(row)
        session.flush()
        facts: dict[str, object] = {
            "purpose": purpose.value,
            "ready": ready,
            "digest": digest,
            "findings": row.findings,
        }
        who = by if ": " in by else actor(Role.ASSURER.value, by)
        audit.append(session, ref, actor=who, action="findings.assured", subject=ref, facts=facts)
        if ready and purpose == ReadyFor.DRAFT and inspection.stage == Stage.FINDINGS_DRAFTING:
            owe_draft(session, ref, 1)
            tell(session, Event.FINDINGS_READY, ref, ref)


def _row(session: Session, inspection: Inspection, purpose: ReadyFor, digest: str, by: str) -> Assurance:
    identity, ref = uuid4().hex, inspection.ref
    paragraphs = len(newest_versions(session, ref)) if purpose == ReadyFor.PUBLICATION else 0
    return Assurance(
        id=identity,
        inspection=ref,
        number=0,
        purpose=purpose,
        ready=False,
        digest=digest,
        findings=len(findings_of(session, ref)),
        paragraphs=paragraphs,
        text_key=assurance_key(ref, identity),
        by=by,
        at=inspection.now(),
    )


def reason_of(row: Assurance) -> str:
    """Read the reason that a quality assurer gave from the store."""
    return str(json.loads(store.get(row.text_key))["text"])


def owe_draft(session: Session, ref: str, number: int) -> None:
    """Record that a draft letter is owed, also one that was owed when there was nothing to compile.

    Args:
        session: of the change that owes it.
        ref: the inspection.
        number: of the draft, from 1.
    """
    subject = str(LetterSubject(ref, LetterStatus.DRAFT, number))
    owe(session, Owed.COMPILE_LETTER, subject, ref)
    work = session.get_one(Work, (Owed.COMPILE_LETTER, subject))
    if work.state == WorkState.DONE and session.get(Letter, (ref, LetterStatus.DRAFT, number)) is None:
        work.state, work.attempts, work.failures, work.owed_at = WorkState.OWED, 0, 0, utc_now()
        session.add(work)
