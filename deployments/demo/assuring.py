"""How findings of the rehearsal pass, the letter is written, and the quality assurer reads both."""

import re

from deployments.demo.rehearsal import ASSURER, RECORDER, REVIEWER, Rehearsal
from deployments.demo.watch import StoryError
from models.lifecycle import Stage
from models.states import FindingLevel, ParagraphState, ReadyFor
from tasks.assuring.passing import NEXT
from tasks.assuring.readiness import readiness
from tasks.drafting.draft import LetterDraft
from tasks.drafting.loading import current_draft
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.ledger.rows import inspection_of

_BY = {FindingLevel.REVIEWED: REVIEWER, FindingLevel.MODERATED: "inspector", FindingLevel.AGREED: "inspector"}
_WORDS = {
    "headline": "Partners know most of this, and have begun to act on it.",
    "priority": "Partners must act on this at once.",
    "main": "Inspectors saw this in records and heard it from staff.",
    "practice": "Other services can learn from it.",
}
_ENDINGS = {"improve": "so that each child is helped in time", "strengths": "which children and families notice"}


def findings_are_agreed(rehearsal: Rehearsal) -> str:
    """A second inspector reviews each finding, and the lead inspector moderates and agrees it."""
    passed = pass_all(rehearsal)
    _say_ready(rehearsal, ReadyFor.DRAFT)
    return f"{passed} findings reviewed, moderated and agreed, and read by the quality assurer"


def pass_all(rehearsal: Rehearsal) -> int:
    """Take every finding that stands to its last level, by people who did not write it; return how many there are."""
    ref = rehearsal.ref
    with transaction() as session:
        rows = findings_of(session, ref)
    for row in rows:
        level, base = row.level, f"/inspections/{ref}/findings/{row.id}"
        while level in NEXT:
            level = NEXT[level]
            door = "review" if level == FindingLevel.REVIEWED else "moderate"
            values = {"seen": row.version, "outcome": level.value}
            rehearsal.person(_BY[level]).submit(f"{base}/standing", f"{base}/{door}", values)
    return len(rows)


def _say_ready(rehearsal: Rehearsal, purpose: ReadyFor) -> None:
    """Let the quality assurer read and say that it is ready, unless they have."""
    with transaction() as session:
        if readiness(session, inspection_of(session, rehearsal.ref), purpose).is_ready:
            return
    page = f"/inspections/{rehearsal.ref}/assurance"
    assurer = rehearsal.person(ASSURER)
    place = rf'name="of" value="{purpose.value}"><input type="hidden" name="seen" value="(\w+)"'
    seen = re.search(place, assurer.get(page).text)
    if seen is None:
        raise StoryError("It is not the quality assurer's turn.")
    reason = "Each finding says no more than its evidence bears, and the cases against it are named."
    assurer.submit(page, page, {"of": purpose.value, "seen": seen[1], "outcome": "ready", "text": reason})


def letter_is_written(rehearsal: Rehearsal) -> str:
    """Two inspectors write the letter: one puts it together from the findings, another writes each paragraph."""
    base = f"/inspections/{rehearsal.ref}/draft"
    if rehearsal.stage() == Stage.FACTUAL_ACCURACY:
        if not _draft(rehearsal).paragraphs:
            rehearsal.person(RECORDER).submit(base, f"{base}/put-together")
        for section in _draft(rehearsal).sections:
            for each in section.paragraphs:
                if each.state == ParagraphState.PUT_TOGETHER:
                    values = {"seen": each.version, "heading": each.heading, "findings": list(each.findings)}
                    values["text"] = written(section.code, each.text)
                    rehearsal.person(REVIEWER).submit(f"{base}/{each.id}", f"{base}/{each.id}", values)
    draft = _draft(rehearsal)
    return f"{len(draft.paragraphs)} paragraphs by 2 inspectors, {len(draft.unwritten)} of them not written"


def written(section: str, text: str) -> str:
    """Return a paragraph of the rehearsal as an inspector leaves it."""
    if section in _ENDINGS:
        return f"{text.rstrip('.')}, {_ENDINGS[section]}"
    return f"{text.rstrip('.')}. {_WORDS.get(section, 'This is for all partners.')}"


def letter_is_read(rehearsal: Rehearsal) -> None:
    """The findings that changed pass again, and the quality assurer reads findings and letter for publication."""
    pass_all(rehearsal)
    _say_ready(rehearsal, ReadyFor.PUBLICATION)


def _draft(rehearsal: Rehearsal) -> LetterDraft:
    with transaction() as session:
        return current_draft(session, rehearsal.ref)
