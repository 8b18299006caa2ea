"""What is said of a draft: where, what is wrong, and what a good value looks like."""

from dataclasses import dataclass
from typing import Literal

from tasks.drafting.draft import Binding, DraftSection, LetterDraft

Rule = Literal[
    "acronym",
    "blame",
    "bullets",
    "count",
    "hedges",
    "heading",
    "id",
    "jargon",
    "length",
    "long_sentence",
    "name",
    "noun_phrase",
    "percentage",
    "share",
    "without_cases",
]


@dataclass(frozen=True, slots=True)
class CheckedParagraph:
    """One paragraph or bullet to be checked.

    Attributes:
        text: its words on one line.
        heading: of its own.
        id: by which its writers know it; empty where it has none.
        bindings: the cases behind its sentences; None where nobody binds cases, as in a published letter.
    """

    text: str
    heading: str = ""
    id: str = ""
    bindings: tuple[Binding, ...] | None = None


@dataclass(frozen=True, slots=True)
class CheckedSection:
    """The paragraphs under one heading; `code` and `form` are those of a theme's letter."""

    code: str
    label: str
    texts: tuple[CheckedParagraph, ...]
    form: str = "prose"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One place where a draft leaves the norm; advice, never a bar.

    Attributes:
        rule: which norm.
        wrong: what is wrong, in a sentence.
        better: what a good value looks like, in a sentence.
        section: code of the heading; empty for the whole letter.
        paragraph: place in the section from 0; None for the whole section.
        sentence: place in the paragraph from 0; None for the whole paragraph.
        id: of the paragraph.
    """

    rule: Rule
    wrong: str
    better: str
    section: str = ""
    paragraph: int | None = None
    sentence: int | None = None
    id: str = ""


def parts_of(draft: LetterDraft) -> tuple[CheckedSection, ...]:
    """Return the sections of a draft as they are checked."""
    return tuple(_part(section) for section in draft.sections)


def _part(section: DraftSection) -> CheckedSection:
    texts = (CheckedParagraph(each.text, each.heading, each.id, each.bindings) for each in section.paragraphs)
    return CheckedSection(section.code, section.label, tuple(texts), section.form)
