"""What the partnership says of its actions: how far each is, with words and a file as evidence, kept for ever."""

import json
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlmodel import Session, col, select

from models.ids import once_key
from models.keys import by_content, plan_folder
from models.refusals import FormRefusedError, Mistake
from models.settings import settings
from models.states import ActionState
from models.tables import PlanAction, PlanProgress, PlanRound
from models.words import plain
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_document, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.notices import write_notice
from tasks.plans.standing import PlanRefusedError, plan_refusal, senders_people
from tasks.returns.screening import ScreenedOutError, screen

EVIDENCE_TYPES = (".pdf", ".docx", ".odt", ".xlsx", ".ods", ".csv", ".png", ".jpeg", ".jpg")
LONGEST = 2_000
STATES = {
    ActionState.NOT_STARTED: "Not started",
    ActionState.UNDER_WAY: "Under way",
    ActionState.DONE: "Done",
    ActionState.DROPPED: "Dropped",
}
"""Each state as people read it."""


@dataclass(frozen=True, slots=True)
class ActionEvidence:
    """A file that shows how far an action is."""

    filename: str
    data: bytes


def tell_progress(
    ref: str, identity: str, state: ActionState, text: str, evidence: ActionEvidence | None = None, *, by: str
) -> int:
    """Record how far an action is, and return which word on it this is, from 1.

    Args:
        ref: the inspection.
        identity: of the action.
        state: how far it is.
        text: evidence in words, or why it is dropped.
        evidence: a file.
        by: who says so.

    Raises:
        FormRefusedError: nothing shows that it is done, or no reason is given for dropping it.
        PlanRefusedError: the plan is closed, or has no such action.
    """
    _check(state, text, evidence)
    if evidence is not None:
        try:
            screen(evidence.data, ref, by=by)
        except ScreenedOutError as screened_out:
            raise PlanRefusedError(screened_out.sentence, field="file") from None
    with transaction() as session:
        # Words on an action are numbered by their count: of two at once, the second waits here.
        inspection = inspection_of(session, ref, lock=True)
        if refusal := plan_refusal(session, inspection):
            raise PlanRefusedError(refusal)
        action = session.get(PlanAction, (ref, identity))
        if action is None or action.last is not None:
            raise PlanRefusedError(f"The plan that was sent has no action {identity}.")
        if sentence := senders_people(session, ref).sentence(text):
            raise PlanRefusedError(sentence, field="text")
        current = open_round(session, ref)
        number = len(progress_of(session, ref, identity)) + 1
        data = canonical_document({"text": text})
        folder = f"{plan_folder(ref)}/progress"
        row = PlanProgress(
            inspection=ref,
            action=identity,
            number=number,
            round=current.number if current else 0,
            state=state,
            key=store.put_once(by_content(folder, "words", sha256(data), "json"), data).key,
            sha256=sha256(data),
            file=_kept(folder, evidence) if evidence else None,
            told_by=by,
            told_at=inspection.now(),
        )
        action.state = state
        session.add(row)
        session.add(action)
        facts = {"state": state, "round": row.round, "sha256": row.sha256, "file": bool(evidence)}
        subject = once_key(ref, "plan", identity)
        audit.append(session, ref, actor=by, action="plan.progress-told", subject=subject, facts=facts)
        session.flush()
        if current:
            _answer(session, current)
    return number


def _check(state: ActionState, text: str, evidence: ActionEvidence | None) -> None:
    mistakes = []
    if len(text) > LONGEST:
        mistakes.append(Mistake("text", f"Say it in at most {LONGEST:,} characters."))
    if state is ActionState.DROPPED and not text:
        mistakes.append(Mistake("text", "Say why the action is dropped, and what takes its place."))
    if state is ActionState.DONE and not text and evidence is None:
        mistakes.append(Mistake("text", "Say what shows that it is done, or choose a file that does."))
    if evidence is not None:
        if PurePosixPath(evidence.filename).suffix.lower() not in EVIDENCE_TYPES:
            mistakes.append(Mistake("file", "The selected file must be a document, a spreadsheet or a picture."))
        if not 0 < len(evidence.data) <= settings().max_upload_bytes:
            mistakes.append(Mistake("file", "The selected file is empty or too large."))
    if mistakes:
        raise FormRefusedError(mistakes)


def _kept(folder: str, evidence: ActionEvidence) -> dict[str, object]:
    # The name under which it is kept says nothing of it (L5); the sender's own is kept in the store beside it.
    extension = PurePosixPath(evidence.filename).suffix.lower().lstrip(".")
    digest = sha256(evidence.data)
    key = by_content(f"{folder}/files", "evidence", digest, extension)
    stored = store.put_once(key, evidence.data, filename=evidence.filename)
    return {"key": stored.key, "sha256": digest, "size": stored.size}


def _answer(session: Session, current: PlanRound) -> None:
    """Mark a round as answered once each of its actions that still stands was told of, and tell whoever leads."""
    left = waits_for(session, current)
    if left or current.answered_at:
        return
    inspection = inspection_of(session, current.inspection)
    current.answered_at = inspection.now()
    session.add(current)
    facts = {"round": current.number, "actions": len(current.actions)}
    for role in ("lead", "manager"):
        once = once_key(current.inspection, "plan_progress_told", current.number, role)
        write_notice(session, "plan_progress_told", role, once=once, inspection=current.inspection, facts=facts)


def open_round(session: Session, ref: str) -> PlanRound | None:
    """Return the newest round in which progress was asked for; None where none was."""
    query = select(PlanRound).where(PlanRound.inspection == ref).order_by(col(PlanRound.number).desc())
    return session.exec(query).first()


def waits_for(session: Session, current: PlanRound) -> list[str]:
    """Return the actions of a round that nobody has told of since it was asked for."""
    query = select(PlanProgress).where(
        PlanProgress.inspection == current.inspection, PlanProgress.round >= current.number
    )
    answered = {row.action for row in session.exec(query)}
    standing = select(PlanAction).where(PlanAction.inspection == current.inspection, col(PlanAction.last).is_(None))
    stand = {row.id for row in session.exec(standing)}
    return [identity for identity in current.actions if identity in stand - answered]


def progress_of(session: Session, ref: str, identity: str) -> list[PlanProgress]:
    """Return what was said of one action, the newest first."""
    query = select(PlanProgress).where(PlanProgress.inspection == ref, PlanProgress.action == identity)
    return list(session.exec(query.order_by(col(PlanProgress.number).desc())))


def text_of(row: PlanProgress) -> str:
    """Return the words of one word on progress, from the store."""
    return str(json.loads(store.get(row.key))["text"])


def in_words(counts: dict[ActionState, int]) -> str:
    """Return how many actions are in which state: `2 done, 1 under way, 4 not started`."""
    order = (ActionState.DONE, ActionState.UNDER_WAY, ActionState.NOT_STARTED, ActionState.DROPPED)
    return ", ".join(f"{counts[state]} {plain(state)}" for state in order if counts.get(state))
