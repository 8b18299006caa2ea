"""The report reads as computed, and its drafts and rehearsals say what they are."""

from dataclasses import asdict

from tasks.letters.blocks import Box, RunningText, Subheading, TableBlock
from tasks.theming.content import document
from tests.tasks.theming.made_up import AREAS
from tests.tasks.theming.reports import report


def test_sections_stand_in_order_and_the_evidence_is_an_annex() -> None:
    made = document(report())
    assert [section.heading for section in made.sections] == [
        *("Introduction", "At a glance", "What the areas show", "Strengths, and practice to learn from", "Children"),
        *("Compared with the report before", "Recommendations", "Method and limits", "Areas and letters"),
        "What stands behind each message",
    ]
    assert [section.annex for section in made.sections] == [*(False for _ in range(9)), True]


def test_a_message_says_where_it_stands_what_people_wrote_and_quotes_the_letter() -> None:
    show = document(report()).sections[2].blocks
    assert show[0] == Subheading("What children live through is captured unevenly.", "message-child_voice")
    assert show[1] == RunningText(
        "It stands as something to improve in most areas (4 of 6): Ashmere, Birchford, Cedarham and Dalewick."
    )
    assert show[2] == RunningText("What it means.")
    assert show[3] == Box(
        "Letter for Ashmere of 2 June 2025, paragraph P01", ("\u201cHow children are heard <b>.\u201d",)
    )
    standing = [block.text for block in show if isinstance(block, RunningText)][-1]
    assert standing.endswith("The opposite stands too, in 1 area: Fernley.")


def test_every_number_links_to_what_is_behind_it_and_that_to_its_letter() -> None:
    made = document(report())
    tables = [block for section in made.sections for block in section.blocks if isinstance(block, TableBlock)]
    anchors = {anchor for table in tables for anchor in table.anchors}
    headings = [block for section in made.sections for block in section.blocks if isinstance(block, Subheading)]
    anchors |= {heading.anchor for heading in headings}
    links = [link for table in tables for link in table.links]
    assert all(link[1:] in anchors for link in links if link.startswith("#"))
    assert f"../../letters/{report().sources[0].id}/" in links
    assert all(len(table.links) in (0, len(table.rows)) for table in tables)


def test_words_of_findings_stand_nowhere() -> None:
    assert "Secret" not in str(asdict(document(report())))
    assert "Too few" not in str(asdict(document(report())))


def test_drafts_and_rehearsals_say_so_on_every_page() -> None:
    assert document(report()).banner == ""
    assert document(report(published=None)).banner == "Draft: not for publication"
    assert document(report(rehearsal=True)).banner == "Rehearsal: this is not a real report"


def test_areas_are_listed_with_letters_and_digests() -> None:
    listed = document(report()).sections[8].blocks[0]
    assert isinstance(listed, TableBlock)
    assert [row[0] for row in listed.rows] == [f"{number} {area}" for number, area in enumerate(AREAS, 1)]
    assert listed.rows[0][2:] == ("2 June 2025", "0" * 16)
