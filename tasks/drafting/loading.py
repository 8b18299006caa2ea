"""Loads the draft of a letter: order and versions from the ledger, words from the evidence store (L5)."""

import json
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
    standing = newest_versions(session, ref)
    sections = (
        DraftSection(
            heading.code,
            heading.label,
            tuple(paragraph_at(version) for row, version in standing if row.section == heading.code),
        )
        for heading in letter.headings
        if heading.code not in COMPUTED
    )
    return LetterDraft(ref, tuple(sections))


def paragraphs_of(session: Session, ref: str) -> list[Paragraph]:
    """Return the paragraphs that stand in the draft, in the order in which they are read within their sections."""
    query = select(Paragraph).where(Paragraph.inspection == ref, col(Paragraph.removed_at).is_(None))
    return list(session.exec(query.order_by(col(Paragraph.position), Paragraph.id)))


def newest_versions(session: Session, ref: str) -> list[tuple[Paragraph, ParagraphVersion]]:
    """Return the paragraphs that stand with their newest versions, in their order, without reading a word."""
    standing = {(row.id, row.version): row for row in paragraphs_of(session, ref)}
    query = select(ParagraphVersion).where(ParagraphVersion.inspection == ref)
    versions = {(row.paragraph, row.version): row for row in session.exec(query)}
    return [(row, versions[place]) for place, row in standing.items()]


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
