"""The table of replies to comments on a draft letter as a document of its own; it is no part of any letter."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from models.words import plural
from tasks.accuracy.replies import Reply
from tasks.letters.blocks import Block, Document, RunningText, Section, TableBlock
from tasks.letters.docx import docx
from tasks.letters.odt import odt
from tasks.letters.pdf import pdf

_BANNER = "In confidence. For those who were sent the draft letter. No part of the letter."
_REHEARSAL = "Rehearsal. This is not a real inspection."
FORMATS = {"pdf": pdf, "docx": docx, "odt": odt}
"""What makes the document in each of its formats."""


def replies_document(area: str, theme: str, replies: Sequence[Reply], *, rehearsal: bool) -> Document:
    """Compose the table: each agency's comments under its name, each with what came of it and the reply.

    Args:
        area: name of the local area.
        theme: title of the theme.
        replies: by agency.
        rehearsal: whether the inspection is not real.
    """
    sections = [
        Section(agency, tuple(_of_agency(agency, list(rows)))) for agency, rows in groupby(replies, lambda r: r.agency)
    ]
    return Document(
        title=f"Replies to comments on the draft letter for {area}",
        subtitle=theme,
        banner=f"{_REHEARSAL} {_BANNER}" if rehearsal else _BANNER,
        details=(("Local area", area), ("Comments", str(len(replies)))),
        sections=tuple(sections) or (Section("", (RunningText("No agency commented on the draft letter."),)),),
    )


def _of_agency(agency: str, replies: Sequence[Reply]) -> Iterator[Block]:
    yield TableBlock(
        caption=f"{plural(len(replies), 'comment')} by {agency}",
        header=("About", "The draft said", "Comment", "Outcome", "Reply"),
        rows=tuple((each.about, each.read, _comment(each), f"{each.outcome}.", each.reply) for each in replies),
        widths=(12, 24, 24, 16, 24),
    )


def _comment(each: Reply) -> str:
    return f"{each.text} ({plural(each.files, 'file')})" if each.files else each.text
