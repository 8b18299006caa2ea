"""Characters that nobody meant are found, and those that people do write are not."""

import polars as pl
import pytest

from validation.files.readers.characters import may_be_odd, odd_cells, without_marks
from validation.files.readers.distinct import distinct_of
from validation.files.readers.grid import Mark
from validation.files.readers.text import CONTROL, GUESSED


def _twice(text: str, code: str = "cp1252") -> str:
    return text.encode().decode(code)


def _kinds(text: str) -> list[str]:
    kinds = [mark.kind for mark in _odd(pl.DataFrame({"0": [text]}))]
    # The look at the bytes may send a good file the long way, and must never spare a bad one it.
    assert may_be_odd(text.encode()) or not kinds
    return kinds


def _odd(frame: pl.DataFrame, offset: int = 0) -> tuple[Mark, ...]:
    return odd_cells(frame, distinct_of(frame), offset)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (_twice("Siân"), "twice"),
        (_twice("MÜLLER", "latin-1"), "twice"),
        (_twice("Łukasz", "latin-1"), "twice"),
        (_twice("O’Brien"), "twice"),
        (_twice("Zoë"), "twice"),
        ("Si\ufffdn", "lost"),
        ("O\u0092Brien", "lost"),
        ("M&uuml;ller", "entity"),
        ("O&#39;Brien", "entity"),
        ("M&#xFC;ller", "entity"),
        ("A &amp; B", "entity"),
    ],
)
def test_odd_character_is_found_with_its_kind(text: str, kind: str) -> None:
    assert _kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    ["Siân", "MÜLLER", "JOSÉ", "Łukasz Wójcik", "İbrahim Işık", "São João", "O’Brien", "NOÉ”", "A & B; C", "R&D; x"]
    + ["AT&T", "Llŷr", "张伟", "Ångström", "50 £", "Â", "Â£"[1:], "« oui »", "M&S;", "12° C"],
)
def test_what_people_write_is_not_odd(text: str) -> None:
    assert _kinds(text) == []


def test_marks_of_the_text_become_marks_of_cells_and_leave_the_letters() -> None:
    frame = pl.DataFrame({"0": [f"Zo{GUESSED}ë", None, CONTROL], "1": ["a", f"Eva{CONTROL}Jo", "b"]})
    bare, marks = without_marks(frame)
    assert bare.rows() == [("Zoë", "a"), (None, "Eva Jo"), (None, "b")]
    assert sorted(marks) == [Mark("control", 1, 1), Mark("control", 2, 0), Mark("guessed", 0, 0)]


def test_column_is_that_of_the_sheet() -> None:
    assert _odd(pl.DataFrame({"0": ["x", "&amp;"]}), offset=2) == (Mark("entity", 1, 2),)
