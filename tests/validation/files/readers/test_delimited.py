"""Text files as people and programs send them: each line is a row or told of, or the file is unreadable at a line."""

import csv
import io
import re

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS
from validation.telling.pages import Page, write_pages
from validation.telling.reports import render

_LA, _POL = CONTRACTS["LA-DA"], CONTRACTS["POL-1"]
_NAMES = _LA.main.names
_AT = {name: n for n, name in enumerate(_NAMES)}
_PASSED = ("accepted", "queried")


def _check(data: bytes | str) -> Outcome:
    return check_file(data if isinstance(data, bytes) else data.encode(), _LA, CONTEXT)


def _lines(count: int, delimiter: str = ",") -> list[str]:
    """Return the lines of a good return of so many children."""
    apart = ({"la_child_id": f"CH{n}", "nhs_number": None, "upn": None, "forename": f"N{n}"} for n in range(count))
    return csv_of(_LA.main, apart, delimiter).splitlines()


def _opened(line: str, column: int, delimiter: str = ",") -> str:
    cells = line.split(delimiter)
    cells[column] = f'"{cells[column]}'
    return delimiter.join(cells)


def _closed(line: str, column: int, delimiter: str = ",") -> str:
    cells = line.split(delimiter)
    cells[column] = f'{cells[column]}"'
    return delimiter.join(cells)


def _counted(data: bytes) -> int:
    """Return how many lines a text has, by a count of its own."""
    return len(re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", data))


def _refused_at(outcome: Outcome) -> int | None:
    assert outcome.verdict == "unreadable", outcome.findings
    (finding,) = outcome.findings
    assert finding.message.startswith(f"Line {finding.row}:")
    return finding.row


# Quotation marks.


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("column", [0, 4, len(_NAMES) - 1])
@pytest.mark.parametrize("line", [0, 4, 12])
def test_l14_open_quotation_mark_is_an_error_at_its_line(line: int, column: int, delimiter: str, ending: str) -> None:
    lines = _lines(12, delimiter)
    lines[line] = _opened(lines[line], column, delimiter)
    outcome = _check(ending.join([*lines, ""]))
    assert _refused_at(outcome) == line + 1


@pytest.mark.parametrize("above", ['"Return of the council', '"Return" of the council', '"Return\nof "the" council'])
def test_l14_open_quotation_mark_in_a_title_is_an_error_at_the_title(above: str) -> None:
    assert _refused_at(_check("\n".join([above, *_lines(12)]))) == 1


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("opened", [0, 3, len(_NAMES) - 1])
@pytest.mark.parametrize("closed", [0, 3, len(_NAMES) - 1])
@pytest.mark.parametrize("line", [0, 4])
def test_l14_two_stray_marks_never_swallow_the_rows_between(line: int, opened: int, closed: int, rows: int) -> None:
    lines = _lines(12)
    lines[line], lines[line + rows] = _opened(lines[line], opened), _closed(lines[line + rows], closed)
    assert _refused_at(_check("\n".join(lines))) == line + 1


@pytest.mark.parametrize("cell", ['Robert "Bob"', "Bob's", 'the "one"', '5"', "two\nlines", "a, b\nc; d\r\ne", 'x""y'])
def test_cell_that_holds_marks_or_line_breaks_is_read_whole(cell: str) -> None:
    outcome = _check(csv_of(_LA.main, [{"allocated_team": cell}]))
    assert outcome.verdict == "accepted"
    assert outcome.frames["LA-DA"]["allocated_team"].to_list() == [cell.replace("\r\n", "\n")]


@pytest.mark.parametrize(
    ("opened", "closed"), [(0, 1), (3, 5), (len(_NAMES) - 2, len(_NAMES) - 1), (0, len(_NAMES) - 1)]
)
def test_l14_two_stray_marks_in_a_row_never_join_its_cells(opened: int, closed: int) -> None:
    lines = _lines(12)
    lines[4] = _closed(_opened(lines[4], opened), closed)
    outcome = _check("\n".join(lines))
    assert outcome.verdict == "rejected"
    assert [f.row for f in outcome.findings if f.rule == "FILE.joined_cells"] == [5]


def test_rows_that_leave_out_blank_cells_at_their_end_are_read_with_separators_in_cells() -> None:
    lines = [line.rstrip(",") for line in _lines(12)]
    lines[4] = lines[4].replace("N3", '"N3, called Nan"')
    assert [f.rule for f in _check("\n".join(lines)).findings if f.severity == "error"] == []


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("mark", ["", '"'])
def test_l14_rows_that_a_program_numbered_under_no_header_are_one_error(first: int, mark: str) -> None:
    head, *rows = _lines(6)
    numbered = [f"{mark}{n}{mark},{row}X" for n, row in enumerate(rows, first)]
    outcome = _check("\n".join([head, *numbered]))
    assert outcome.verdict == "unreadable"
    (finding,) = outcome.findings
    assert finding.row == 2
    assert "begins with a number that has no header" in finding.message


@pytest.mark.parametrize("spoil", ["not in order", "one is not numbered"])
def test_rows_that_are_only_too_long_are_told_one_by_one(spoil: str) -> None:
    head, *rows = _lines(6)
    numbered = [f"{n},{row}X" for n, row in enumerate(rows, 1)]
    numbered[3] = f"9,{rows[3]}X" if spoil == "not in order" else rows[3]
    outcome = _check("\n".join([head, *numbered]))
    assert "FILE.long_row" in {finding.rule for finding in outcome.findings}


def test_mark_inside_a_cell_without_marks_around_it_is_text() -> None:
    lines = _lines(2)
    lines[1] = lines[1].replace("N0", 'Robert "Bob"')
    lines[2] = lines[2].replace("N1", 'Ann "Nan')
    outcome = _check("\n".join(lines))
    assert outcome.frames["LA-DA"]["forename"].to_list() == ['Robert "Bob"', 'Ann "Nan']


# Lines and rows.


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("break_in_cell", ["\n", "\r\n", "\r"])
def test_places_are_right_below_titles_and_line_breaks_whatever_ends_the_lines(ending: str, break_in_cell: str) -> None:
    lines = _lines(3)
    lines[1] = lines[1].replace("N0", f'"N{break_in_cell}0"')
    lines[3] = ",".join("zz" if n == _AT["sex"] else cell for n, cell in enumerate(lines[3].split(",")))
    data = ending.join([f'"Return{break_in_cell}of the council"', "", *lines, ""])
    outcome = _check(data)
    assert [(f.rule, f.row, f.cell) for f in outcome.findings] == [("LA-DA.sex.code", 8, "G6")]
    assert outcome.reckoned[0].sentence == (
        "Your file has 8 lines: 3 rows, 1 header, 1 line above the headers, 1 blank line, 2 lines inside a cell with "
        "line breaks."
    )


def test_lines_left_out_are_counted_as_told() -> None:
    lines = _lines(2)
    outcome = _check("\n".join([*lines[:2], lines[0], lines[2], "Nil return", ""]))
    reckoning = outcome.reckoned[0]
    assert (reckoning.lines, reckoning.rows, reckoning.left_out, reckoning.missing) == (5, 2, 2, 0)
    assert len([f for f in outcome.findings if f.rule in ("FILE.second_header", "FILE.nil_row")]) == 2


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_both_numbers_are_in_every_form_of_the_report(form: str) -> None:
    lines: list[list[object]] = [list(line.split(",")) for line in _lines(3)]
    rows: list[list[object]] = [["Return of the council"], *lines]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    where = "Your file" if form == "csv" else "Your file, LA-DA,"
    sentence = f"{where} has 5 lines: 3 rows, 1 header, 1 line above the headers."
    assert [r.sentence for r in outcome.reckoned] == [sentence]
    assert (outcome.to_dict()["lines"], outcome.to_dict()["reckoned"][0]["rows"]) == (5, 3)
    assert sentence in render(outcome, ".html").decode()
    assert Outcome.from_json(outcome.to_json()).reckoned == outcome.reckoned


def test_several_files_have_a_sentence_each() -> None:
    from validation.engine.checking import check_files

    lines = _lines(3)
    parts = ["\n".join(lines[:2]).encode(), "\n".join([lines[0], *lines[2:], ""]).encode()]
    (outcome,) = check_files(parts, (_LA,), CONTEXT)
    assert [r.sentence for r in outcome.reckoned] == [
        "File 1 has 2 lines: 1 row, 1 header.",
        "File 2 has 3 lines: 2 rows, 1 header.",
    ]


_MANY = examples(120, suppress_health_check=[HealthCheck.too_slow])


@_MANY
@given(places=st.lists(st.integers(0, 10**6), min_size=1, max_size=4), ending=st.sampled_from(["\n", "\r\n", "\r"]))
def test_l14_stray_marks_never_make_rows_vanish(places: list[int], ending: str) -> None:
    data = ending.join([*_lines(6), ""])
    for place in places:
        at = place % len(data)
        data = f'{data[:at]}"{data[at:]}'
    outcome = _check(data)
    if outcome.verdict in _PASSED:
        assert (outcome.rows, outcome.lines) == (6, 7)
    assert all(r.breaks == 0 or outcome.verdict not in _PASSED for r in outcome.reckoned)


@st.composite
def _spoiled(draw: st.DrawFn) -> bytes:
    """Return a good return with a few bytes put in, taken out or put in the place of others."""
    data = bytearray("\n".join([*_lines(5), ""]).encode())
    pieces = [
        b'"',
        b"\n",
        b"\r",
        b"\r\n",
        b",",
        b";",
        b"\t",
        b"\0",
        b"\x0b",
        b"\x1a",
        b"\xe2",
        b"\xc3\xa2",
        b'""',
        b" ",
    ]
    for _ in range(draw(st.integers(1, 6))):
        at, width = draw(st.integers(0, len(data))), draw(st.integers(0, 3))
        data[at : at + width] = draw(st.sampled_from([*pieces, b""]) | st.binary(max_size=3))
    return bytes(data)


@_MANY
@given(_spoiled())
@example(b"\n" + b"a,b\nc,d,e,f\ng\n")
@example(b'la_child_id,sex\n"')
def test_l14_lines_in_are_lines_out_or_the_file_is_unreadable(data: bytes) -> None:
    outcome = _check(data)
    assert outcome.fault == ""
    for reckoning in outcome.reckoned:
        assert reckoning.missing == 0
        assert reckoning.lines == _counted(re.sub(rb"\x1a[\x1a\0\r\n]*\Z", b"", data).replace(b"\0", b""))


@pytest.mark.parametrize("code", sorted(CONTRACTS))
@examples(20)
@given(st.data())
def test_l9_headers_that_are_lost_never_stop_the_reader(code: str, data: st.DataObject) -> None:
    sheet = CONTRACTS[code].main
    left = data.draw(st.lists(st.sampled_from(sheet.names), min_size=1, unique=True))
    rows = data.draw(st.lists(st.lists(st.sampled_from(["", "1", "x"]), min_size=len(left), max_size=len(left))))
    text = "\n".join(",".join(line) for line in [left, *rows])
    assert check_file(text.encode(), CONTRACTS[code], CONTEXT).fault == ""


@_MANY
@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
def test_l9_no_bytes_stop_the_reader(data: bytes) -> None:
    outcome = _check(data)
    assert (outcome.verdict in ("unreadable", "rejected"), outcome.fault) == (True, "")


@_MANY
@given(st.lists(st.lists(st.text('ab,;"\n é', max_size=6), min_size=4, max_size=4), min_size=1, max_size=6))
def test_both_readers_read_alike_what_a_writer_of_csv_writes(cells: list[list[str]]) -> None:
    head = ["la_child_id", "forename", "surname", "allocated_team"]
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        out = io.StringIO()
        csv.writer(out, quoting=quoting, lineterminator="\r\n").writerows([head, *cells])
        outcome = check_file(out.getvalue().encode(), _LA, CONTEXT)
        filled = [row for row in cells if any(c.strip() for c in row)]
        if outcome.verdict != "unreadable":
            assert outcome.rows == len([row for row in filled if row]) - outcome.reckoned[0].left_out


# Odd bytes.


def test_one_letter_in_an_older_code_is_queried_at_its_cell_and_others_stay_whole() -> None:
    lines = [line.replace("N1", "Siân").encode() for line in _lines(3)]
    lines[3] = lines[3].replace(b"N2", b"Zo\xeb")
    outcome = _check(b"\n".join(lines))
    assert [(f.rule, f.row, f.column) for f in outcome.findings] == [("FILE.odd_character", 4, "forename")]
    assert outcome.frames["LA-DA"]["forename"].to_list() == ["N0", "Siân", "Zoë"]


@pytest.mark.parametrize(
    ("name", "words"),
    [("SiÃ¢n", "garbled"), ("Si\ufffdn", "was lost"), ("M&uuml;ller", "web page"), ("Eva\x0bJo", "cannot be seen")],
)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_name_with_an_odd_character_is_queried_at_its_cell(name: str, words: str, form: str) -> None:
    if form == "xlsx" and "\x0b" in name:
        pytest.skip("a workbook cannot hold it")
    rows: list[list[object]] = [list(line.replace("N1", name).split(",")) for line in _lines(3)]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert [(f.rule, f.severity, f.row, f.column) for f in outcome.findings] == [
        ("FILE.odd_character", "query", 3, "forename")
    ]
    assert words in outcome.findings[0].message


def test_end_of_file_mark_of_dos_is_no_row() -> None:
    outcome = _check(("\r\n".join([*_lines(3), ""]) + "\x1a").encode())
    assert (outcome.verdict, outcome.rows, outcome.lines) == ("accepted", 3, 4)


# Tables that lie on their side.


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_table_on_its_side_is_named_as_what_it_is(form: str) -> None:
    across = [line.split(",") for line in _lines(3)]
    rows: list[list[object]] = [list(row) for row in zip(*across, strict=True)]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert [(f.rule, "on its side" in f.message) for f in outcome.findings] == [("FILE.no_header", True)]


# What programs export.


def _written(rows: list[list[str]], end: str = "\r\n", **form: object) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=end, **form).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def _table(count: int = 3) -> list[list[str]]:
    return [line.split(",") for line in _lines(count)]


def test_export_of_sql_server_is_read_with_its_times() -> None:
    # Results to a file, from the days before its headers had a line of dashes; NULL stands for nothing.
    rows = _table()
    rows[1][_AT["date_of_birth"]] = "2020-03-14 00:00:00.000"
    rows[2][_AT["date_of_birth"]] = "2020-03-14 00:00:00.0000000"
    rows[3][_AT["date_of_birth"]] = "Mar 14 2020 12:00AM"
    outcome = _check(b"\xef\xbb\xbf" + _written(rows).encode())
    assert (outcome.verdict, outcome.rows, outcome.lines) == ("accepted", 3, 4)


def test_export_of_sql_server_with_dashes_and_a_count_below_is_never_accepted_with_rows_gone() -> None:
    rows = _table()
    dashes = ["-" * len(name) for name in rows[0]]
    text = _written([rows[0], dashes, *rows[1:]]) + "\r\n(3 rows affected)\r\n"
    outcome = _check(text)
    reckoning = outcome.reckoned[0]
    assert (outcome.verdict, reckoning.lines, reckoning.blank, reckoning.missing) == ("rejected", 7, 1, 0)
    assert reckoning.rows + reckoning.left_out == 5


def test_export_of_r_with_the_numbers_of_its_rows_is_read() -> None:
    rows = _table()
    numbered = [["", *rows[0]], *([str(n), *row] for n, row in enumerate(rows[1:], 1))]
    outcome = _check(_written(numbered, "\n", quoting=csv.QUOTE_ALL))
    assert (outcome.verdict, outcome.rows) == ("accepted", 3)
    assert [f.rule for f in outcome.findings] == ["FILE.extra_column"]


def test_export_of_pandas_with_its_index_is_read_with_its_times() -> None:
    rows = _table()
    rows[1][_AT["date_of_birth"]] = "2020-03-14 00:00:00+00:00"
    rows[2][_AT["date_of_birth"]] = "2020-03-14T00:00:00.000000000"
    outcome = _check(_written([["", *rows[0]], *([str(n), *row] for n, row in enumerate(rows[1:]))], "\n"))
    assert (outcome.verdict, outcome.rows) == ("accepted", 3)


def test_export_of_a_report_with_text_boxes_above_is_read_at_its_places() -> None:
    rows = _table()
    rows[3][_AT["sex"]] = "zz"
    text = "Textbox1,Textbox4\r\nReturn of children,18/05/2026 06:52:00\r\n\r\n" + _written(rows)
    outcome = _check(b"\xef\xbb\xbf" + text.encode())
    assert [(f.rule, f.row, f.cell) for f in outcome.findings] == [("LA-DA.sex.code", 7, "G7")]
    assert outcome.reckoned[0].sentence == (
        "Your file has 7 lines: 3 rows, 1 header, 2 lines above the headers, 1 blank line."
    )


def test_export_of_google_sheets_is_read() -> None:
    # Without an end on its last line, marks only where they are needed, line breaks inside cells as LF.
    rows = _table()
    rows[2][_AT["allocated_team"]] = 'Team "A",\nfirst floor'
    outcome = _check(_written(rows).removesuffix("\r\n"))
    assert (outcome.verdict, outcome.rows, outcome.lines) == ("accepted", 3, 5)


@pytest.mark.parametrize(("first", "second"), [(1, 2), (7, 390), (199, 200), (256, 400)])
def test_file_of_many_rows_is_refused_at_the_first_of_several_stray_marks(first: int, second: int) -> None:
    lines = _lines(400)
    lines[first], lines[second] = _opened(lines[first], first % 20), _opened(lines[second], second % 20)
    assert _refused_at(_check("\n".join(lines))) == first + 1
