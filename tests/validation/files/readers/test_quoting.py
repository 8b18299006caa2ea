"""Quotation marks: what they enclose is read as their sender means it, and a stray one is told at its own line."""

import csv
import io

import pytest

from validation.contract.errors import UnreadableError
from validation.files.readers import quoting
from validation.files.readers.quoting import other_lines, records, swallowed

_WIDE = ",".join(f"c{n}" for n in range(12))


def _rows(text: str, delimiter: str = ",") -> list[list[str]]:
    return [record.cells for record in records(text, delimiter)]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,Robert "Bob",c\n', [["a", 'Robert "Bob"', "c"]]),
        ('a,5" pipe,c\n', [["a", '5" pipe', "c"]]),
        ('a,x"",c\n', [["a", 'x""', "c"]]),
        ('a,"Robert ""Bob""",c\n', [["a", 'Robert "Bob"', "c"]]),
        ('a,"",""\n', [["a", "", ""]]),
        ('a,"b, c",d', [["a", "b, c", "d"]]),
        ('a,"two\nlines",c\nd,e,f\n', [["a", "two\nlines", "c"], ["d", "e", "f"]]),
        ('a,"b"', [["a", "b"]]),
    ],
)
def test_marks_that_enclose_a_cell_or_stand_inside_one_are_read(text: str, cells: list[list[str]]) -> None:
    assert _rows(text) == cells


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('"a,b,c\nd,e,f\n', 1, "never closed"),
        ('a,b,"c\nd,e,f\n', 1, "never closed"),
        ('a,b,c\nd,"e,f\ng,h,i\n', 2, "never closed"),
        ('a,b,c\nd,e,f\ng,h,"i', 3, "never closed"),
        ('a,b,c\nd,e,"', 2, "never closed"),
        ('a,b,c\nd,"e"x,f\n', 2, "behind the mark"),
        ('a,b,c\nd,"e" ,f\n', 2, "behind the mark"),
        ('a,b,c\n""d,e,f\n', 2, "behind the mark"),
        ('a,b,c\nd,"Smith "Bob" x",f\n', 2, "behind the mark"),
        ('a,b,c\nd,"e,f\ng,h,i\nj,"k,l\n', 2, "on line 4"),
        ('a,"two\nlines",c\nd,"e,f\n', 3, "never closed"),
        ('a,"two\nlines","c\nd,e,f\n', 2, "never closed"),
        ('a,"b""\nd,e,f\n', 1, "never closed"),
    ],
)
def test_stray_mark_is_told_at_the_line_where_its_cell_begins(text: str, line: int, words: str, delimiter: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        _rows(text.replace(",", delimiter), delimiter)
    assert refused.value.row == line
    assert words in str(refused.value)
    assert str(refused.value).startswith(f"Line {line}:")


def test_cell_beyond_all_measure_is_told_at_its_line() -> None:
    with pytest.raises(UnreadableError, match="too long to be real") as refused:
        _rows(f"a,b\nc,{'x' * (csv.field_size_limit() + 1)}\n")
    assert refused.value.row == 2


def _first_swallow(text: str, delimiter: str = ",") -> int | None:
    usual = text.split("\n")[0].count(delimiter)
    return next((at for r in records(text, delimiter) if (at := swallowed(r, delimiter, usual)) is not None), None)


@pytest.mark.parametrize("rows", [2, 3, 9])
@pytest.mark.parametrize("opened", [0, 1, 6, 11])
@pytest.mark.parametrize("closed", [0, 5, 6, 11])
def test_rows_between_two_stray_marks_are_never_the_text_of_a_cell(opened: int, closed: int, rows: int) -> None:
    cells = [[f"r{y}x{x}" for x in range(12)] for y in range(rows)]
    cells[0][opened] = '"' + cells[0][opened]
    cells[-1][closed] += '"'
    text = "\n".join([_WIDE, *(",".join(row) for row in cells), _WIDE])
    assert _first_swallow(text) == 1


@pytest.mark.parametrize(
    "cell",
    [
        "one\ntwo",
        "Flat 1,\n2 High Street,\nReading",
        "Seen with mother, father and two siblings;\nnext visit on Monday, Tuesday or Friday.",
        "\n\n",
        "a, b, c, d, e\nf",
        "x\n" * 40,
    ],
)
@pytest.mark.parametrize("column", [0, 1, 6, 11])
def test_text_of_several_lines_is_a_cell_wherever_it_stands(cell: str, column: int) -> None:
    out = io.StringIO()
    cells = [f"x{n}" for n in range(12)]
    cells[column] = cell
    csv.writer(out, lineterminator="\n").writerows([_WIDE.split(","), cells])
    assert _first_swallow(out.getvalue()) is None


def test_two_cells_of_several_lines_in_one_row_are_cells() -> None:
    cells = [f"x{n}" for n in range(12)]
    cells[0], cells[11] = '"a\nb"', '"c\nd"'
    assert _first_swallow(f"{_WIDE}\n{','.join(cells)}\n") is None


@pytest.mark.parametrize(
    ("data", "others"),
    [
        (b'a,"b"\r\n\r\n"c, d","e ""f"""\r\n', {}),
        (b"a,b\n", {}),
        (b'a,"b"\nc,Robert "Bob"\r\n', {1: ["c", 'Robert "Bob"']}),
        (b'a,"b"\nc\n', {}),
        (b'a,"b"\n"c"\n', None),
        (b'a,"b"x\n', None),
        (b'a,"x"y"z"\n', None),
        (b'"x,"y",z",b\n', None),
        (b'a,"b\nc"\n', None),
        (b'a,"b', None),
    ],
)
def test_fast_reader_is_given_only_lines_that_it_can_be_held_to(data: bytes, others: object) -> None:
    assert other_lines(data, ",", 2) == others


def test_many_parts_of_a_file_are_counted_off_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "_PART", 8)
    lines = [f'a{n},"b"' if n % 7 else f'a{n},5" pipe' for n in range(100)]
    assert other_lines("\n".join(lines).encode(), ",", 2) == {n: [f"a{n}", '5" pipe'] for n in range(0, 100, 7)}
