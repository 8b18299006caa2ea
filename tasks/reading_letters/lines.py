"""Reads the lines of a PDF with what their look says of them: bold, size, indent, and the gap above."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdf
from pypdf.errors import PyPdfError

from models.refusals import Refusal


class UnreadableLetterError(Refusal):
    """A file is no PDF with words in it."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line of a page.

    Attributes:
        text: its words with single spaces.
        page: from 1.
        bold: whether all of it is bold.
        size: of its letters, in points; 0 where the file does not say.
        left: where it begins, in points from the left edge.
        gap: from the line above to this one, in points; 0 for the first of a page.
    """

    text: str
    page: int
    bold: bool = False
    size: float = 0.0
    left: float = 0.0
    gap: float = 0.0


@dataclass(slots=True)
class _Piece:
    text: str
    bold: bool
    size: float
    left: float
    height: float


def lines_of(content: bytes) -> tuple[PageLine, ...]:
    """Return the lines of a PDF in their order, page numbers and running headers left out.

    Raises:
        UnreadableLetterError: the bytes are no PDF, it is locked, or no words can be read in it.
    """
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        pages = [tuple(_lines(page, number)) for number, page in enumerate(reader.pages, 1)]
    # The library meets broken files with errors of many kinds; none of them is ours, and none may show (L9).
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, NotImplementedError, OSError):
        raise UnreadableLetterError(
            "This file cannot be read as a PDF. Give the PDF of a published letter, without a password."
        ) from None
    kept = tuple(line for page in without_furniture(pages) for line in page)
    if not kept:
        raise UnreadableLetterError("This PDF holds no words, only pictures. Give one whose words can be marked.")
    return kept


def _lines(page: Any, number: int) -> Iterator[PageLine]:
    pieces: list[_Piece] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        name = str(font.get("/BaseFont", "")) if font else ""
        left = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        scale = abs(tm[3] * cm[3]) or 1.0
        pieces.append(
            _Piece(text, bool(re.search("bold|black|semib", name, re.IGNORECASE)), size * scale, left, height)
        )

    page.extract_text(visitor_text=visit)
    above: float | None = None
    for row in _rows(pieces):
        inked = [piece for piece in row if piece.text.strip()]
        if not inked:
            continue
        largest = max(piece.size for piece in inked)
        text = " ".join("".join(piece.text for piece in row if not _is_mark(piece, largest)).split())
        height = inked[0].height
        gap = 0.0 if above is None else max(above - height, 0.0)
        above = height
        size = Counter(round(piece.size, 1) for piece in inked for _ in piece.text.strip()).most_common(1)[0][0]
        lettered = [piece for piece in inked if re.search(r"\w", piece.text)] or inked
        yield PageLine(text, number, all(piece.bold for piece in lettered), size, min(p.left for p in inked), gap)


def _is_mark(piece: _Piece, largest: float) -> bool:
    """Return whether a piece is the raised number of a footnote, which is no word of its sentence."""
    return piece.text.strip().isdigit() and piece.size < largest * 0.8


def _rows(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    row: list[_Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        row.append(replace(piece, text=first))
        for text in others:
            yield row
            row = [replace(piece, text=text)]
    yield row


_NUMBER = re.compile(r"(page )?\d{1,3}( (of|/) \d{1,3})?", re.IGNORECASE)
_EDGE = 3


def without_furniture(pages: Sequence[Sequence[PageLine]]) -> list[list[PageLine]]:
    """Return pages without their numbers, and without what stands at the edge of most pages in the same words."""
    edges = Counter(key for page in pages for key in {_key(line) for line in (*page[:_EDGE], *page[-_EDGE:])})
    running = {key for key, times in edges.items() if times >= max(2, len(pages) / 2)}

    def is_furniture(place: int, line: PageLine, page: Sequence[PageLine]) -> bool:
        at_edge = place < _EDGE or place >= len(page) - _EDGE
        return at_edge and (_NUMBER.fullmatch(line.text) is not None or _key(line) in running)

    return [[line for place, line in enumerate(page) if not is_furniture(place, line, page)] for page in pages]


def _key(line: PageLine) -> str:
    return re.sub(r"\d+", "#", line.text.lower())
