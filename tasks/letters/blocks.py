"""The parts of a document before it takes a format: letterhead, sections of blocks, and the names under a letter."""

from dataclasses import dataclass

FONT = "Open Sans"
"""The type of what is printed: text and the words of charts."""


@dataclass(frozen=True, slots=True)
class RunningText:
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
    """A heading inside a section; `anchor` is by what a web page links to it, empty where nothing does."""

    text: str
    anchor: str = ""
    kind: str = "subheading"


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of text with a frame around it, such as a practice study."""

    heading: str
    paragraphs: tuple[str, ...]
    kind: str = "box"


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table with one header row; where it is `numeric`, numbers are set flush right; `widths` are shares of the page.

    On a web page, `anchors` are ids of its rows and `links` where their first cells lead; other formats have neither.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numeric: bool = False
    anchors: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the words that stand in for it."""

    svg: str
    caption: str
    alternative: str
    kind: str = "figure"


Block = RunningText | Bullets | Subheading | Box | TableBlock | Figure


@dataclass(frozen=True, slots=True)
class Section:
    """One headed part of a document; a part without a heading follows the title at once."""

    heading: str
    blocks: tuple[Block, ...]
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above the title of a letter: who sends it, its date, whom it is to, and how they are addressed."""

    bodies: tuple[str, ...]
    date: str
    addressees: tuple[str, ...]
    salutation: str


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """A name under a letter, and the lines of office and body below it."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """What stands below a letter: the signatures, and small print after them."""

    valediction: str
    signatures: tuple[SignatureBlock, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document, the same for every format; a letter has a letterhead and a closing.

    `called` is what a web page calls it where it offers to skip to it; `anchor` is a word for its metadata, by which
    the record of its inspection can be held to it.
    """

    title: str
    subtitle: str
    banner: str
    details: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    head: Letterhead | None = None
    closing: Closing | None = None
    called: str = "letter"
    anchor: str = ""
