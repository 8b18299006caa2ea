"""Puts a first draft of the letter together from agreed findings, for people to write from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, select

from models.states import FindingLevel
from models.tables import Finding, Inspection, Paragraph, ParagraphVersion
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.draft import COMPUTED, Binding
from tasks.drafting.quantifiers import quantified
from tasks.drafting.writing import DraftRefusedError, add_put_together, open_draft
from tasks.findings.findings import FindingWords, findings_of, words_of
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of

_SECTION = {
    "strength": "strengths",
    "improvement": "improve",
    "priority_action": "priority",
    "practice_study": "practice",
}
_HEADLINE = ("priority_action", "improvement", "strength")


@dataclass(frozen=True, slots=True)
class DraftedWords:
    """A paragraph to be put together: the section in which it stands, and its words."""

    section: str
    words: ParagraphWords


def pieces(findings: Sequence[tuple[Finding, FindingWords]], sections: Sequence[str]) -> Iterator[DraftedWords]:
    """Return the paragraphs of a first draft in the order of the letter's sections. Pure.

    Args:
        findings: that are agreed, with their words.
        sections: codes of the headings under which people write, in the theme's order.
    """
    for section in sections:
        if section == "headline":
            chosen = [each for kind in _HEADLINE for each in findings if each[0].category == kind]
            if chosen:
                text = " ".join(_sentence(words.heading) for _, words in chosen)
                yield DraftedWords(section, _bound(text, "", [row for row, _ in chosen]))
        for row, words in findings:
            if _SECTION[row.category] == section:
                heading = words.heading if section == "practice" else ""
                text = words.heading if section in ("strengths", "improve") else words.text
                yield DraftedWords(section, _bound(text, heading, [row]))
            elif section == "main" and row.category in ("strength", "improvement"):
                yield DraftedWords(section, _bound(words.text, "", [row]))


def _sentence(heading: str) -> str:
    text = " ".join(heading.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _bound(text: str, heading: str, rows: Sequence[Finding]) -> ParagraphWords:
    line = " ".join(text.split())
    cases = tuple(dict.fromkeys(case for row in rows for case in row.cases))
    # Over several findings a case may stand on both sides, which no sentence may have.
    against = tuple(dict.fromkeys(case for row in rows for case in row.against if case not in cases))
    named = quantified(line) if cases or against else ()
    # Of one finding: what several findings say together must be bound by a person.
    bindings = tuple(Binding(each.place, each.quantifier, cases, against) for each in named) if len(rows) == 1 else ()
    return ParagraphWords(line, heading, tuple(row.id for row in rows), bindings)


def put_together(ref: str, *, by: str) -> int:
    """Put paragraphs together from agreed findings that stand in none of their section yet; return how many there are.

    Raises:
        DraftRefusedError: the draft is not open, or no finding is agreed.
    """
    with transaction() as session:
        inspection = open_draft(session, ref)
        agreed = [row for row in findings_of(session, ref) if row.level == FindingLevel.AGREED]
        if not agreed:
            raise DraftRefusedError("No finding is agreed yet. A first draft is put together from agreed findings.")
        sections = [each.code for each in theme_of(inspection).letter.headings if each.code not in COMPUTED]
        there = _there(session, inspection)
        added = [
            piece
            for piece in pieces([(row, words_of(row)) for row in agreed], sections)
            if not any((piece.section, finding) in there for finding in piece.words.findings)
        ]
        for piece in added:
            add_put_together(session, inspection, piece.section, piece.words, by=by)
        return len(added)


def _there(session: Session, inspection: Inspection) -> set[tuple[str, str]]:
    """Return which findings stand in which section, also by a paragraph that somebody removed: it is not wanted."""
    query = select(Paragraph, ParagraphVersion).where(
        Paragraph.inspection == inspection.ref,
        ParagraphVersion.inspection == Paragraph.inspection,
        ParagraphVersion.paragraph == Paragraph.id,
    )
    return {(row.section, finding) for row, version in session.exec(query) for finding in version.findings}
