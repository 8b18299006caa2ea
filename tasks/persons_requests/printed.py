"""A copy for a person as a document to be printed: made of its lines alone, so it holds nothing that they leave out."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tasks.letters.blocks import Block, Document, RunningText, Section, Subheading, TableBlock
from tasks.persons_requests.copies import ABOUT


def printed(copy: str, lines: Sequence[Sequence[str]]) -> Document:
    """Return a copy as a document: a part for each return, in it a table for each row of the person. Pure.

    Args:
        copy: its id.
        lines: of the copy: area, agency, return, row, column and what the cell says or the mark in its place.
    """
    parts = [
        Section(f"{agency}: {what}", tuple(_rows(list(own))))
        for (_, agency, what), own in groupby(lines, key=lambda line: tuple(line[:3]))
    ]
    area = lines[0][0] if lines else ""
    return Document(
        title="Copy of what is held about you",
        subtitle=f"Joint targeted area inspection of {area}",
        banner="",
        details=(("Copy", copy),),
        sections=(Section("About this copy", tuple(RunningText(text) for text in ABOUT)), *parts),
        called="copy",
    )


def _rows(lines: list[Sequence[str]]) -> Iterator[Block]:
    for where, cells in groupby(lines, key=lambda line: line[3]):
        yield Subheading(where)
        rows = tuple((line[4], line[5]) for line in cells)
        yield TableBlock(f"What {where} says", ("What", "What it says"), rows, (2, 3))
