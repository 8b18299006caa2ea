"""Loads the draft of a letter: order and versions from the ledger, words from the evidence store (L5)."""

import json
from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, col, select

from models.tables import Inspection, Paragraph, ParagraphVersion
from tasks.drafting.draft import COMPUTED, Binding, DraftParagraph, DraftSection, LetterDraft
from tasks.ground import store
from tasks.ledger.themes import theme_of


def current_draft(session: Session, ref: str) -> LetterDraft:
    """Return the draft of an inspection's letter as it stands now; its sections are empty before anybody wrote.

    Args:
        session: of the ledger.
        ref: the inspection.
    """
    letter = theme_of(session.get_one(Inspection, ref)).letter
    written = paragraphs_of(session, ref)
    versions = _newest(session, ref, written)
    sections = (
        DraftSection(
            heading.code,
            heading.label,
            tuple(paragraph_at(versions[row.id]) for row in written if row.section == heading.code),
        )
        for heading in letter.headings
        if heading.code not in COMPUTED
    )
    return LetterDraft(ref, tuple(sections))


def paragraphs_of(session: Session, ref: str) -> list[Paragraph]:
    """Return the paragraphs that stand in the draft, in the order in which they are read within their sections."""
    query = select(Paragraph).where(Paragraph.inspection == ref, col(Paragraph.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Paragraph.position), Paragraph.id)))


def _newest(session: Session, ref: str, written: Iterable[Paragraph]) -> dict[str, ParagraphVersion]:
    newest = {(row.id, row.version) for row in written}
    query = select(ParagraphVersion).where(ParagraphVersion.inspection == ref)
    return {row.paragraph: row for row in session.exec(query) if (row.paragraph, row.version) in newest}


def paragraph_at(row: ParagraphVersion) -> DraftParagraph:
    """Read one version of a paragraph."""
    words: dict[str, Any] = json.loads(store.get(row.text_key))
    return DraftParagraph(
        id=row.paragraph,
        version=row.version,
        text=words["text"],
        heading=words["heading"],
        findings=tuple(row.findings),
        bindings=tuple(
            Binding(each["sentence"], each["quantifier"], tuple(each["cases"]), tuple(each["against"]))
            for each in words["bindings"]
        ),
        state=row.state,
        written_by=row.written_by,
    )
