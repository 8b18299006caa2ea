"""Findings that are ready, and a letter that is written, for tests that begin after that."""

from models.lifecycle import Stage
from models.states import FindingLevel, ReadyFor
from tasks.assuring.passing import NEXT, pass_finding
from tasks.assuring.readiness import readiness
from tasks.assuring.saying import say
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.loading import current_draft
from tasks.drafting.writing import write_paragraph
from tasks.findings.findings import findings_of
from tasks.ground.database import transaction
from tasks.ledger.rows import inspection_of

REVIEWER, LEADER, ASSURER = "P-TESTREV1", "P-TESTLEA1", "P-TESTASS1"
_BY = {FindingLevel.REVIEWED: REVIEWER, FindingLevel.MODERATED: LEADER, FindingLevel.AGREED: LEADER}


def agreed(ref: str) -> None:
    """Take every finding that stands to its last level, by people who wrote none of them."""
    with transaction() as session:
        rows = findings_of(session, ref)
    for row in rows:
        level = row.level
        while level in NEXT:
            level = NEXT[level]
            pass_finding(ref, row.id, level, version=row.version, by=_BY[level])


def assured(ref: str, purpose: ReadyFor) -> None:
    """Have the quality assurer say that everything is ready."""
    with transaction() as session:
        digest = readiness(session, inspection_of(session, ref), purpose).digest
    say(ref, purpose, ready=True, reason="It follows from the evidence.", digest=digest, by=ASSURER)


def ready_for_draft(ref: str) -> None:
    """Bring all findings to where the draft letter goes out."""
    agreed(ref)
    assured(ref, ReadyFor.DRAFT)


def written(ref: str, by: str = "P-TESTWRI1") -> None:
    """Write every paragraph that is only put together from findings."""
    with transaction() as session:
        draft = current_draft(session, ref)
    for each in draft.unwritten:
        words = ParagraphWords(f"{each.text} They know it.", each.heading, each.findings)
        write_paragraph(ref, each.id, "", words, follows=each.version, by=by)


def ready_for_publication(ref: str) -> None:
    """Bring findings and letter to where the facts can be closed and the letter published."""
    agreed(ref)
    with transaction() as session:
        inspection, draft = inspection_of(session, ref), current_draft(session, ref)
    if not draft.paragraphs and inspection.stage != Stage.PRE_PUBLICATION:
        words = ParagraphWords("Leaders know what children need, and act on it together.")
        write_paragraph(ref, None, draft.sections[0].code, words, follows=0, by="P-TESTWRI1")
    written(ref)
    assured(ref, ReadyFor.PUBLICATION)
