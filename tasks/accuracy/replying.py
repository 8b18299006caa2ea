"""An inspector replies to each comment; accepted is only what a paragraph was changed for, and that stays so."""

import json
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.actors import inspector
from models.ids import paragraph_version
from models.keys import by_content
from models.keys import reply as reply_folder
from models.lifecycle import Stage, at_stage, place_of
from models.refusals import FormRefusedError, Mistake, PersonsNumberError, has_persons_number
from models.states import CommentOutcome
from models.tables import AuditEntry, Correction, Inspection, Paragraph
from models.words import joined, noun
from tasks.accuracy.comments import CommentRefusedError, corrections_of, text_mistake
from tasks.accuracy.sent import words_at
from tasks.drafting.draft import DraftParagraph
from tasks.findings.check_closed import is_check_closed
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.recognition.passing import recogniser

_WRITTEN, _TAKEN_OUT, _COMMENTED = "letter.written", "letter.paragraph-removed", "accuracy.commented"
_NO_COMMENT = "There is no such comment. Its agency may have taken it back."
TAKEN_OUT = 0
"""The version that stands for a paragraph which was taken out."""


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """What became of a paragraph after a comment: a version with other words, or `TAKEN_OUT`."""

    paragraph: str
    version: int

    def __str__(self) -> str:
        """Return the change as a form sends it, for example `P04/2`."""
        return paragraph_version(self.paragraph, self.version)

    @property
    def sentence(self) -> str:
        """Return the change in words."""
        if self.version == TAKEN_OUT:
            return f"{self.paragraph} was taken out"
        return f"{self.paragraph} was {'added' if self.version == 1 else f'changed (version {self.version})'}"


def reply_refusal(session: Session, inspection: Inspection) -> str:
    """Return why no reply is recorded now; an empty text where one is."""
    if inspection.stage != Stage.FACTUAL_ACCURACY:
        return f"Comments are decided while the facts are checked; this inspection is {at_stage(inspection.stage)}."
    if is_check_closed(session, inspection.ref):
        return "Comments are decided while the facts are checked; this check is closed, and agencies have the replies."
    return ""


def says_other(before: DraftParagraph | None, after: DraftParagraph | None) -> bool:
    """Return whether a reader finds other words in a paragraph; None stands for one that is not there. Pure."""
    if before is None or after is None:
        return before is not after
    return (before.text, before.heading) != (after.text, after.heading)


def changes_since(session: Session, row: Correction) -> list[ParagraphChange]:
    """Return what a comment can be accepted with: the paragraphs that say something else since it was made.

    Of a comment at a paragraph that is this paragraph alone. The order is that of the audit chain, since the clock of a
    rehearsal may stand still. What is written and read as before is no change.
    """
    entries = session.exec(
        select(AuditEntry)
        .where(AuditEntry.inspection == row.inspection, col(AuditEntry.action).in_([_COMMENTED, _WRITTEN, _TAKEN_OUT]))
        .order_by(col(AuditEntry.number))
    ).all()
    made = next(entry.number for entry in entries if entry.action == _COMMENTED and entry.subject == row.id)
    before = {each.subject: each.facts["version"] for each in entries if each.number < made and each.action == _WRITTEN}
    touched = sorted({entry.subject for entry in entries if entry.number > made and entry.action != _COMMENTED})
    changes = []
    for paragraph in touched:
        if row.paragraph in (None, paragraph):
            read = row.paragraph_version if row.paragraph else before.get(paragraph)
            change = _change(session, row.inspection, paragraph, read)
            changes += [change] if change else []
    return changes


def _change(session: Session, ref: str, paragraph: str, read: int | None) -> ParagraphChange | None:
    """Return how a paragraph stands now beside the version that was read, None of a version for none."""
    standing = session.get_one(Paragraph, (ref, paragraph))
    before = words_at(session, ref, paragraph, read) if read else None
    after = None if standing.removed_at else words_at(session, ref, paragraph, standing.version)
    if not says_other(before, after):
        return None
    return ParagraphChange(paragraph, TAKEN_OUT if after is None else standing.version)


def change_of(row: Correction) -> ParagraphChange | None:
    """Return the change for which a comment was accepted, or None where there is none."""
    if row.changed_paragraph is None or row.changed_version is None:
        return None
    return ParagraphChange(row.changed_paragraph, row.changed_version)


def outcome_of(row: Correction) -> str:
    """Return what became of a comment in a sentence without its full stop; empty while it waits."""
    if row.outcome is None:
        return ""
    if row.outcome == CommentOutcome.DECLINED:
        return "Declined: nothing was changed because of it"
    if change := change_of(row):
        return f"Accepted: {change.sentence} because of this comment"
    # What earlier releases recorded.
    if row.changed_finding:
        return f"Accepted: finding {row.changed_finding} was changed (version {row.changed_version})"
    return "Accepted, but no finding was changed because of it"


def reply_of(row: Correction) -> str:
    """Read the words of a reply; empty where there are none."""
    return str(json.loads(store.get(row.reply_key))["text"]) if row.reply_key else ""


def choices_for(changes: list[ParagraphChange]) -> dict[str, str]:
    """Return the replies that can be given to a comment, each with its words."""
    accepted = {
        f"{CommentOutcome.ACCEPTED}/{change}": f"Accepted: {change.sentence} because of this comment"
        for change in changes
    }
    return {**accepted, CommentOutcome.DECLINED.value: "Declined: nothing is changed because of it"}


def reply(comment_id: str, decision: str, text: str, *, by: str) -> None:
    """Record the reply to a comment; until the check is closed a newer reply takes the place of the one before.

    Args:
        comment_id: the comment.
        decision: a key of `choices_for`: `declined`, or `accepted/P04/2`, which names what was changed because of it.
        text: what the agency reads; it names no child.
        by: who replies.

    Raises:
        CommentRefusedError: no such comment, it is taken back, or the check is over.
        FormRefusedError: no such decision now, or no words.
    """
    with transaction() as session:
        row = session.get(Correction, comment_id)
        if row is None:
            raise CommentRefusedError(_NO_COMMENT)
        inspection = inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        # Asked once the row is locked: its agency may take it back until then.
        if row.withdrawn_at:
            raise CommentRefusedError(_NO_COMMENT)
        if refusal := reply_refusal(session, inspection):
            raise CommentRefusedError(refusal, field="outcome")
        changes = changes_since(session, row)
        mistakes = _mistakes(session, row, decision, choices_for(changes), text)
        if mistakes:
            raise FormRefusedError(mistakes)
        outcome, _, name = decision.partition("/")
        change = next((each for each in changes if str(each) == name), None)
        _store(row, text)
        row.outcome, row.decided_by, row.decided_at = CommentOutcome(outcome), by, inspection.now()
        row.changed_paragraph, row.changed_version = (change.paragraph, change.version) if change else (None, None)
        session.add(row)
        facts: dict[str, object] = {"outcome": outcome, "sha256": row.reply_sha256}
        facts |= {"paragraph": change.paragraph, "version": change.version} if change else {}
        audit.append(
            session, row.inspection, actor=inspector(by), action="accuracy.decided", subject=row.id, facts=facts
        )


def _mistakes(session: Session, row: Correction, decision: str, choices: dict[str, str], text: str) -> list[Mistake]:
    mistakes = []
    if decision not in choices:
        where = f"Change paragraph {row.paragraph}" if row.paragraph else "Change the paragraph"
        bound = " A comment is accepted with the change that was made because of it."
        accepts = decision.startswith(CommentOutcome.ACCEPTED)
        mistakes.append(
            Mistake("outcome", f"{where} first, then accept the comment.{bound}")
            if accepts
            else Mistake("outcome", "Choose whether the comment is accepted or declined.")
        )
    if mistake := text_mistake(text, "what the agency is to read as your reply"):
        mistakes.append(Mistake("text", mistake))
    elif has_persons_number(text):
        mistakes.append(Mistake("text", PersonsNumberError("text").sentence))
    elif sentence := recogniser(session, row.inspection).sentence(text):
        mistakes.append(Mistake("text", sentence))
    return mistakes


def _store(row: Correction, text: str) -> None:
    body = canonical_json({"text": text.strip()})
    row.reply_sha256 = sha256(body)
    # The words before their row: a row must never name an object that is not there.
    key = by_content(reply_folder(row.inspection, row.id), "reply", row.reply_sha256, "json")
    row.reply_key = store.put_once(key, body, content_type="application/json").key


def undone(session: Session, row: Correction) -> bool:
    """Return whether a paragraph for which a comment was accepted reads again as it did when the comment was made."""
    change = change_of(row)
    return change is not None and all(each.paragraph != change.paragraph for each in changes_since(session, row))


def in_the_way(session: Session, ref: str) -> list[str]:
    """Return in sentences what the comments of an inspection still ask for before the check can be closed."""
    rows = corrections_of(session, ref)
    waiting = sum(row.waits for row in rows)
    sentences = []
    if waiting:
        sentences.append(
            f"{waiting} {noun(waiting, 'comment waits', 'comments wait')} for a reply. Inspectors reply to each under "
            "Comments on the portal."
        )
    again = sorted({str(row.changed_paragraph) for row in rows if undone(session, row)})
    if again:
        sentences.append(
            f"{joined(again)} {noun(len(again), 'reads', 'read')} again as before a comment that was accepted. Change "
            f"{noun(len(again), 'it', 'them')}, or give another reply under Comments on the portal."
        )
    return sentences


def are_replies_out(session: Session, inspection: Inspection) -> bool:
    """Return whether agencies have the replies: from the close of the check on, after which no reply changes."""
    # A pause keeps the stage at which it began.
    stage = inspection.paused_from or inspection.stage
    closed = place_of(Stage.FACTUAL_ACCURACY) < place_of(stage) <= place_of(Stage.CLOSED)
    return closed or (stage == Stage.FACTUAL_ACCURACY and is_check_closed(session, inspection.ref))
