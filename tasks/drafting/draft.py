"""The draft of a letter as a value: sections and paragraphs, each with its version, findings and bound sentences."""

from dataclasses import dataclass, field
from typing import Literal

from models.states import ParagraphState

COMPUTED = frozenset({"numbers"})
"""Headings under which nobody writes, since what stands there is counted."""

Form = Literal["prose", "bullets", "boxes"]

_FORMS: dict[str, Form] = {"improve": "bullets", "strengths": "bullets", "practice": "boxes"}


def form_of(section: str) -> Form:
    """Return the form of the paragraphs under a heading: prose, bullets, or boxes with a title each."""
    return _FORMS.get(section, "prose")


@dataclass(frozen=True, slots=True)
class Binding:
    """The cases behind one sentence with a quantifier.

    Attributes:
        sentence: its place in the paragraph, from 0.
        quantifier: code of the quantifier, such as `nearly_all`.
        cases: labels of the children who show what it says.
        against: labels of the children who speak against it.
    """

    sentence: int
    quantifier: str
    cases: tuple[str, ...] = ()
    against: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Return the share of the cases that show it, from 0 to 1; None where no case is named."""
        number = len(self.cases) + len(self.against)
        return len(self.cases) / number if number else None


@dataclass(frozen=True, slots=True)
class DraftParagraph:
    """One paragraph as it stands now.

    Attributes:
        id: within the inspection, such as `P03`.
        version: counts from 1.
        text: its words; they name no child.
        heading: title of a box; empty elsewhere.
        findings: ids of the findings that it rests on.
        bindings: of its sentences with a quantifier, by their place.
        state: put together from findings, or written by a person.
        written_by: reference of whoever wrote this version, as the audit names them.
    """

    id: str
    version: int
    text: str
    heading: str = ""
    findings: tuple[str, ...] = ()
    bindings: tuple[Binding, ...] = ()
    state: ParagraphState = ParagraphState.WRITTEN
    written_by: str = ""


@dataclass(frozen=True, slots=True)
class DraftSection:
    """The paragraphs under one heading of the theme's letter, in the order in which they are read."""

    code: str
    label: str
    paragraphs: tuple[DraftParagraph, ...] = ()

    @property
    def form(self) -> Form:
        """Return the form of its paragraphs."""
        return form_of(self.code)


@dataclass(frozen=True, slots=True)
class LetterDraft:
    """The draft of an inspection's letter as it stands now.

    Attributes:
        inspection: its reference.
        sections: one for each heading of the theme under which people write, in the theme's order, empty ones too.
    """

    inspection: str
    sections: tuple[DraftSection, ...] = field(default=())

    @property
    def paragraphs(self) -> tuple[DraftParagraph, ...]:
        """Return all paragraphs in the order in which they are read."""
        return tuple(paragraph for section in self.sections for paragraph in section.paragraphs)

    @property
    def unwritten(self) -> tuple[DraftParagraph, ...]:
        """Return the paragraphs that were put together from findings and that nobody has written yet."""
        return tuple(each for each in self.paragraphs if each.state == ParagraphState.PUT_TOGETHER)

    @property
    def is_written(self) -> bool:
        """Return whether people have written it: there is a paragraph, and none is only put together."""
        return bool(self.paragraphs) and not self.unwritten

    def section(self, code: str) -> DraftSection | None:
        """Return the section with a code, or None where the theme has none."""
        return next((section for section in self.sections if section.code == code), None)
