"""Factual accuracy: agencies comment on the draft, the inspector decides each comment; words are in the store alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlmodel import Session, col, select

from models.actors import inspector
from models.events import Owed
from models.ids import LetterSubject, once_key
from models.keys import correction
from models.lifecycle import Stage
from models.refusals import Refusal
from models.states import CommentOutcome, LetterStatus
from models.tables import Agency, AuditEntry, Correction, Finding, Inspection
from models.words import plain
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import is_underway
from tasks.people.notices import write_notice
from tasks.recognition.passing import recogniser

_LONGEST = 2000


class CommentRefusedError(Refusal):
    """A comment on the draft, or a decision on one, cannot be taken as given."""


def comment_refusal(inspection: Inspection) -> str:
    """Return why no comment on the draft is taken now; an empty text where one is."""
    if inspection.stage == Stage.FACTUAL_ACCURACY:
        return ""
    return "Comments are taken only while the draft letter is being checked."


def is_check_closed(session: Session, ref: str) -> bool:
    """Return whether the check of facts is closed though the stage, which moves with the next letter, stands there."""
    return is_underway(session, Owed.COMPILE_LETTER, str(LetterSubject(ref, LetterStatus.PRE_PUBLICATION, 1)))


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
        CommentRefusedError: the check of facts is not open, or the comment is empty, too long or names somebody.
    """
    if mistake := comment_mistake(text):
        raise CommentRefusedError(mistake)
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        if refusal := comment_refusal(inspection):
            raise CommentRefusedError(refusal)
        if is_check_closed(session, ref):
            raise CommentRefusedError("The check of the draft letter is closed, so no more comments are taken.")
        if finding_id and session.get(Finding, (ref, finding_id)) is None:
            raise CommentRefusedError(f"There is no finding {finding_id} in the draft.")
        # An agency learns nothing of what others hold.
        if sentence := recogniser(session, ref, agency_id).sentence(text):
            raise CommentRefusedError(sentence)
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
        once = once_key(ref, "comment", identity)
        write_notice(session, "comment_made", "inspector", once=once, inspection=ref, facts={"agency": agency.name})
    return identity


@dataclass(frozen=True, slots=True)
class Change:
    """A version of a finding that was recorded after a comment was made."""

    finding: str
    version: int

    def __str__(self) -> str:
        """Return the change as a form sends it, for example `F04/2`."""
        return f"{self.finding}/{self.version}"

    @property
    def sentence(self) -> str:
        """Return the change in words: a first version is a finding that was added."""
        return f"{self.finding} was {'added' if self.version == 1 else 'changed'}"


def changes_since(session: Session, row: Correction) -> list[Change]:
    """Return the newest version of each finding that was recorded after a comment was made, by finding.

    The order is that of the audit chain, since the clock of a rehearsal may stand still.
    """
    entries = session.exec(
        select(AuditEntry)
        .where(
            AuditEntry.inspection == row.inspection,
            col(AuditEntry.action).in_(["accuracy.commented", "finding.recorded"]),
        )
        .order_by(col(AuditEntry.number))
    ).all()
    made = next(entry.number for entry in entries if entry.action == "accuracy.commented" and entry.subject == row.id)
    newest = {
        entry.subject: entry.facts["version"]
        for entry in entries
        if entry.action == "finding.recorded" and entry.number > made
    }
    return [Change(finding, version) for finding, version in sorted(newest.items())]


def change_of(row: Correction) -> Change | None:
    """Return the change that was made because of a comment, or None where none was."""
    if row.changed_finding is None or row.changed_version is None:
        return None
    return Change(row.changed_finding, row.changed_version)


def choices_for(changes: Sequence[Change]) -> dict[str, str]:
    """Return the decisions that can be taken on a comment, each with its words."""
    accepted = {
        f"{CommentOutcome.ACCEPTED}/{change}": (
            f"Accepted: {change.sentence} (version {change.version}) because of this comment"
        )
        for change in changes
    }
    return {
        **accepted,
        CommentOutcome.ACCEPTED.value: "Accepted, but no finding was changed because of it",
        CommentOutcome.DECLINED.value: "Declined: no finding was changed because of it",
    }


def decision_of(row: Correction) -> str:
    """Return the decision on a comment in words; empty where it waits for one."""
    if row.outcome is None:
        return ""
    change = change_of(row)
    suffix = f"/{change}" if change else ""
    return choices_for([change] if change else [])[f"{row.outcome}{suffix}"]


def decide_comment(correction_id: str, decision: str, *, by: str) -> None:
    """Record the inspector's decision on a comment.

    Args:
        correction_id: the comment.
        decision: a key of `choices_for`: `accepted`, `declined`, or `accepted/F04/2`, which names the version of a
            finding that was recorded because of the comment.
        by: who decides.

    Raises:
        CommentRefusedError: no such comment, already decided otherwise, no such decision, or the check is over.
    """
    with transaction() as session:
        row = session.get(Correction, correction_id, with_for_update=True)
        if row is None:
            raise CommentRefusedError("There is no such comment.")
        outcome, _, name = decision.partition("/")
        if row.outcome is not None:
            if (row.outcome, str(change_of(row) or "")) == (outcome, name):
                return
            raise CommentRefusedError("This comment was already decided.")
        changes = changes_since(session, row)
        if decision not in choices_for(changes):
            raise CommentRefusedError(
                "Choose whether the comment is accepted or declined. "
                "A change to a finding can be chosen only if it was recorded after the comment."
            )
        inspection = inspection_of(session, row.inspection)
        if refusal := decision_refusal(inspection):
            raise CommentRefusedError(refusal)
        row.outcome, row.decided_by, row.decided_at = CommentOutcome(outcome), by, inspection.now()
        change = next((change for change in changes if str(change) == name), None)
        if change:
            row.changed_finding, row.changed_version = change.finding, change.version
        session.add(row)
        facts = {"outcome": outcome, **({"finding": change.finding, "version": change.version} if change else {})}
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
