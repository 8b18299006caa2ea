"""Messages are looked for in letters; sentences of letters are told only where they are asked for."""

import pytest

from models.theme_reports import Message
from tasks.reading_letters.letter import ReadLetter
from tasks.theming.back_testing import as_json, back_test, read_source, rows, source_of
from tests.tasks.reading_letters.layouts import letter_2016, letter_2022

EARLY = Message(code="early_help", sentence="Early help does not reach all.", phrases=("early help",))
MEET = Message(code="meet", sentence="Partners meet and share.", leans="either", phrases=("partners meet + share*",))
LETTERS = dict([read_source("eastmere", letter_2022()), read_source("westmere", letter_2016())])


def test_a_letter_is_a_source_with_area_day_and_digest() -> None:
    source, texts = read_source("a-file", letter_2022())
    assert (source.id, source.area, source.kind, str(source.published)) == (
        "a-file",
        "Eastmere",
        "letter",
        "2024-06-14",
    )
    assert len(source.digest) == 64
    assert {text.source for text in texts} == {"a-file"}


@pytest.mark.parametrize(
    ("area", "gss"),
    [
        ("Reading", "E06000038"),
        ("Bristol", "E06000023"),
        ("the London Borough of Merton", "E09000024"),
        ("Durham", "E06000047"),
        ("Bracknell forest", "E06000036"),
        ("Bradford Metropolitan District Council", "E08000032"),
        ("Eastmere", ""),
        ("", ""),
    ],
)
def test_the_area_s_code_is_that_of_its_name(area: str, gss: str) -> None:
    assert source_of("file", b"", ReadLetter(1, "2022", area=area)).gss == gss


def test_a_letter_that_names_no_area_is_of_its_file_s_name() -> None:
    assert source_of("durham", b"", ReadLetter(1, "2022")).area == "County Durham"
    assert source_of("eastmere", b"", ReadLetter(1, "2022")).area == "eastmere"


def test_the_table_says_found_areas_and_the_strongest_passage() -> None:
    test = back_test("t", (EARLY, MEET), LETTERS)
    header, early, meet = rows(test)
    assert header[0] == "message"
    # Two letters of one area are one area.
    assert early == ("early_help", "improve", "no", "one area (1 of 1)", "eastmere, page 1, p5")
    assert meet[:3] == ("meet", "either", "no")
    assert (test.recalled, test.recall) == (0, 0.0)


def test_sentences_are_told_only_where_they_are_asked_for() -> None:
    test = back_test("t", (EARLY,), LETTERS)
    (quiet,), (loud,) = (as_json(test, words=words)["messages"][0]["matches"] for words in (False, True))
    assert "text" not in quiet
    assert loud["text"] == "The reach of early help."
    assert quiet["carried_by"] == ["early help"]
    assert quiet["because"] == "heading improve"


def test_no_message_and_no_letter_are_recall_none() -> None:
    assert back_test("t", (), {}).recall == 0.0
