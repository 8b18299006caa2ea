"""A published letter as a value: head, sections with their paragraphs, determination and signatures."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ParagraphKind = Literal["prose", "bullet", "subheading"]
LetterForm = Literal["2016", "2022"]


@dataclass(frozen=True, slots=True)
class ReadParagraph:
    """One paragraph in the order in which it is read, on one line; a bullet without its sign.

    Attributes:
        text: its words.
        kind: what it is.
        page: on which it begins, from 1; 0 where that is not known.
    """

    text: str
    kind: ParagraphKind = "prose"
    page: int = 0


@dataclass(frozen=True, slots=True)
class ReadSection:
    """What stands under one heading.

    Attributes:
        code: as in the themes: opening, context, headline, priority, improve, strengths, main, practice or next.
        heading: as it is printed; empty for the opening.
        paragraphs: in order.
    """

    code: str
    heading: str
    paragraphs: tuple[ReadParagraph, ...] = ()

    @property
    def words(self) -> int:
        """Return the number of words, headings of its own included."""
        return sum(len(paragraph.text.split()) for paragraph in self.paragraphs)

    def of_kind(self, kind: ParagraphKind) -> tuple[str, ...]:
        """Return the texts of its paragraphs of a kind."""
        return tuple(paragraph.text for paragraph in self.paragraphs if paragraph.kind == kind)


@dataclass(frozen=True, slots=True)
class ReadAddressee:
    """A person to whom a letter is addressed; office and body are empty where the line does not part them."""

    name: str
    office: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class ReadSignatory:
    """A person who signs, with the lines of their office and the inspectorate that these name."""

    name: str
    office: str
    inspectorate: str = ""


@dataclass(frozen=True, slots=True)
class ReadDetermination:
    """What the next steps ask for.

    Attributes:
        statement: whether a written statement is asked for.
        authority: who prepares it.
        send_to: the address.
        due: the day by which it is sent; None where no date is printed with its year.
    """

    statement: bool = False
    authority: str = ""
    send_to: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A letter as it was read; a part that is not there is empty.

    Attributes:
        pages: of the file.
        form: `2022` where it has headline findings or says what needs to improve, else `2016`.
        dated: the day at its head.
        addressees: in order.
        salutation: as printed.
        title: as printed.
        area: the local area, from the title.
        fieldwork: first and last day on site.
        sections: in order, the opening first.
        determination: from the next steps.
        signatories: in order.
        notes: footnotes and small print.
    """

    pages: int
    form: LetterForm
    dated: date | None = None
    addressees: tuple[ReadAddressee, ...] = ()
    salutation: str = ""
    title: str = ""
    area: str = ""
    fieldwork: tuple[date, date] | None = None
    sections: tuple[ReadSection, ...] = ()
    determination: ReadDetermination = field(default=ReadDetermination())
    signatories: tuple[ReadSignatory, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        """Return the number of words under its headings and in the opening."""
        return sum(section.words for section in self.sections)

    def section(self, code: str) -> ReadSection | None:
        """Return the first section with a code, or None."""
        return next((section for section in self.sections if section.code == code), None)
