"""The parts of a letter before it takes a format: sections of paragraphs, lists, findings, tables and a figure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short lines."""

    items: tuple[str, ...]
    kind: str = "bullets"


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section."""

    text: str
    kind: str = "subheading"


@dataclass(frozen=True, slots=True)
class FindingBlock:
    """One finding: its heading, text, and a line that says which agencies it is about."""

    id: str
    heading: str
    text: str
    note: str
    kind: str = "finding"


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with one header row; `number_columns` are set flush right; `widths` are shares of the page."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numeric: bool = False
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the words that stand in for it."""

    svg: str
    caption: str
    alternative: str
    kind: str = "figure"


Block = Paragraph | Bullets | Subheading | FindingBlock | TableBlock | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """One headed part of the letter."""

    heading: str
    blocks: tuple[Block, ...]
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A whole letter, the same for every format."""

    title: str
    subtitle: str
    banner: str
    details: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
