"""What is not a value, in three classes: each with what people and programs write, and with names that only look so."""

from datetime import date

import polars as pl
import pytest

from validation.contract.not_values import (
    identifies_nobody,
    letters,
    never_a_name,
    never_a_number,
    never_issued,
    often_made_up,
    place_among_children,
    words_for_nothing,
)

_PLACEHOLDERS = (
    *("NULL", "null", "nan", "NaN", "N/A", "NA", "Unknown", "UNKNOWN", "not known", "Unborn baby", "Unborn", "Baby"),
    *(
        "baby boy",
        "Infant",
        "TBC",
        "-",
        ".",
        "?",
        "xxx",
        "XX",
        "Not recorded",
        "Twin 1",
        "Twin Two",
        "Baby A",
        "Twin-2",
    ),
    *("Name not given", "Name unknown", "Refused", "As above", "Bby", "Mr", "Miss", "Juvenile", "NFA"),
    *("No name", "Test", "Male infant", "unborn child 2", "Baby girl", "Newborn", "N.K.", "Anon", "Redacted", "Twin-2"),
)
_NAMES = (
    *("Na", "Siân", "Nan Li", "Boyd", "Bo", "Xi", "Babyak", "Childe", "Li", "O", "Jo", "Noah", "Testa", "Nil Kumar"),
    *("Girlie", "Twinkle", "Malek", "Infantino", "Unk Lee", "Mirren", "Missy", "Zoë", "Łukasz", "محمد", "李"),
)


@pytest.mark.parametrize("name", _PLACEHOLDERS)
def test_what_people_type_where_they_hold_no_name_is_never_a_name(name: str) -> None:
    assert _asked(never_a_name(pl.col("t")), name)


@pytest.mark.parametrize("name", _NAMES)
def test_a_name_that_only_looks_so_stays_a_name(name: str) -> None:
    assert not _asked(never_a_name(pl.col("t")), name)


def test_a_baby_that_goes_by_its_mothers_surname_has_no_forename() -> None:
    both = pl.DataFrame({"f": ["Baby Smith", "Bo Smith", "Baby Jones", "Ava Smith"], "s": ["Smith"] * 4})
    assert both.select(never_a_name(pl.col("f"), pl.col("s"))).to_series().to_list() == [True, True, False, False]


def test_what_counts_children_tells_two_of_one_list_apart() -> None:
    typed = pl.Series("t", ["Twin 1", "Twin  2", "Baby A", "Baby-B", "Ava", None])
    places = typed.to_frame().select(place_among_children(pl.col("t"))).to_series().to_list()
    assert places == ["twin1", "twin2", "babya", "babyb", None, None]


@pytest.mark.parametrize("number", ["0000000000", "9999999999", "1111111111", "4444444444", "1234567890", "XXXX", "NK"])
def test_a_number_that_gets_past_a_field_is_never_a_number(number: str) -> None:
    assert _asked(never_a_number(pl.col("t")), number)


@pytest.mark.parametrize(("number", "asked"), [("0123456789", True), ("9876543210", True), ("1234567890", False)])
def test_a_sequence_is_asked_about_where_its_check_digit_does_not_tell_already(number: str, asked: bool) -> None:
    assert _asked(never_issued(pl.col("t")), number) is asked


@pytest.mark.parametrize("number", ["9434765919", "CH000123", "9000000009", "11"[:1]])
def test_a_number_that_was_issued_is_one(number: str) -> None:
    assert not _asked(never_a_number(pl.col("t")), number)


@pytest.mark.parametrize(
    "postcode", ["ZZ99 3VZ", "ZZ993CZ", "ZZZSECUR", "WITHHELD", "NO FIXED ABODE", "REFUGE", "WITHH ELD"]
)
def test_an_address_that_says_nothing_identifies_nobody(postcode: str) -> None:
    assert _asked(identifies_nobody(pl.col("t")), postcode)


def test_an_address_identifies() -> None:
    assert not _asked(identifies_nobody(pl.col("t")), "RG1 1AA")


def test_the_first_of_january_alone_is_often_made_up() -> None:
    days = pl.Series("t", [date(2020, 1, 1), date(2020, 1, 2), date(2020, 2, 1), None]).to_frame()
    assert days.select(often_made_up(pl.col("t"))).to_series().to_list() == [True, False, False, None]


def test_a_word_that_is_a_code_of_the_column_is_a_value() -> None:
    words = words_for_nothing(lambda word: word.lower() == "none")
    assert not {"none", "None", "NONE"} & set(words)
    assert {"NULL", "tbc", "TBC", "Not known", "-"} <= set(words)


def test_letters_are_compared_without_accents_and_marks() -> None:
    assert pl.Series("t", ["Siân O'Neill-Å", "–"]).to_frame().select(letters(pl.col("t"))).to_series().to_list() == [
        "sianoneilla",
        None,
    ]


def _asked(question: pl.Expr, text: str) -> bool:
    return bool(pl.DataFrame({"t": [text]}).select(question).item())
