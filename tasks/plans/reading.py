"""A plan with its words, as a page shows it; each opening is recorded with who opened it."""

from dataclasses import dataclass

from sqlmodel import Session

from models.ids import once_key
from models.tables import ActionPlan, Inspection, PlanAction, PlanProgress, PlanReview, PlanVersion
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import UnknownRequestError, inspection_of
from tasks.plans.progress import progress_of, text_of
from tasks.plans.reviewing import ReviewWords, words_at
from tasks.plans.standing import (
    actions_of,
    answered_letter,
    draft_of,
    origins_of,
    plan_of,
    reviews_of,
    versions_of,
    words_of,
)
from tasks.plans.values import Action, Difference, Origin, Plan, Query, differences, missing_in_words, unanswered

READ = "plan.read"


@dataclass(frozen=True, slots=True)
class ActionRead:
    """One action as a page shows it.

    Attributes:
        action: its words.
        answers: the words of the paragraph that it answers; empty where the letter has it no more.
        queries: what is odd about it.
        row: how far it is; None where it was not sent yet.
        progress: what was said of it, the newest first, with its words.
    """

    action: Action
    answers: str
    queries: list[Query]
    row: PlanAction | None
    progress: list[tuple[PlanProgress, str]]


@dataclass(frozen=True, slots=True)
class PlanRead:
    """A plan as a page shows it: its draft or one of its versions.

    Attributes:
        standing: where it stands.
        version: the version that is shown; None for the draft.
        actions: in order.
        origins: the paragraphs of the letter that need an answer.
        without: those that no action answers.
        missing: that in sentences.
        versions: all that were sent, the newest first.
        reviews: of the version that is shown, or of the newest, the newest first, with their words.
        differences: from the version before the one that is shown.
        unsent: whether the draft differs from what was sent last.
    """

    standing: ActionPlan
    version: PlanVersion | None
    actions: list[ActionRead]
    origins: tuple[Origin, ...]
    without: list[Origin]
    missing: list[str]
    versions: list[PlanVersion]
    reviews: list[tuple[PlanReview, ReviewWords]]
    differences: list[Difference]
    unsent: bool


def read_draft(ref: str, *, by: str) -> PlanRead:
    """Return the draft of a plan for whoever sends it, with how far its actions are; audited."""
    with transaction() as session:
        inspection = inspection_of(session, ref)
        record_read(session, ref, "draft", by=by)
        return _read(session, inspection, None)


def read_version(ref: str, number: int = 0, *, by: str) -> PlanRead:
    """Return a version of a plan, or the newest; audited.

    Raises:
        UnknownRequestError: there is no such version.
    """
    with transaction() as session:
        inspection, sent = inspection_of(session, ref), versions_of(session, ref)
        version = next((row for row in sent if number in (0, row.version)), None)
        if version is None:
            raise UnknownRequestError(ref)
        record_read(session, ref, version.version, by=by)
        return _read(session, inspection, version)


def record_read(session: Session, ref: str, which: str | int, *, by: str) -> None:
    """Record who opened the words of a plan: its draft, its workbook, or a version by its number."""
    audit.append(session, ref, actor=by, action=READ, subject=once_key(ref, "plan", which))


def _read(session: Session, inspection: Inspection, version: PlanVersion | None) -> PlanRead:
    ref, letter = inspection.ref, answered_letter(session, inspection.ref)
    sent, standing = versions_of(session, ref), plan_of(session, ref)
    plan = words_of(version) if version else draft_of(session, ref)
    origins = origins_of(letter) if letter else ()
    about = version or (sent[0] if sent else None)
    reviews = [
        (row, words_at(ref, row.sha256)) for row in reviews_of(session, ref) if about and row.version == about.version
    ]
    return PlanRead(
        standing,
        version,
        _actions(session, ref, plan, origins),
        origins,
        unanswered(origins, plan.actions),
        missing_in_words(origins, plan.actions),
        sent,
        reviews,
        _differences(sent, version, plan),
        standing.draft_actions > 0 and (not sent or standing.draft_sha256 != sent[0].sha256),
    )


def _actions(session: Session, ref: str, plan: Plan, origins: tuple[Origin, ...]) -> list[ActionRead]:
    words = {origin.id: origin.words for origin in origins}
    rows = {row.id: row for row in actions_of(session, ref, every=True)}
    return [
        ActionRead(
            action,
            words.get(action.origin, ""),
            plan.queries_of(action.id),
            rows.get(action.id),
            [(row, text_of(row)) for row in progress_of(session, ref, action.id)],
        )
        for action in plan.actions
    ]


def _differences(sent: list[PlanVersion], version: PlanVersion | None, plan: Plan) -> list[Difference]:
    """Return what differs from the version before: of the draft, from the newest that was sent."""
    number = version.version if version else (sent[0].version + 1 if sent else 0)
    before = next((row for row in sent if row.version == number - 1), None)
    return differences(words_of(before), plan) if before else []


def read_evidence(ref: str, identity: str, number: int, *, by: str) -> tuple[str, str]:
    """Return the key and our own name of a file that shows how far an action is; audited.

    Raises:
        UnknownRequestError: there is none.
    """
    with transaction() as session:
        row = session.get(PlanProgress, (ref, identity, number))
        if row is None or not row.file:
            raise UnknownRequestError(ref)
        subject = once_key(ref, "plan", identity, number)
        audit.append(session, ref, actor=by, action="plan-evidence.read", subject=subject)
        return row.file["key"], f"evidence-{identity}-{number}.{row.file['key'].rpartition('.')[2]}"
