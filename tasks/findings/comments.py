"""Factual accuracy: agencies comment on the draft, the inspector decides each comment; words are in the store alone."""

import json
from uuid import uuid4

from sqlmodel import Session, select

from models.actors import inspector
from models.keys import correction
from models.lifecycle import Stage
from models.refusals import Refusal
from models.states import CommentOutcome
from models.tables import Agency, Correction, Finding, Inspection
from models.words import plain
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of

OUTCOMES = {
    CommentOutcome.ACCEPTED: "Accepted: the letter is changed",
    CommentOutcome.DECLINED: "Declined: the letter stays as it is",
}
_LONGEST = 2000


class CommentRefusedError(Refusal):
    """A comment on the draft, or a decision on one, cannot be taken as given."""


def comment_refusal(inspection: Inspection) -> str:
    """Return why no comment on the draft is taken now; an empty text where one is."""
    if inspection.stage == Stage.FACTUAL_ACCURACY:
        return ""
    return "Comments are taken only while the draft letter is being checked."


def decision_refusal(inspection: Inspection) -> str:
    """Return why no comment is decided now; an empty text where one is."""
    if inspection.stage == Stage.FACTUAL_ACCURACY:
        return ""
    return f"Comments are decided while the facts are checked; this inspection is {plain(inspection.stage)}."


def comment_mistake(text: str) -> str:
    """Return what is wrong with the words of a comment; an empty text where nothing is."""
    if text.strip() and len(text) <= _LONGEST:
        return ""
    return f"Enter what is not accurate, in {_LONGEST:,} characters or fewer."


def comment(ref: str, agency_id: str, *, text: str, finding_id: str | None = None, by: str) -> str:
    """Store an agency's comment on the draft and return its id; the same comment again changes nothing.

    Raises:
        CommentRefusedError: the check of facts is not open, or the comment is empty or too long.
    """
    if mistake := comment_mistake(text):
        raise CommentRefusedError(mistake)
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if refusal := comment_refusal(inspection):
            raise CommentRefusedError(refusal)
        if finding_id and session.get(Finding, (ref, finding_id)) is None:
            raise CommentRefusedError(f"There is no finding {finding_id} in the draft.")
        agency = session.get_one(Agency, agency_id)
        body = canonical_json({"finding": finding_id, "text": text.strip()})
        # A form sent twice is one comment; the ledger has no words to compare, so the stored ones are read (L5).
        for earlier in corrections_of(session, ref):
            if earlier.agency_id == agency_id and store.get(earlier.text_key) == body:
                return earlier.id
        identity = uuid4().hex
        key = correction(ref, identity)
        # The words before their row: a row must never name an object that is not there.
        store.put_once(key, body, content_type="application/json")
        row = Correction(
            id=identity,
            inspection=ref,
            agency_id=agency.id,
            finding_id=finding_id,
            text_key=key,
            made_at=inspection.now(),
        )
        session.add(row)
        facts = {"agency": agency.kind, "finding": finding_id}
        audit.append(session, ref, actor=by, action="accuracy.commented", subject=identity, facts=facts)
    return identity


def decide_comment(correction_id: str, outcome: str, *, by: str) -> None:
    """Record the inspector's decision on a comment; a changed text is recorded as a new version of the finding.

    Raises:
        CommentRefusedError: no such comment, already decided otherwise, no such outcome, or the check is over.
    """
    if outcome not in OUTCOMES:
        raise CommentRefusedError("Choose whether the comment is accepted or declined.")
    with transaction() as session:
        row = session.get(Correction, correction_id, with_for_update=True)
        if row is None:
            raise CommentRefusedError("There is no such comment.")
        if row.outcome == outcome:
            return
        if row.outcome is not None:
            raise CommentRefusedError("This comment was already decided.")
        inspection = inspection_of(session, row.inspection)
        if refusal := decision_refusal(inspection):
            raise CommentRefusedError(refusal)
        row.outcome, row.decided_by, row.decided_at = CommentOutcome(outcome), by, inspection.now()
        session.add(row)
        facts = {"outcome": outcome}
        audit.append(
            session, row.inspection, actor=inspector(by), action="accuracy.decided", subject=row.id, facts=facts
        )


def corrections_of(session: Session, ref: str) -> list[Correction]:
    """Return an inspection's comments in the order in which they were made."""
    query = select(Correction).where(Correction.inspection == ref)
    return sorted(session.exec(query), key=lambda row: (row.made_at, row.id))


def text_of(row: Correction) -> str:
    """Read a comment's words from the store."""
    return str(json.loads(store.get(row.text_key))["text"])
