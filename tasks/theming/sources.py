"""What a thematic report is made from: texts of letters and findings, with place and leaning. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tasks.drafting.quantifiers import sentences
from tasks.reading_letters.letter import ReadLetter
from tasks.theming.leaning import Lean, by_category, by_heading, by_words

# The opening and the context say what a theme is about, and the next steps who answers: none of them finds anything.
_SILENT = frozenset({"opening", "context", "next"})


@dataclass(frozen=True, slots=True)
class ReportSource:
    """One letter, or the findings of one inspection.

    Attributes:
        id: the reference of an inspection, or the name of a letter's file without its extension.
        area: the local area.
        kind: what it is.
        gss: GSS code of the area; empty where it is not known.
        published: the day of the letter, or None.
        digest: SHA-256 of what was read.
    """

    id: str
    area: str
    kind: Literal["letter", "findings"]
    gss: str = ""
    published: date | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class SourceText:
    """One sentence of a letter, or one finding.

    Attributes:
        source: id of its source.
        place: the finding's id, or the paragraph's number within the letter, such as `F03` or `p17`.
        section: code of the heading, or the finding's category.
        text: its words.
        lean: strength, improve or neither, and why.
        page: of the letter, from 1; 0 for a finding.
        tags: of the finding.
        area_code: the area of evaluation of the finding; empty for a letter.
        heading: of the finding or the practice study.
        findings: ids of the findings that a paragraph of a letter of ours rests on.
    """

    source: str
    place: str
    section: str
    text: str
    lean: Lean
    page: int = 0
    tags: tuple[str, ...] = ()
    area_code: str = ""
    heading: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgreedFinding:
    """A finding that inspectors agreed, as its report reads it; it names no child."""

    id: str
    category: str
    area: str
    heading: str
    text: str
    tags: tuple[str, ...] = ()


def texts_of_letter(letter: ReadLetter, source: ReportSource) -> Iterator[SourceText]:
    """Yield the sentences of a published letter under headings that find something, in their order."""
    number = 0
    for section in letter.sections:
        heading = section.heading
        for paragraph in section.paragraphs:
            number += 1
            if paragraph.kind == "subheading":
                # Older letters set both studies under one heading, and say at each which it is.
                heading = paragraph.text if section.code == "practice" else heading
                continue
            if section.code in _SILENT:
                continue
            whole = by_heading(section.code, heading)
            title = heading if section.code == "practice" else ""
            for sentence in sentences(paragraph.text):
                yield SourceText(
                    *(source.id, f"p{number}", section.code, sentence, whole or by_words(sentence), paragraph.page),
                    heading=title,
                )


def texts_of_findings(findings: Iterable[AgreedFinding], source: ReportSource) -> Iterator[SourceText]:
    """Yield the findings of one inspection, by id: a finding says one thing and is one text."""
    for each in sorted(findings, key=lambda finding: finding.id):
        yield SourceText(
            *(source.id, each.id, each.category, f"{each.heading} {each.text}".strip(), by_category(each.category)),
            tags=each.tags,
            area_code=each.area,
            heading=each.heading,
        )
