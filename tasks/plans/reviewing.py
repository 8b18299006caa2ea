"""A version of a plan is reviewed: an inspector says what is missing, and the lead inspector confirms it (L11)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from models.decisions import REVIEW_PLAN
from models.ids import once_key
from models.keys import by_content, plan_folder
from models.refusals import FormRefusedError, Mistake
from models.states import PlanOutcome
from models.tables import Agency, PlanReview, PlanVersion, Proposal, Statement
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_document, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.letters.owed_statement import owed_by
from tasks.people.notices import write_notice
from tasks.people.two_people import open_proposals
from tasks.plans.standing import PlanRefusedError, plan_of, reviews_of, versions_of, words_of
from tasks.recognition.passing import recogniser

LONGEST = 1_500


@dataclass(frozen=True, slots=True)
class ReviewWords:
    """What an inspector says of a version of a plan.

    Attributes:
        adequate: whether it is adequate as a whole.
        text: of the whole; what is missing where it is not adequate.
        actions: what is missing, by the id of the action; an action that is adequate is not among them.
    """

    adequate: bool
    text: str = ""
    actions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """Return the words as canonical JSON."""
        return canonical_document({"adequate": self.adequate, "text": self.text, "actions": dict(self.actions)})

    @classmethod
    def from_json(cls, data: bytes) -> "ReviewWords":
        """Rebuild the words."""
        return cls(**json.loads(data))


def newest_version(session: Session, ref: str, number: int) -> PlanVersion:
    """Return a version of the plan that is the newest, for only that one is reviewed.

    Raises:
        PlanRefusedError: it is not, or the plan is closed.
    """
    sent = versions_of(session, ref)
    if not sent or sent[0].version != number:
        raise PlanRefusedError("A newer version of the plan was sent. Review that one.")
    if plan_of(session, ref).closed_at:
        raise PlanRefusedError("The plan is closed, so it is reviewed no more.")
    return sent[0]


def keep_review(ref: str, number: int, words: ReviewWords) -> dict[str, Any]:
    """Store the words of a review, and return by which references a second person is asked to confirm it.

    Raises:
        FormRefusedError: nothing is said of what is missing, or something contradicts it.
        PlanRefusedError: the version is not the newest, or the plan is closed.
    """
    with transaction() as session:
        version, people = newest_version(session, ref, number), recogniser(session, ref)
    fields = {"text": words.text, **{f"missing-{identity}": text for identity, text in words.actions.items()}}
    if marked := [Mistake(field, sentence) for field, text in fields.items() if (sentence := people.sentence(text))]:
        raise FormRefusedError(marked)
    _check(words, {action.id for action in words_of(version).actions})
    data = words.to_json()
    # Stored before the second person is asked, who confirms these words by their digest.
    store.put_once(_key(ref, sha256(data)), data)
    return {"inspection": ref, "version": number, "adequate": words.adequate, "words": sha256(data)}


def _key(ref: str, digest: str) -> str:
    return by_content(plan_folder(ref), "review", digest, "json")


def _check(words: ReviewWords, ids: set[str]) -> None:
    mistakes = [
        Mistake(f"missing-{identity}", f"Say it in at most {LONGEST:,} characters.")
        for identity, text in words.actions.items()
        if len(text) > LONGEST
    ]
    if unknown := sorted(set(words.actions) - ids):
        mistakes.append(Mistake("text", f"The plan has no action {unknown[0]}."))
    if len(words.text) > LONGEST:
        mistakes.append(Mistake("text", f"Say it in at most {LONGEST:,} characters."))
    if words.adequate and words.actions:
        first = next(iter(words.actions))
        sentence = "Clear this, or say that something is missing: a plan is adequate only if every action is."
        mistakes.append(Mistake(f"missing-{first}", sentence))
    if not words.adequate and not words.actions and not words.text:
        mistakes.append(Mistake("text", "Say what is missing, in the plan as a whole or in one of its actions."))
    if mistakes:
        raise FormRefusedError(mistakes)


def record_review(ref: str, values: Mapping[str, Any], *, by: str, second: str) -> str:
    """Record a review that two people stand for, tell the partnership, and return in a sentence what it is.

    Raises:
        PlanRefusedError: the version is no longer the newest, or the plan is closed.
    """
    number = int(values["version"])
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        # Again under the lock: the partnership may have sent another version while the second person read.
        newest_version(session, ref, number)
        words = words_at(ref, str(values["words"]))
        before = [row for row in reviews_of(session, ref) if row.version == number]
        row = PlanReview(
            inspection=ref,
            version=number,
            number=len(before) + 1,
            outcome=PlanOutcome.ADEQUATE if words.adequate else PlanOutcome.MISSING,
            lacking=sorted(words.actions),
            key=_key(ref, str(values["words"])),
            sha256=str(values["words"]),
            reviewed_by=by,
            confirmed_by=second,
            reviewed_at=inspection.now(),
        )
        session.add(row)
        facts = {"outcome": row.outcome, "lacking": row.lacking, "sha256": row.sha256, "confirmed_by": second}
        subject = once_key(ref, "plan", number)
        audit.append(session, ref, actor=by, action="plan.reviewed", subject=subject, facts=facts)
        authority = session.get_one(Agency, owed_by(session.get_one(Statement, ref)))
        review_facts = {"version": number, "adequate": "yes" if words.adequate else "no", "lacking": len(row.lacking)}
        once = once_key(ref, "plan_reviewed", number, row.number)
        write_notice(session, "plan_reviewed", authority, once=once, sign_in=True, facts=review_facts)
    return "adequate" if words.adequate else "not adequate yet"


def words_at(ref: str, digest: str) -> ReviewWords:
    """Return the words of a review that waits or stands, by their digest."""
    return ReviewWords.from_json(store.get(_key(ref, digest)))


def waiting_reviews(session: Session, ref: str) -> list[tuple[Proposal, ReviewWords]]:
    """Return the reviews that wait for the lead inspector, oldest first, with their words."""
    rows = [row for row in open_proposals(session, ref) if row.act == REVIEW_PLAN]
    return [(row, words_at(ref, str(row.values["words"]))) for row in rows]
