"""Workbooks of other programs: what the parser can read is read, at its true cells, and every cell is counted."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache, partial

import pytest

from tests.validation.foreign import (
    Sheets,
    excel_ods,
    inline_xlsx,
    libreoffice_ods,
    renamed,
    shared_xlsx,
    with_companions,
)
from tests.validation.hand_made import amended, ods, ods_cell, ods_row, ods_table
from tests.validation.rows import CONTEXT, example_row
from validation.contract.errors import UnreadableError
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file, headings
from validation.files.readers import Grid, letter, read
from validation.files.readers.opendocument import ROW, NotUsualError, scanned_tables
from validation.returns import CONTRACTS
from validation.telling.pages import Page, write_pages

_LA = CONTRACTS["LA-DA"]
_NAMES = _LA.main.names
_CHILD = tuple(example_row(_LA.main).values())
_BOOK: Sheets = {"LA-DA": (_NAMES, _CHILD)}
_SHEET = "xl/worksheets/sheet1.xml"
_FORENAME, _SURNAME = (f"{letter(_NAMES.index(name))}2" for name in ("forename", "surname"))

FORMS: dict[str, Callable[[Sheets], bytes]] = {
    "LibreOffice's ODS": libreoffice_ods,
    "Excel's ODS": excel_ods,
    "a report server's XLSX": inline_xlsx,
    "Google's XLSX": shared_xlsx,
    "strict XLSX": partial(shared_xlsx, strict=True),
    "parts at the root": partial(shared_xlsx, root=""),
    "another folder": partial(shared_xlsx, root="Book One"),
    "another name": partial(shared_xlsx, main="workbook22.xml"),
    "packed again on a Mac": lambda sheets: with_companions(shared_xlsx(sheets)),
    "ODS packed again on a Mac": lambda sheets: with_companions(libreoffice_ods(sheets)),
    "backslashes": lambda sheets: renamed(shared_xlsx(sheets), "/", "\\"),
    "names in capitals": lambda sheets: renamed(renamed(shared_xlsx(sheets), "xl/", "XL/"), ".xml", ".XML"),
    "UTF-16": lambda sheets: _in_utf_16(shared_xlsx(sheets)),
    "UTF-16 ODS": lambda sheets: _in_utf_16(libreoffice_ods(sheets)),
    "other prefixes": lambda sheets: amended(
        libreoffice_ods(sheets),
        {
            "content.xml": lambda old: (
                old.replace(b"table:", b"t:").replace(b"xmlns:table", b"xmlns:t").replace(b":t:1.0", b":table:1.0")
            )
        },
    ),
    "single quotation marks": lambda sheets: amended(
        libreoffice_ods(sheets), {"content.xml": lambda old: old.replace(b'"', b"'")}
    ),
    "set out for people": lambda sheets: amended(
        libreoffice_ods(sheets), {"content.xml": lambda old: old.replace(b"><table:", b">\n  <table:")}
    ),
}


def _in_utf_16(data: bytes) -> bytes:
    def wide(old: bytes) -> bytes:
        return old.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        of_xlsx = [
            name for name in archive.namelist() if re.search(r"xl/(workbook|sharedStrings|.*/sheet\d+)\.xml", name)
        ]
    return amended(data, dict.fromkeys(of_xlsx or ["content.xml"], wide))


def _check(data: bytes) -> Outcome:
    return check_file(data, _LA, CONTEXT)


def _elsewhere(data: bytes) -> bytes:
    """Return a workbook in another folder, which is copied cell by cell."""
    return amended(
        renamed(data, "xl/", "elsewhere/"), {"_rels/.rels": lambda old: old.replace(b"/xl/", b"/elsewhere/")}
    )


def _errors(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(f.rule, f.cell) for f in outcome.findings if f.severity == "error"]


def _grids(data: bytes) -> tuple[Grid, ...]:
    return read(data, headings()).grids


def _xlsx(change: Callable[[bytes], bytes], part: str = _SHEET, **cells: str) -> bytes:
    """Return a workbook of one child, one of whose parts is changed."""
    row = tuple(cells.get(name, cell) for name, cell in zip(_NAMES, _CHILD, strict=True))
    return amended(shared_xlsx({"LA-DA": (_NAMES, row)}), {part: change})


def _with_cell(cell: str, address: str) -> bytes:
    """Return a workbook of one child, one of whose cells is written anew: what follows its address."""
    return _with_cells({address: cell})


def _with_cells(cells: Mapping[str, str]) -> bytes:
    def change(old: bytes) -> bytes:
        for address, cell in cells.items():
            at = old.index(f'<c r="{address}"'.encode())
            end = min(e for e in (old.find(b"</c>", at) + 4, old.find(b"/>", at) + 2) if e > at + 3)
            old = old[:at] + f'<c r="{address}"{cell}'.encode() + old[end:]
        return old

    return _xlsx(change)


def _read_alike(sheets: Sheets, ours: tuple[Grid, ...], theirs: tuple[Grid, ...]) -> None:
    assert [g.name for g in theirs] == list(sheets)
    assert all(a.frame.equals(b.frame) for a, b in zip(ours, theirs, strict=True))
    assert [(g.account.lines, g.account.missing) for g in theirs if g.account] == [(2, 0)] * len(sheets)


def _as_we_write(sheets: Sheets) -> tuple[Grid, ...]:
    return _grids(write_pages([Page(name, rows) for name, rows in sheets.items()], "xlsx"))


@cache
def _every_return() -> tuple[Sheets, tuple[Grid, ...]]:
    """Return the sheets of all returns as those of one workbook, and how they are read where we have written it."""
    sheets = {
        f"{code} {sheet.name}": (sheet.names, tuple(example_row(sheet).values()))
        for code, contract in CONTRACTS.items()
        for sheet in contract.sheets
    }
    return sheets, _as_we_write(sheets)


@pytest.mark.parametrize("form", FORMS)
def test_l14_sheets_of_each_return_are_read_in_the_form_of_each_program(form: str) -> None:
    sheets, ours = _every_return()
    assert len(sheets) > len(CONTRACTS)
    _read_alike(sheets, ours, _grids(FORMS[form](sheets)))


@pytest.mark.parametrize("code", CONTRACTS)
def test_l14_each_return_is_read_in_a_workbook_of_its_own(code: str) -> None:
    sheets = {s.name: (s.names, tuple(example_row(s).values())) for s in CONTRACTS[code].sheets}
    ours = _as_we_write(sheets)
    for form in ("Google's XLSX", "LibreOffice's ODS"):
        _read_alike(sheets, ours, _grids(FORMS[form](sheets)))


@pytest.mark.parametrize("form", FORMS)
def test_error_stands_at_its_cell_in_the_form_of_each_program(form: str) -> None:
    wrong = tuple("zz" if name == "sex" else cell for name, cell in zip(_NAMES, _CHILD, strict=True))
    assert _errors(_check(FORMS[form]({"LA-DA": (_NAMES, wrong)}))) == [("LA-DA.sex.code", "G2")]


@pytest.mark.parametrize(
    "error",
    ["#DIV/0", "#REF", "#name", "#¿NOMBRE?", "Loading...", "Loading…", "Err:502", "Err :502"]
    + ["#ERROR!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!"]
    + ["#BUSY!", "#PYTHON!", "#NEXT_YEARS!", "#N/A", "#####"],
)
def test_error_of_any_release_is_an_error_at_its_cell_and_as_text_too(error: str) -> None:
    cells = {_FORENAME: f' t="e"><f>A1</f><v>{error}</v></c>', _SURNAME: f' t="str"><v>{error}</v></c>'}
    assert {("FILE.error_value", cell) for cell in cells} <= set(_errors(_check(_with_cells(cells))))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        *((error, "FILE.error_value") for error in ("#REF!", " #SPILL!", "Loading...", "Err:502", "#####")),
        *(
            (odd, "FILE.odd_character")
            for odd in ("Si?n", "Ren\\u00e9", "Si&acirc;n", "Si\u00adan", "Si\ufffdn", "SiÃ¢n")
        ),
    ],
)
def test_error_or_odd_letter_among_the_shared_texts_is_told_at_its_cell(text: str, rule: str) -> None:
    row = [text if name == "forename" else cell for name, cell in zip(_NAMES, _CHILD, strict=True)]
    outcome = _check(write_pages([Page("LA-DA", [_NAMES, row])], "xlsx"))
    assert (rule, _FORENAME) in [(f.rule, f.cell) for f in outcome.findings]


@pytest.mark.parametrize(
    "name", ["#1 Team", "Loading", "Loading Bay...", "#Names", "No. #3", "Anne-Marie!", "#", "Err", "A&E: #!"]
)
def test_text_with_a_hash_in_it_is_no_error(name: str) -> None:
    assert not _errors(_check(_with_cell(f' t="str"><v>{name.replace("&", "&amp;")}</v></c>', _FORENAME)))


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (' t="s"><v>-1</v></c>', None),
        (' t="s"><v></v></c>', None),
        (' t="s"/>', None),
        (' t="s"><v>99999</v></c>', "FILE.lost_value"),
        (' t="s"><v>1.5</v></c>', "FILE.lost_value"),
        (' t="s"><v>abc</v></c>', "FILE.lost_value"),
        (' t="b"><v>perhaps</v></c>', "FILE.lost_value"),
        (' t="new"><v>1</v></c>', "FILE.lost_value"),
        (' t="s"><v>4294967296</v></c>', "FILE.lost_value"),
        (' t="s"><v>18446744073709551616</v></c>', "FILE.lost_value"),
        (' t="s"><v>99999999999999999999</v></c>', "FILE.lost_value"),
        (' t="s"><f>A1</f><v>99999999999999999999</v></c>', "FILE.lost_value"),
    ],
)
def test_cell_without_a_value_in_the_file_is_blank_or_an_error_and_never_anothers(cell: str, rule: str | None) -> None:
    data = _with_cell(cell, "D2")
    assert [e for e in _errors(_check(data)) if e[0] == "FILE.lost_value"] == ([(rule, "D2")] if rule else [])
    assert _grids(data)[0].frame[1, 3] is None


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (' t="d"><v>2026-05-18T05:20:00Z</v></c>', "2026-05-18 05:20:00"),
        (' t="d"><v>2026-05-18T05:20:00.000Z</v></c>', "2026-05-18 05:20:00"),
        (' t="d"><v>2026-05-18</v></c>', "2026-05-18"),
        (' t="inlineStr"><is><r><t>Si</t></r><r><t>ân</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>', "Siân"),
        (' t="str"><v>a</v></c>', "a"),
        ("><v>1E3</v></c>", "1000"),
        ("><v>12,5</v></c>", "12,5"),
        (' t="n"><v>12,5</v></c>', "12,5"),
        (' t="b"><v>true</v></c>', "true"),
    ],
)
def test_cell_is_handed_on_as_its_sender_sees_it(cell: str, shown: str) -> None:
    assert _grids(_with_cell(cell, "D2"))[0].frame[1, 3] == shown


@pytest.mark.parametrize(
    ("cell", "rules"),
    [
        (' t="str"><f>A1</f></c>', ["FILE.formula"]),
        (' t="inlineStr"><f>A1</f></c>', ["FILE.formula"]),
        (' t="str"><f t="shared" si="0"/></c>', ["FILE.formula"]),
        ("><f>A1</f></c>", ["FILE.formula"]),
        ("><f>A1</f><v></v></c>", ["FILE.formula"]),
        (' t="str"><f>A1</f><v></v></c>', []),
        (' t="str"><f>A1</f><v/></c>', []),
    ],
)
@pytest.mark.parametrize("careful", [False, True])
def test_formula_without_a_result_is_told_and_one_of_an_empty_text_is_a_blank(
    cell: str, rules: list[str], *, careful: bool
) -> None:
    data = _elsewhere(_with_cell(cell, "D2")) if careful else _with_cell(cell, "D2")
    assert [e for e in _errors(_check(data)) if e[0].startswith("FILE.")] == [(rule, "D2") for rule in rules]


_FORMATS = (
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0000000000"/><numFmt numFmtId="165" formatCode="[h]:mm"/>'
    '<numFmt numFmtId="166" formatCode="0.0%"/><numFmt numFmtId="167" formatCode="dd/mm/yyyy hh:mm"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="0"/>'
    '<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="9"/>'
    '<xf numFmtId="20"/><xf numFmtId="167"/></cellXfs></styleSheet>'
)


@pytest.mark.parametrize(
    ("style", "number", "shown"),
    [
        (2, "12345679", "0012345679"),
        (3, "1.5", "36:00:00"),
        (4, "0.934", "93.4%"),
        (5, "0.07", "7%"),
        (5, "1", "100%"),
        (6, "0.4375", "10:30:00"),
        (7, "45000.4375000116", "2023-03-15 10:30:00"),
        (1, "0.5", "0.5"),
    ],
)
@pytest.mark.parametrize("careful", [False, True])
def test_number_is_handed_on_as_its_format_shows_it(style: int, number: str, shown: str, *, careful: bool) -> None:
    data = _with_cell(f' s="{style}"><v>{number}</v></c>', "D2")
    data = amended(data, {"xl/styles.xml": lambda _: _FORMATS.encode()})
    data = _elsewhere(data) if careful else data
    assert _grids(data)[0].frame[1, 3] == shown


def _ods_with(cell: str) -> bytes:
    return ods(ods_table([ods_row(_NAMES), ods_row(_CHILD, {3: cell})]))


def _value(kind: str, value: str, text: str) -> str:
    return f'<table:table-cell office:value-type="{kind}" {value}><text:p>{text}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (_value("percentage", 'office:value="0.934"', "93%"), "93.4%"),
        (_value("time", 'office:time-value="PT10H30M00S"', "10:30"), "10:30"),
        ('<table:table-cell office:value-type="time" office:time-value="PT36H05M00S"/>', "36:05:00"),
        (_value("date", 'office:date-value="2026-05-18T05:20:00.499999999"', "18/05/26"), "2026-05-18T05:20:00"),
        (_value("date", 'office:date-value="2026-05-18T05:19:59.999999999"', "18/05/26"), "2026-05-18T05:20:00"),
        (_value("float", 'office:value="12"', "0012"), "0012"),
        (_value("float", 'office:value="1"', "TRUE"), "TRUE"),
        (_value("float", 'office:value="12.5"', "12.50"), "12.5"),
        ("<table:table-cell><text:p>Siân</text:p></table:table-cell>", "Siân"),
        (_value("float", "", "7"), "7"),
        (_value("currency", "", "£7"), "£7"),
        (_value("date", "", "09/04/2020"), "09/04/2020"),
        (_value("date", 'office:date-value=""', "09/04/2020"), "09/04/2020"),
        (_value("boolean", "", "Yes"), "Yes"),
        (_value("string", 'office:string-value=""', "Siân"), "Siân"),
        (_value("string", 'office:string-value="Siân"', ""), "Siân"),
        ('<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>', None),
        (
            "<table:table-cell><office:annotation><text:p>A note</text:p></office:annotation>"
            "<text:p>Siân</text:p></table:table-cell>",
            "Siân",
        ),
        (
            "<table:table-cell><office:annotation><text:p>A note</text:p></office:annotation></table:table-cell>"
            "<table:table-cell><text:p>x</text:p></table:table-cell>",
            None,
        ),
    ],
)
def test_cell_of_an_open_document_is_handed_on_as_its_sender_sees_it(cell: str, shown: str | None) -> None:
    assert _grids(_ods_with(cell))[0].frame[1, 3] == shown


@pytest.mark.parametrize(
    "kind", ["", ' office:value-type="string"', ' office:value-type="string" office:string-value=""']
)
@pytest.mark.parametrize("inside", ["<text:p/>", "<text:p></text:p>"])
def test_formula_of_an_open_document_whose_result_is_an_empty_text_is_a_blank(kind: str, inside: str) -> None:
    cell = f'<table:table-cell table:formula="of:=&quot;&quot;"{kind}>{inside}</table:table-cell>'
    assert "FILE.formula" not in _check(_ods_with(cell)).by_rule


@pytest.mark.parametrize("mark", ["", ' calcext:value-type="error"'])
@pytest.mark.parametrize("error", ["#VALUE!", "#REF!", "Err:502", "#SPILL!"])
def test_error_that_was_saved_as_nought_is_an_error_and_never_nought(error: str, mark: str) -> None:
    data = _ods_with(_value("float", f'office:value="0"{mark}', error))
    assert ("FILE.error_value", "D2") in _errors(_check(data))
    assert _grids(data)[0].frame[1, 3] is None


@pytest.mark.parametrize(
    "cell",
    [
        _value("string", 'table:formula="of:=VLOOKUP()" office:string-value=""', "#REF!"),
        _value("string", 'office:string-value="RG1"', "#N/A"),
        _value("boolean", 'office:boolean-value="false"', "#DIV/0"),
        _value("date", 'office:date-value="1899-12-30"', "Err:502"),
        _value("float", 'office:value="0"', "Loading..."),
        _value("float", 'office:value="0"', "#REF"),
    ],
)
def test_error_that_a_cell_shows_is_told_once_whatever_its_value_says(cell: str) -> None:
    data = _ods_with(cell)
    assert [e for e in _errors(_check(data)) if e[1] == "D2"] == [("FILE.error_value", "D2")]
    assert _grids(data)[0].frame[1, 3] is None


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (_value("float", 'office:value="abc"', "abc"), "FILE.lost_value"),
        (_value("float", 'office:value="NaN"', "7"), "FILE.lost_value"),
        (_value("percentage", 'office:value="1,5"', "150%"), "FILE.lost_value"),
        (_value("boolean", 'office:boolean-value="perhaps"', "Yes"), "FILE.lost_value"),
        (_value("float", "", ""), "FILE.lost_value"),
        ('<table:table-cell office:value-type="date"/>', "FILE.lost_value"),
        ('<table:table-cell office:value-type="string" table:formula="of:=[.A1]"/>', "FILE.formula"),
    ],
)
def test_cell_of_an_open_document_without_a_good_value_is_an_error_at_its_cell(cell: str, rule: str) -> None:
    outcome = _check(_ods_with(cell))
    assert [e for e in _errors(outcome) if e[1] == "D2"] == [(rule, "D2")]
    assert outcome.rows == 1


def test_each_of_several_cells_written_as_one_is_told() -> None:
    cell = _value("float", 'office:value="0" table:number-columns-repeated="2"', "#REF!")
    row = ods_row(_CHILD, {3: cell, 4: ""}, attributes=' table:number-rows-repeated="2"')
    errors = _errors(_check(ods(ods_table([ods_row(_NAMES), row]))))
    assert sorted(cell or "" for rule, cell in errors if rule == "FILE.error_value") == ["D2", "D3", "E2", "E3"]


def test_l14_lost_value_alone_in_the_last_row_is_told() -> None:
    lost = b'</row><row r="3"><c r="D3" t="s"><v>99999999999999999999</v></c></row></sheetData>'
    data = _xlsx(lambda old: old.replace(b"</row></sheetData>", lost))
    assert ("FILE.lost_value", "D3") in _errors(_check(data))


_GROUPS = {
    "none": "{}",
    "group": "<table:table-row-group>{}</table:table-row-group>",
    "two": "<table:table-row-group><table:table-row-group>{}</table:table-row-group></table:table-row-group>",
    "headers": "<table:table-header-rows>{}</table:table-header-rows>",
    "rows": "<table:table-rows>{}</table:table-rows>",
}


@pytest.mark.parametrize("group", _GROUPS)
def test_place_is_right_below_rows_in_a_group(group: str) -> None:
    wrong = _value("string", 'calcext:value-type="error"', "#REF!")
    above = _GROUPS[group].format(ods_row(_CHILD))
    many = ods_row(_CHILD, attributes=' table:number-rows-repeated="3"')
    data = ods(ods_table([ods_row(_NAMES), above, many, ods_row(_CHILD, {3: wrong})]))
    assert [cell for rule, cell in _errors(_check(data)) if rule == "FILE.error_value"] == ["D6"]
    assert _grids(data)[0].frame.height == 6


def test_l14_rows_that_stand_twice_are_never_read_as_one() -> None:
    again = _xlsx(lambda old: old.replace(b"</row>", b'</row><row r="2"><c r="A2"><v>1</v></c></row>', 1))
    outcome = _check(again)
    assert (outcome.verdict, "A2 twice" in outcome.findings[0].message) == ("unreadable", True)


def test_l14_rows_of_a_second_table_of_rows_are_never_dropped() -> None:
    second = b'</sheetData><sheetData><row r="3"><c r="A3"><v>7</v></c></row></sheetData>'
    grid = _grids(_xlsx(lambda old: old.replace(b"</sheetData>", second)))[0]
    assert grid.frame[2, 0] == "7"


def test_cell_of_a_formula_left_of_all_others_moves_no_address() -> None:
    row = (None, *_NAMES), (None, *("zz" if n == "sex" else c for n, c in zip(_NAMES, _CHILD, strict=True)))
    data = shared_xlsx({"LA-DA": row})
    data = amended(data, {_SHEET: lambda old: old.replace(b'<c r="A2" s="1"/>', b'<c r="A2"><f>1</f></c>')})
    assert _errors(_check(data)) == [("LA-DA.sex.code", "H2")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (_xlsx(lambda old: old.replace(b'r="A2"', b'r="2A"')), "row 2"),
        (_xlsx(lambda old: old[: old.index(b"</row>") + 40]), "break off"),
        (_xlsx(lambda _: b"<workbook/>", "xl/workbook.xml"), "break off"),
        (_xlsx(lambda old: old.replace(b'<row r="2">', b'<row r="2"><c r="GS2"><v>1</v></c>')), "GS2"),
    ],
)
def test_refusal_names_the_true_reason_and_place(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        read(data, headings())


def test_days_since_1904_are_read_beside_an_extension_of_the_same_name() -> None:
    since = b'<workbookPr date1904="1"/><sheets>'
    beside = b'</sheets><extLst><ext xmlns:x14="x"><x14:workbookPr defaultImageDpi="32767"/></ext></extLst>'
    data = amended(
        _with_cell(' s="1"><v>42000</v></c>', "E2"),
        {
            "xl/workbook.xml": lambda old: old.replace(b"<sheets>", since).replace(b"</sheets>", beside),
            "xl/styles.xml": lambda _: b'<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>',
        },
    )
    assert _grids(data)[0].frame[1, 4] == "2018-12-28 00:00:00"


def test_text_cells_repeated_in_an_open_document_are_all_counted() -> None:
    two = ods_cell("x", ' table:number-columns-repeated="3"')
    grid = _grids(
        ods(
            ods_table(
                [ods_row(["a", "b", "c"]), f'<table:table-row table:number-rows-repeated="2">{two}</table:table-row>']
            )
        )
    )[0]
    assert grid.frame.rows()[1:] == [("x", "x", "x")] * 2


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        ("<text:p>x", "<text:p>a = 'b' > c", True),
        ('office:value-type="string"><text:p>x', "office:value-type='string'><text:p>x", False),
        ("<text:p>x", "<!-- - --><text:p>x", False),
        ("<table:table-row><table:table-cell", "<table:table-row table:style-name='ro1'><table:table-cell", False),
        ("<table:table-row><table:table-cell", '<table:table-row table:style-name="a>b"><table:table-cell', False),
    ],
)
def test_open_document_is_copied_only_where_a_tag_is_written_unusually(old: str, new: str, way: bool) -> None:
    table = ods_table([ods_row(["a", "b"]), ods_row(["x", "1"]), ods_row(["x", "2"])]).replace(old, new, 1)
    start, *rows = table.encode().split(ROW)
    pieces = [start, *(ROW + row for row in rows)]
    if way:
        assert scanned_tables(pieces)["LA-DA"].cells == 6
    else:
        with pytest.raises(NotUsualError):
            scanned_tables(pieces)


def test_rows_ending_in_blanks_up_to_the_last_column_are_counted_and_far_content_is_refused() -> None:
    tail = '<table:table-cell table:number-columns-repeated="16361"/></table:table-row>'
    row = ods_row(["x", "y"]).replace("</table:table-row>", tail)
    twice = "<table:table-row>" + ods_cell("No", ' table:number-columns-repeated="2"') + tail
    assert scanned_tables([ods_table([row, twice, row]).encode()])["LA-DA"].cells == 6
    far = row.replace(tail, tail.replace("</table:table-row>", ods_cell("z") + "</table:table-row>"))
    with pytest.raises(UnreadableError):
        scanned_tables([ods_table([row, far]).encode()])
