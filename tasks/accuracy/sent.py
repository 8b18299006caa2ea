"""The draft letter as it was sent: which version of which paragraph its readers have, whatever is written since."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.states import LetterStatus
from models.tables import Inspection, Letter, LetterParagraph, Paragraph, ParagraphVersion
from tasks.drafting.draft import DraftParagraph, DraftSection
from tasks.drafting.loading import paragraph_at
from tasks.ledger.themes import theme_of


@dataclass(frozen=True, slots=True)
class SentLetter:
    """The newest draft letter that agencies have.

    Attributes:
        version: of the draft.
        sections: those that have paragraphs, in the order in which they are read; none where the draft is from before
            paragraphs of letters were recorded.
    """

    version: int
    sections: tuple[DraftSection, ...]

    @property
    def paragraphs(self) -> dict[str, DraftParagraph]:
        """Return its paragraphs by their ids, in the order in which they are read."""
        return {each.id: each for section in self.sections for each in section.paragraphs}


def record_sent(
    session: Session, ref: str, status: LetterStatus, number: int, rows: Sequence[tuple[Paragraph, ParagraphVersion]]
) -> None:
    """Record which versions of paragraphs a letter was compiled from."""
    session.add_all(
        LetterParagraph(
            inspection=ref,
            status=status,
            letter_version=number,
            paragraph=row.id,
            paragraph_version=version.version,
            section=row.section,
            position=row.position,
        )
        for row, version in rows
    )


def newest_draft(session: Session, ref: str) -> Letter | None:
    """Return the newest draft letter that was sent, or None before there is one."""
    query = select(Letter).where(Letter.inspection == ref, Letter.status == LetterStatus.DRAFT)
    return session.exec(query.order_by(col(Letter.version).desc()).limit(1)).one_or_none()


def sent_letter(session: Session, ref: str) -> SentLetter | None:
    """Return the newest draft letter with the words that were sent, or None before there is one."""
    letter = newest_draft(session, ref)
    if letter is None:
        return None
    query = select(LetterParagraph).where(
        LetterParagraph.inspection == ref,
        LetterParagraph.status == LetterStatus.DRAFT,
        LetterParagraph.letter_version == letter.version,
    )
    rows = list(session.exec(query.order_by(col(LetterParagraph.position), LetterParagraph.paragraph)))
    headings = theme_of(session.get_one(Inspection, ref)).letter.headings
    sections = (
        DraftSection(
            heading.code,
            heading.label,
            tuple(
                words_at(session, ref, row.paragraph, row.paragraph_version)
                for row in rows
                if row.section == heading.code
            ),
        )
        for heading in headings
    )
    return SentLetter(letter.version, tuple(section for section in sections if section.paragraphs))


def words_at(session: Session, ref: str, paragraph: str, version: int) -> DraftParagraph:
    """Read one version of a paragraph."""
    return paragraph_at(session.get_one(ParagraphVersion, (ref, paragraph, version)))
