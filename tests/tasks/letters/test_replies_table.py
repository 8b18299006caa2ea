"""The table of replies is a document of its own, in three formats, with the same bytes every time."""

from tasks.accuracy.replies import Reply
from tasks.letters.blocks import Document, TableBlock
from tasks.letters.replies_table import FORMATS, replies_document

REPLIES = (
    Reply(
        "c1", "Health", "Paragraph P02", "Most are seen.", "Some are.", 2, "Accepted: P02 was changed", "You are right."
    ),
    Reply("c2", "Health", "The letter as a whole", "", "It is long.", 0, "Declined", "It stays."),
    Reply("c3", "Police", "Finding F01", "", "It was two.", 1, "Declined", ""),
)


def made(*replies: Reply, rehearsal: bool = False) -> Document:
    return replies_document("Slough", "Domestic abuse", replies, rehearsal=rehearsal)


def test_each_agency_has_a_table_with_what_came_of_each_comment() -> None:
    document = made(*REPLIES)
    assert [section.heading for section in document.sections] == ["Health", "Police"]
    (table,) = document.sections[0].blocks
    assert isinstance(table, TableBlock)
    assert table.caption == "2 comments by Health"
    assert table.rows[0] == (
        *("Paragraph P02", "Most are seen.", "Some are. (2 files)", "Accepted: P02 was changed.", "You are right."),
    )
    assert sum(table.widths) == 100
    assert "No part of the letter" in document.banner


def test_a_rehearsal_says_so_and_an_area_without_comments_too() -> None:
    assert made(rehearsal=True).banner.startswith("Rehearsal.")
    assert "No agency commented" in str(made().sections)


def test_l4_it_has_three_formats_with_the_same_bytes_every_time() -> None:
    first, second = ({kind: make(made(*REPLIES)) for kind, make in FORMATS.items()} for _ in range(2))
    assert first == second
    assert set(first) == {"pdf", "docx", "odt"}
    assert first["pdf"].startswith(b"%PDF-")
