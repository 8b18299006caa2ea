"""What people really send: each odd file has a verdict in words, and what can be read is read, at its true cell."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from tests.validation.hand_made import amended, ods, ods_cell, ods_row, ods_table, package, xls, xlsx_parts
from tests.validation.rows import CONTEXT, csv_of, example_row
from validation.contract.outcome import CellFinding, Options, Outcome
from validation.engine.checking import check_file
from validation.engine.child import check_in_child
from validation.files.rules import headers
from validation.returns import CONTRACTS
from validation.telling.pages import Page, write_pages
from validation.telling.reports import FORMS, render

_LA = CONTRACTS["LA-DA"]
_NAMES = _LA.main.names
_AT = {name: n for n, name in enumerate(_NAMES)}
_SHEET = "xl/worksheets/sheet1.xml"
_CANARY = "Quackenbush"


def _check(data: bytes) -> Outcome:
    return check_file(data, _LA, CONTEXT)


def _child(number: int, **cells: object) -> list[object]:
    row: dict[str, object] = {**example_row(_LA.main), "la_child_id": f"CH{number}", "nhs_number": None, "upn": None}
    return list({**row, "forename": f"N{number}", **cells}.values())


def _book(rows: Sequence[Sequence[object]], options: Mapping[str, object] | None = None, top: int = 0) -> bytes:
    """Return rows as a real workbook; dates are real dates."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_urls": False, **(options or {})}) as book:
        sheet = book.add_worksheet("LA-DA")
        as_date = book.add_format({"num_format": "dd/mm/yyyy"})
        for y, row in enumerate(rows, top):
            for x, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(y, x, datetime(cell.year, cell.month, cell.day), as_date)
                elif cell is not None:
                    sheet.write(y, x, cell)
    return out.getvalue()


def _text(*rows: Mapping[str, str | None]) -> bytes:
    apart = ({"la_child_id": f"CH{n}", "nhs_number": None, "upn": None, "forename": f"N{n}"} for n in range(len(rows)))
    return csv_of(_LA.main, [{**names, **row} for names, row in zip(apart, rows, strict=True)]).encode()


def _errors(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(f.rule, f.cell) for f in outcome.findings if f.severity == "error"]


def _found(outcome: Outcome, rule: str) -> CellFinding:
    return next(f for f in outcome.findings if f.rule == rule)


# Encodings and line ends.


def test_text_of_an_old_mac_keeps_its_accents_and_says_so() -> None:
    outcome = _check(_text({"forename": "Siân"}).decode().replace("\n", "\r").encode("mac_roman"))
    assert outcome.frames["LA-DA"]["forename"].to_list() == ["Siân"]
    assert "Mac Roman" in outcome.notes[0]


@pytest.mark.parametrize("encoding", ["utf-32", "utf-16"])
def test_wide_text_with_empty_characters_is_read_without_them(encoding: str) -> None:
    outcome = _check(_text({"forename": "Łu\0kasz"}).decode().encode(encoding))
    assert outcome.frames["LA-DA"]["forename"].to_list() == ["Łukasz"]
    assert ["UTF" in outcome.notes[0], "NUL" in outcome.notes[1]] == [True, True]


@pytest.mark.parametrize("data", [b"\n\n\n", b"\xef\xbb\xbf", b" \t \r\n", b"\0\0\0"])
def test_file_of_nothing_but_blanks_is_unreadable_in_words(data: bytes) -> None:
    outcome = _check(data)
    assert (outcome.verdict, "no text" in outcome.findings[0].message) == ("unreadable", True)


@pytest.mark.parametrize("quoted", [True, False])
def test_cell_of_ten_megabytes_is_unreadable_in_words(quoted: bool) -> None:
    huge = "x" * 10 * 2**20
    data = _text({"allocated_team": "TEAM"}).replace(b"TEAM", (f'"{huge}"' if quoted else huge).encode())
    outcome = _check(data)
    assert (outcome.verdict, "too long" in outcome.findings[0].message) == ("unreadable", True)


def test_hint_line_of_excel_above_the_headers_is_passed_over() -> None:
    text = csv_of(_LA.main, [{"sex": "zz"}], "|")
    assert _errors(_check(b"sep=|\n" + text.encode())) == [("LA-DA.sex.code", "G3")]


# What the file is.


@pytest.mark.parametrize("name", ["return.csv", "return.xlsx", "return.ods", "x"])
@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_content_decides_what_a_file_is_and_not_its_name(tmp_path: Path, form: str, name: str) -> None:
    (tmp_path / name).write_bytes(write_pages([Page("LA-DA", [_NAMES, _child(1)])], form))  # type: ignore[arg-type]
    assert check_file(tmp_path / name, _LA, CONTEXT).verdict == "accepted"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\x1f\x8b\x08\0", "an archive"),
        (b"7z\xbc\xaf\x27\x1c", "an archive"),
        (b"MZ\x90\0", "a program"),
        (b"<html><table><tr><td>la_child_id", "a web page"),
        (b"\xef\xbb\xbf  <!DOCTYPE HTML>", "a web page"),
        ("<html>".encode("utf-16"), "a web page"),
        (b"<?xml version='1.0'?><Workbook/>", "an XML file"),
        (b"PK\x05\x06" + b"\0" * 18, "an archive that holds nothing"),
        (package({"xl/workbook.bin": b"x"}), ".xlsb"),
        (package({"word/document.xml": b"<w/>"}), "a document, not a spreadsheet"),
        (package({"[Content_Types].xml": b"", "ppt/presentation.xml": b"<p"}), "a document, not a spreadsheet"),
        (package({"a.csv": b"la_child_id,sex\n"}), "an archive"),
        (package({"a.zip": package({"a.csv": b"la_child_id,sex\n"})}), "an archive"),
        (package({"LA-DA/xl/workbook.xml": b"<w/>", "LA-DA/[Content_Types].xml": b""}), "packed it again"),
        (package({"LA-DA/content.xml": b"<w/>"}), "packed it again"),
        (package({"Index/Document.iwa": b"x"}), "a Numbers document"),
    ],
)
def test_files_of_other_kinds_are_named_and_the_sender_told_what_to_send(data: bytes, words: str) -> None:
    outcome = _check(data)
    assert outcome.verdict == "unreadable"
    assert words in outcome.findings[0].message
    assert ".xlsx" in outcome.findings[0].message


def test_old_workbook_is_read_at_its_cells_and_its_weakness_told() -> None:
    rows = [_NAMES, [str(c) if c is not None else None for c in _child(1, sex="zz")]]
    outcome = _check(xls(rows))
    assert _errors(outcome) == [("LA-DA.sex.code", "G2")]
    assert "old .xls workbook" in outcome.notes[0]


@pytest.mark.parametrize(
    "data",
    [
        xls([_NAMES], protected=True),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        ods("", manifest=b'<m:manifest><m:encryption-data m:checksum="x"/></m:manifest>'),
    ],
    ids=["xls", "xlsx", "ods"],
)
def test_workbook_with_a_password_is_unreadable_and_says_remove_it(data: bytes) -> None:
    outcome = _check(data)
    assert (outcome.verdict, "Remove the password" in outcome.findings[0].message) == ("unreadable", True)


def _signed(data: bytes, flags: int) -> bytes:
    """Return a package whose every entry has flags of encryption set, as a zip with a password has."""
    out = bytearray(data)
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            out[at + place] |= flags
            at = data.find(magic, at + 4)
    return bytes(out)


def test_zip_with_a_password_is_unreadable_and_says_remove_it() -> None:
    assert "Remove the password" in _check(_signed(_book([_NAMES]), 1)).findings[0].message


@pytest.mark.parametrize(
    "data",
    [
        amended(_book([_NAMES, _child(1)]), {"xl/vbaProject.bin": lambda _: b"macro"}),
        package({"content.xml": b"<x/>", "Basic/Standard/Module1.xml": b"<x/>"}),
        xls([_NAMES]) + "_VBA_PROJECT".encode("utf-16-le"),
    ],
    ids=["xlsm", "ods", "xls"],
)
def test_workbook_with_macros_is_unreadable_and_says_save_without(data: bytes) -> None:
    outcome = _check(data)
    assert (outcome.verdict, "without macros" in outcome.findings[0].message) == ("unreadable", True)


# Harm.


_DEFINED = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
_OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("definition", [_DEFINED, _OUTSIDE], ids=["expansion", "outside"])
@pytest.mark.parametrize("before", [b"", b"<!--" + b"x" * 6_000 + b"-->", b" " * 70_000], ids=["first", "late", "far"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", [_SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"])
def test_definitions_of_entities_are_refused_wherever_they_stand(
    definition: bytes, before: bytes, encoding: str, part: str
) -> None:
    start = (b'<?xml version="1.0"?>' + before + definition).decode()
    data = amended(_book([_NAMES]), {part: lambda old: (start + old.decode()).encode(encoding)})
    outcome = _check(data)
    assert (outcome.verdict, "definitions" in outcome.findings[0].message) == ("unreadable", True)


def test_definitions_in_an_open_document_are_refused() -> None:
    assert "definitions" in _check(ods(ods_table([]), start=_DEFINED.decode())).findings[0].message


def _moved(path: str) -> bytes:
    """Return a workbook whose only sheet, with a cell far outside, stands at an unusual place of the package."""
    cells = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="XFD9"><v>1</v></c></row>'
    sheet = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    parts = xlsx_parts(b"")
    del parts[_SHEET]
    target = f'Target="{path}"'.encode()
    rels = parts["xl/_rels/workbook.xml.rels"].replace(b'Target="worksheets/sheet1.xml"', target)
    place = path.removeprefix("/") if path.startswith("/") else f"xl/{path}"
    return package({**parts, "xl/_rels/workbook.xml.rels": rels, place: sheet})


@pytest.mark.parametrize("path", ["/xl/other/s.bin", "other/s.dat", "../../../etc/s.xml", "worksheets/S.XML"])
def test_sheet_is_guarded_wherever_it_stands_in_the_package(path: str) -> None:
    outcome = _check(_moved(path))
    assert (outcome.verdict, "far outside" in outcome.findings[0].message) == ("unreadable", True)


_WIDE = ' table:number-columns-repeated="16384"'


@pytest.mark.parametrize(
    "rows",
    [
        [ods_row(["x"]), ods_row(["x"], {0: ods_cell("x", _WIDE)}) * 1_000],
        [ods_row(["x"], {0: ods_cell(None, ' table:number-columns-repeated="16383"') + ods_cell("x")})],
        [ods_row(["x"], {0: ods_cell("x", ' table:number-columns-repeated="4000000000"')})],
        [ods_row(["x"] * 150, attributes=' table:number-rows-repeated="1048576"')],
        [ods_row([None], attributes=' table:number-rows-repeated="99999999"'), ods_row(["x"])],
    ],
    ids=["columns", "corner", "huge", "rows", "below"],
)
def test_open_document_that_unpacks_beyond_reason_is_refused(rows: list[str]) -> None:
    outcome = _check(ods(ods_table(rows)))
    assert (outcome.verdict, "far outside" in outcome.findings[0].message) == ("unreadable", True)


def test_open_document_with_a_code_that_no_text_has_is_read() -> None:
    children = [str(c) if c is not None else None for c in _child(1, allocated_team="a\x1fb")]
    assert _check(ods(ods_table([ods_row(_NAMES), ods_row(children)]))).verdict == "accepted"


def test_open_document_with_blank_cells_to_the_edges_is_read() -> None:
    edge = ods_cell(None, ' table:number-columns-repeated="16357"')
    rows = [ods_row(_NAMES), ods_row([str(c) if c is not None else None for c in _child(1, sex="zz")])]
    rows = [row.replace("</table:table-row>", f"{edge}</table:table-row>") for row in rows]
    rows.append(ods_row([], {}, ' table:number-rows-repeated="1048574"').replace("></", f">{edge}</"))
    outcome = _check(ods(ods_table(rows)))
    assert (outcome.rows, _errors(outcome)) == (1, [("LA-DA.sex.code", "G2")])


@pytest.mark.further
@pytest.mark.unmeasured
def test_a_million_coloured_empty_rows_do_no_harm() -> None:
    blank = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(3, 1_048_577))
    data = amended(
        _book([_NAMES, _child(1)]), {_SHEET: lambda old: old.replace(b"</sheetData>", blank + b"</sheetData>")}
    )
    outcome = _check(data)
    assert (outcome.verdict, outcome.rows) == ("accepted", 1)


def test_package_whose_parts_are_longer_than_they_say_is_refused() -> None:
    data = package({**xlsx_parts(b""), "xl/sharedStrings.xml": b"<sst>" + b"x" * 5_000 + b"</sst>"})
    lying = data.replace((5_011).to_bytes(4, "little"), (11).to_bytes(4, "little"))
    assert lying != data
    assert "damaged" in _check(lying).findings[0].message


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n" + _book([_NAMES, _child(1)]),
        _book([_NAMES, _child(1)]) + b"\n" + b"x" * 70_000,
        _book([_NAMES, _child(1)]) + _book([_NAMES]),
        b"la_child_id,sex\n" + _book([_NAMES]),
        package({**xlsx_parts(b""), "../../../tmp/evil": b"x", f"{_CANARY}😀\u202e.xml": b"<x/>"}),
    ],
    ids=["pdf-first", "junk-after", "two-books", "text-first", "names"],
)
def test_file_of_two_kinds_at_once_has_one_verdict_that_quotes_none_of_it(data: bytes) -> None:
    outcome = _check(data)
    assert outcome.verdict in ("accepted", "rejected", "unreadable")
    assert not [form for form in FORMS if _CANARY.encode() in render(outcome, form)]


# Sheets.


@pytest.mark.parametrize("name", [f"{_CANARY} family", "😀😀", "\u202eADLA", "LA-DA 張", "..", "a" * 31])
def test_names_of_sheets_never_get_into_a_report(name: str) -> None:
    pages = [Page(name, [_NAMES, _child(1, sex="zz")]), Page(_CANARY, [["x", "y"], ["x", "y"]])]
    outcome = _check(write_pages(pages, "xlsx"))
    assert [(f.rule, f.sheet) for f in outcome.findings] == [
        ("FILE.extra_sheet", "sheet 2"),
        ("LA-DA.sex.code", "sheet 1"),
    ]
    for form in (".html", ".csv", ".json"):
        text = render(outcome, form).decode()
        assert not [held for held in (name, _CANARY) if held in text and held != ".."]


def test_hidden_sheet_is_not_read_and_the_sender_told() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        shown, hidden = book.add_worksheet("LA-DA"), book.add_worksheet(_CANARY)
        for sheet, sex in ((shown, "F"), (hidden, "zz")):
            sheet.write_row(0, 0, _NAMES)
            sheet.write_row(1, 0, [c or "" for c in _child(1, sex=sex)])
        hidden.hide()
    outcome = _check(out.getvalue())
    assert (outcome.verdict, outcome.rows) == ("accepted", 1)
    assert [(f.rule, f.sheet) for f in outcome.findings] == [("FILE.hidden_sheet", "a hidden sheet")]


def test_sheet_of_a_chart_beside_the_rows_does_no_harm() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "='LA-DA'!$A$1:$A$2"})
        book.add_chartsheet("Chart").set_chart(chart)
        sheet = book.add_worksheet("LA-DA")
        sheet.write_row(0, 0, _NAMES)
        sheet.write_row(1, 0, [c or "" for c in _child(1)])
    assert _check(out.getvalue()).verdict == "accepted"


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_rows_that_start_at_row_5_are_found(form: str) -> None:
    rows: list[Sequence[object]] = [["Return of the council"], [], ["x"], [], _NAMES, [], _child(1, sex="zz")]
    assert _errors(_check(write_pages([Page("LA-DA", rows)], form))) == [("LA-DA.sex.code", "G7")]  # type: ignore[arg-type]


def _merged(at: str) -> Callable[[bytes], bytes]:
    return lambda old: old.replace(
        b"</sheetData>", f'</sheetData><mergeCells><mergeCell ref="{at}"/></mergeCells>'.encode()
    )


def test_merged_cells_among_the_rows_are_an_error_at_the_first_of_them() -> None:
    rows = [_NAMES, _child(1), _child(2, ethnicity=None), _child(3, ethnicity=None)]
    outcome = _check(amended(_book(rows), {_SHEET: _merged("H2:H4")}))
    found = _found(outcome, "FILE.merged_cells")
    assert (found.row, found.cell, found.column) == (2, "H2", "ethnicity")
    assert "H2 to H4 are merged" in found.message


@pytest.mark.parametrize("at", ["A1:D1", "AD2:AE3", "H3:J3"])
def test_merged_cells_above_the_rows_or_beside_them_are_no_matter(at: str) -> None:
    rows: list[Sequence[object]] = [["Title"], [], ["Personal", None, None], _NAMES, _child(1)]
    assert _check(amended(_book(rows), {_SHEET: _merged(at)})).verdict == "accepted"


def test_merged_cells_of_an_open_document_are_an_error_too() -> None:
    first = {_AT["ethnicity"]: ods_cell("WBRI", ' table:number-rows-spanned="2" table:number-columns-spanned="1"')}
    second = {_AT["ethnicity"]: "<table:covered-table-cell/>"}
    children = [[str(c) if c is not None else None for c in _child(n)] for n in (1, 2)]
    rows = [ods_row(_NAMES), ods_row(children[0], first), ods_row(children[1], second)]
    found = _found(_check(ods(ods_table(rows))), "FILE.merged_cells")
    assert (found.cell, "H2 to H3" in found.message) == ("H2", True)


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_headers_that_stand_a_second_time_are_told_and_the_rows_below_are_read(form: str) -> None:
    rows: list[Sequence[object]] = [_NAMES, _child(1), _NAMES, _child(2)]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert [(f.rule, f.row) for f in outcome.findings] == [("FILE.second_header", 3)]
    assert outcome.rows == 2


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_second_table_below_the_first_is_told_and_not_taken_for_its_rows(form: str) -> None:
    other = CONTRACTS["LA-1"].main
    rows: list[Sequence[object]] = [_NAMES, _child(1), [], ["Contacts"], other.names, list(example_row(other).values())]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert [(f.rule, f.row) for f in outcome.findings] == [("FILE.second_table", 5)]


# Cells.


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#NAME?"])
def test_error_of_a_formula_is_an_error_at_its_cell(error: str) -> None:
    sheet = f' t="e"><f>A1</f><v>{error}</v></c>'.encode()
    data = amended(
        _book([_NAMES, _child(1, allocated_team=7777)]),
        {_SHEET: lambda old: old.replace(b"><v>7777</v></c>", sheet)},
    )
    found = _found(_check(data), "FILE.error_value")
    assert (found.row, found.column) == (2, "allocated_team")
    assert "Fix the formula" in found.message


def test_errors_of_formulas_in_an_open_document_are_never_read_as_numbers() -> None:
    value = 'office:value-type="float" office:value="0" calcext:value-type="error"'
    wrong = f'<table:table-cell table:formula="of:=1/0" {value}/>'
    children = [str(c) if c is not None else None for c in _child(1)]
    outcome = _check(ods(ods_table([ods_row(_NAMES), ods_row(children, {_AT["allocated_team"]: wrong})])))
    assert ("FILE.error_value", "allocated_team") in [(f.rule, f.column) for f in outcome.findings]


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_error_as_text_is_an_error_in_any_column(form: str) -> None:
    rows = [_NAMES, _child(1, allocated_team="#REF!", sex="#N/A")]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert {f.rule for f in outcome.findings} == {"FILE.error_value", "LA-DA.sex.code"}
    assert "the error of a formula" in _found(outcome, "LA-DA.sex.code").message


@pytest.mark.parametrize("rest", [b"<f>A1</f>", b"<f>A1</f><v></v>", b"<f>A1</f><v/>", b'<f t="shared" si="0"/>'])
def test_formula_without_its_result_is_an_error_at_its_cell(rest: bytes) -> None:
    data = amended(
        _book([_NAMES, _child(1, allocated_team=7777)]),
        {_SHEET: lambda old: old.replace(b"<v>7777</v></c>", rest + b"</c>")},
    )
    found = _found(_check(data), "FILE.formula")
    assert (found.row, found.column) == (2, "allocated_team")


def test_formula_whose_result_is_blank_text_is_a_blank_cell() -> None:
    data = amended(
        _book([_NAMES, _child(1, allocated_team=7777)]),
        {_SHEET: lambda old: old.replace(b"><v>7777</v></c>", b' t="str"><f>IF(1,"","")</f><v></v></c>')},
    )
    assert _check(data).verdict == "accepted"


def test_formula_with_its_result_is_read_and_a_program_that_never_calculated_is_told() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("LA-DA")
        sheet.write_row(0, 0, _NAMES)
        sheet.write_row(1, 0, [c or "" for c in _child(1)])
        sheet.write_formula(1, _AT["sex"], '="F"', None, "F")
    outcome = _check(out.getvalue())
    assert outcome.verdict == "accepted"
    assert "formulas to be calculated" in outcome.notes[0]
    saved = amended(out.getvalue(), {"xl/workbook.xml": lambda old: old.replace(b' fullCalcOnLoad="1"', b"")})
    assert _check(saved).notes == ()


@pytest.mark.parametrize("since_1904", [False, True])
def test_real_dates_of_both_epochs_are_the_days_they_show(since_1904: bool) -> None:
    outcome = _check(_book([_NAMES, _child(1, date_of_birth=date(2020, 3, 14))], {"date_1904": since_1904}))
    assert outcome.frames["LA-DA"]["date_of_birth"].to_list() == [date(2020, 3, 14)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("43904", "by which spreadsheets store days"),
        ("03/14/2020", "every date of the column"),
        ("31/02/2020", "no such day"),
        ("2020-02-30", "no such day"),
        ("14/03/0202", "year is not between"),
        ("14/03/20", "2 digits"),
        ("=TODAY()", "formula"),
        ("#REF!", "error of a formula"),
    ],
)
def test_date_that_is_none_is_told_how_it_came_about(typed: str, words: str) -> None:
    outcome = _check(_text({"date_of_birth": typed}))
    assert words in _found(outcome, "LA-DA.date_of_birth.type").message


def test_number_for_a_date_in_a_workbook_is_not_guessed() -> None:
    outcome = _check(_book([_NAMES, _child(1, date_of_birth=43904)]))
    assert any("by which spreadsheets store days" in f.message for f in outcome.findings)
    assert outcome.verdict == "rejected"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("9.43E+09", "last digits are lost"),
        ("9.43476592E+09", "last digits are lost"),
        ("9430000000", "last digits are lost"),
        ("943476591", "drops a zero"),
        ("9434765918", "check digit"),
    ],
)
def test_number_that_a_spreadsheet_has_spoilt_is_told_how(typed: str, words: str) -> None:
    found = _found(_check(_text({"nhs_number": typed})), "ID.nhs_number.check_digit")
    assert words in found.message
    assert found.value is None


def test_other_numbers_that_a_spreadsheet_has_rounded_are_told_too() -> None:
    assert "last digits are lost" in _found(_check(_text({"la_child_id": "1.2E+11"})), "ID.la_child_id.format").message


def test_whole_numbers_typed_into_a_workbook_keep_their_digits() -> None:
    outcome = _check(_book([_NAMES, _child(1, nhs_number=9434765919)]))
    assert outcome.frames["LA-DA"]["nhs_number"].to_list() == ["9434765919"]


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_row_that_says_nil_asks_for_a_declaration(form: str) -> None:
    rows: list[Sequence[object]] = [_NAMES, ["NIL RETURN"]]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert [(f.rule, f.row) for f in outcome.findings] == [("FILE.nil_row", 2), ("FILE.no_rows", None)]
    with_rows = _check(write_pages([Page("LA-DA", [*rows, _child(1)])], form))  # type: ignore[arg-type]
    assert [(f.rule, f.row) for f in with_rows.findings] == [("FILE.nil_row", 2)]
    assert "declare a nil return" in with_rows.findings[0].message


# Headers.


@pytest.mark.parametrize("form", ["xlsx", "ods", "csv"])
def test_column_without_a_header_is_told_and_not_kept(form: str) -> None:
    rows: list[Sequence[object]] = [[*_NAMES, None, "religion"], [*_child(1), _CANARY, _CANARY]]
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert [(f.rule, f.severity, f.cell) for f in outcome.findings] == [
        ("FILE.extra_column", "info", "AC1"),
        ("FILE.extra_column", "info", "AB1"),
    ]
    assert outcome.verdict == "accepted"
    frame = outcome.frames["LA-DA"]
    assert frame.columns == ["row", *_NAMES]
    assert _CANARY not in str(frame.rows())


def test_header_with_other_cells_merged_above_it_is_found() -> None:
    data = amended(_book([["Child", None, None, "Family"], _NAMES, _child(1, sex="zz")]), {_SHEET: _merged("A1:C1")})
    assert _errors(_check(data)) == [("LA-DA.sex.code", "G3")]


def test_values_are_not_told_by_a_hint_even_where_they_are_shown() -> None:
    data = _text({"nhs_number": "9.43E+09"})
    shown = check_file(data, _LA, CONTEXT, Options(show_values=True))
    hidden = _check(data)
    assert [f.message for f in shown.findings] == [f.message for f in hidden.findings]
    assert shown.findings[0].value == "9.43E+09"


@pytest.mark.parts
def test_child_reads_an_odd_file_just_as_the_engine_does(tmp_path: Path) -> None:
    path = tmp_path / "odd"
    path.write_bytes(xls([_NAMES, [str(c) if c is not None else None for c in _child(1, sex="zz")]]))
    assert check_in_child(path, "LA-DA", CONTEXT) == check_file(path, _LA, CONTEXT)


def test_archive_names_are_never_paths(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("../../escaped.xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert check_file(tmp_path / "x.zip", _LA, CONTEXT).verdict == "unreadable"
    assert not (tmp_path.parent.parent / "escaped.xml").exists()


def test_what_is_said_of_a_column_left_out_is_so_before_and_after_the_file_is_destroyed() -> None:
    # The finding stands in the report for as long as the report does; until when the file stays, its receipt says.
    for rule in (headers.EXTRA_COLUMN, headers.SIMILAR_COLUMN):
        assert "stays until its receipt says that it is destroyed" in rule.message
