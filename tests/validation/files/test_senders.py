"""Rows of several agencies stay apart, and come back as each of them counts them."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.ids import code_of, source
from validation.files.parts import PART, numbered, row_in_words
from validation.files.senders import (
    SENDER,
    by_source,
    counted_on,
    named_apart,
    named_together,
    row_of,
    sender_of,
    together,
)

SENDERS, ROWS = st.integers(1, 9), st.integers(1, PART * 90)


@given(SENDERS, ROWS)
def test_a_row_of_a_sender_is_found_again_by_both(sender: int, row: int) -> None:
    sheets = counted_on({"HEA-1": pl.DataFrame({"row": [row]})}, sender)
    shown = sheets["HEA-1"].select(row_of(pl.col("row")).alias("own"), sender_of(pl.col("row")).alias("by")).row(0)
    assert shown == (row, sender)


@given(st.sampled_from(["HEA-1", "POL-1", "LA-DA"]), SENDERS)
def test_a_source_gives_its_code_back_and_the_first_has_no_other_name(code: str, sender: int) -> None:
    assert code_of(source(code, sender)) == code
    assert (source(code, sender) == code) is (sender == 1)


def test_the_sheets_of_2_agencies_stand_under_each_other_and_are_told_apart_again() -> None:
    first, second = (pl.DataFrame({"row": [2, 3], "surname": names}) for names in (["A", "B"], ["C", "D"]))
    returns = [
        ("HEA-1", counted_on({"HEA-1": first}, 1)),
        ("HEA-1", counted_on({"HEA-1": second}, 2)),
        ("POL-1", counted_on({"POL-1": first}, 1)),
    ]
    frames = together(returns)
    assert frames["HEA-1"]["HEA-1"]["row"].to_list() == [2, 3, SENDER + 2, SENDER + 3]
    apart = by_source({code: sheets[code] for code, sheets in frames.items()})
    assert {name: frame["surname"].to_list() for name, frame in apart.items()} == {
        "HEA-1": ["A", "B"],
        "HEA-1 (2)": ["C", "D"],
        "POL-1": ["A", "B"],
    }


def test_l4_what_one_agency_sent_alone_stays_as_it_is_byte_for_byte() -> None:
    sheets = {"HEA-1": pl.DataFrame({"row": [2]}, schema={"row": pl.UInt32})}
    assert counted_on(sheets, 1)["HEA-1"] is sheets["HEA-1"]
    assert together([("HEA-1", sheets)])["HEA-1"]["HEA-1"] is sheets["HEA-1"]
    assert by_source(sheets)["HEA-1"] is sheets["HEA-1"]


def test_links_name_sources_and_then_codes_again() -> None:
    links = pl.DataFrame({"return": ["HEA-1", "HEA-1"], "row": [2, SENDER + 2]})
    apart = named_apart(links)
    assert apart["return"].to_list() == ["HEA-1", "HEA-1 (2)"]
    assert named_together(apart, "return").equals(links)


def test_a_return_without_rows_is_still_a_return() -> None:
    empty = pl.DataFrame(schema={"row": pl.Int64})
    assert list(by_source({"HEA-1": empty})) == ["HEA-1"]


def test_a_row_in_words_names_file_and_agency_where_there_are_several() -> None:
    assert row_in_words(12) == "12"
    assert row_in_words(numbered(12, 2)) == "12 of file 2"
    assert row_in_words(SENDER + 12) == "12 of agency 2"
    assert row_in_words(SENDER + numbered(12, 2)) == "12 of file 2 of agency 2"
