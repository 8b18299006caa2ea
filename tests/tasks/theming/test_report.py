"""A report quotes only what was published, and knows its parts."""

from dataclasses import replace

import pytest

from models.themes import theme
from tasks.theming.report import messages_of, part_of_message, parts_of
from tests.tasks.theming.made_up import AREAS
from tests.tasks.theming.reports import report

pytestmark = pytest.mark.pure


def test_a_finding_is_quoted_by_the_paragraph_that_rests_on_it_and_never_by_its_own_words() -> None:
    made = report()
    voice = made.messages[0]
    first, second = (voice.areas[number].matches[0] for number in (0, 1))
    quotation = made.quotation(first)
    assert quotation is not None
    assert (quotation.place, quotation.text, quotation.where) == ("P01", "How children are heard <b>.", "paragraph P01")
    assert made.quotation(second) is None


def test_of_several_paragraphs_that_one_is_quoted_that_rests_on_the_fewest_findings() -> None:
    made = report()
    first = made.messages[0].areas[0].matches[0]
    source, place = first.text.source, first.text.place
    own = {name: replace(made.paragraphs[source]["P01"], place=name) for name in ("P01", "P02")}
    resting = {place: ("P01", "P02"), "F77": ("P01",)}
    quotation = replace(made, paragraphs={source: own}, findings={source: resting}).quotation(first)
    assert quotation is not None
    assert quotation.place == "P02"


def test_there_is_a_part_for_each_message() -> None:
    assert list(parts_of(theme("serious-youth-violence-2023"))) == [
        "introduction",
        *map(part_of_message, ("strategy", "work_with_children", "places")),
        "method",
    ]


def test_a_theme_without_messages_counts_by_the_tags_of_findings() -> None:
    chosen = theme("front-door-2024")
    messages = messages_of(chosen)
    assert tuple(message.code for message in messages) == chosen.finding_tags
    assert {(message.leans, message.phrases) for message in messages} == {("either", ())}
    assert messages[0].sentence == "Child voice."


def test_areas_are_named_once_and_sorted() -> None:
    assert report().areas == AREAS
