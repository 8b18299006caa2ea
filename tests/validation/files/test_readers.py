"""Readers: any encoding, delimiter, header and workbook that people send; and none that would take the reader down."""

import io
import tarfile
import zipfile
from datetime import date

import pytest
import xlsxwriter

from tests.validation.hand_made import package, xlsx_parts
from tests.validation.rows import CONTEXT, csv_of, example_row
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file
from validation.files.readers import letter
from validation.files.readers.worksheet import scanned
from validation.returns import CONTRACTS
from validation.telling.pages import Page, write_pages

_LA = CONTRACTS["LA-DA"]
_BAD = {"sex": "zz"}


def _check(data: bytes) -> Outcome:
    return check_file(data, _LA, CONTEXT)


def _cell(outcome: Outcome, rule: str = "LA-DA.sex.code") -> tuple[int | None, str | None]:
    found = next(f for f in outcome.findings if f.rule == rule)
    return found.row, found.cell


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_keep_names_and_cells(encoding: str) -> None:
    outcome = _check(
        csv_of(_LA.main, [{"forename": "Siân"}, {**_BAD, "la_child_id": "B", "upn": None}]).encode(encoding)
    )
    assert _cell(outcome) == (3, "G3")
    clean = _check(csv_of(_LA.main, [{"forename": "Siân"}]).encode(encoding))
    assert clean.frames["LA-DA"]["forename"].to_list() == ["Siân"]
    assert bool(clean.notes) == (encoding in ("utf-16", "utf-16-le", "utf-16-be", "cp1252"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_the_one_that_yields_the_headers(delimiter: str) -> None:
    rows = [{"surname": "O'Brien, Pat; and | more"}, {**_BAD, "la_child_id": "B"}]
    assert _cell(_check(csv_of(_LA.main, rows, delimiter).encode())) == (3, "G3")


def test_title_rows_above_the_headers_are_passed_over() -> None:
    text = "Return of the council\n\n" + csv_of(_LA.main, [_BAD])
    assert _cell(_check(text.encode())) == (4, "G4")


def test_quoted_line_breaks_keep_the_true_line_and_the_spreadsheet_row() -> None:
    rows = [{"allocated_team": "Team\nof two\nlines"}, {**_BAD, "la_child_id": "B"}]
    assert _cell(_check(csv_of(_LA.main, rows).encode())) == (5, "G3")


def test_blank_lines_are_skipped_and_still_counted() -> None:
    head, row, *_ = csv_of(_LA.main, [_BAD]).split("\n")
    outcome = _check(f"{head}\n\n{row}\n\n\n".encode())
    assert (_cell(outcome), outcome.rows) == ((3, "G3"), 1)


@pytest.mark.parametrize("ending", ["\r", "\r\n"])
def test_line_endings_of_other_systems(ending: str) -> None:
    assert _cell(_check(csv_of(_LA.main, [_BAD]).replace("\n", ending).encode())) == (2, "G2")


def test_nul_characters_are_ignored_and_told() -> None:
    outcome = _check(csv_of(_LA.main, [{"forename": "Si\0ân"}]).encode())
    assert outcome.verdict == "accepted"
    assert "NUL" in outcome.notes[0]


def test_headers_match_whatever_their_case_spaces_and_order() -> None:
    names = {"la_child_id": " LA Child ID ", "date_of_birth": "Date of Birth", "sex": "SEX"}
    assert _check(csv_of(_LA.main, [{}], headers=names).encode()).verdict == "accepted"


def test_missing_header_is_one_error_with_the_header_that_looks_like_it() -> None:
    outcome = _check(csv_of(_LA.main, [{}, {}], headers={"ethnicity": "ethnicty"}).encode())
    found = [f for f in outcome.findings if f.rule == "FILE.missing_column"]
    assert [(f.column, f.cell) for f in found] == [("ethnicity", "H1")]
    assert not [f for f in outcome.findings if f.rule == "LA-DA.ethnicity.required"]


def test_duplicate_and_unrequested_columns_are_told_and_not_kept() -> None:
    head, row, *_ = csv_of(_LA.main, [{}]).split("\n")
    outcome = _check(f"{head},sex,religion\n{row},F,none\n".encode())
    assert {f.rule: f.cell for f in outcome.findings} == {"FILE.duplicate_header": "AB1", "FILE.extra_column": "AC1"}
    clean = _check(f"{head},religion\n{row},none\n".encode())
    assert clean.verdict == "accepted"
    assert "religion" not in clean.frames["LA-DA"].columns


def test_row_longer_than_the_headers_is_an_error_at_its_line() -> None:
    outcome = _check((csv_of(_LA.main, [{}]).rstrip("\n") + ",stray\n").encode())
    assert [(f.rule, f.row) for f in outcome.findings] == [("FILE.long_row", 2)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 x", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "older Office document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04 broken", "damaged"),
        (bytes(range(1, 32)) * 20, "not a table"),
        (b'a,b\n"' + b"x" * 200_000, "never closed"),
    ],
)
def test_what_is_no_table_is_unreadable_with_a_reason(data: bytes, words: str) -> None:
    outcome = _check(data)
    assert outcome.verdict == "unreadable"
    assert words in outcome.findings[0].message


def _filled(address: str) -> bytes:
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{address}"><v>1</v></c></row>'.encode()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (xlsx_parts(_filled("A1") + _filled("XFD1048576")), "XFD1048576"),
        (xlsx_parts(_filled("Z9999999")), "Z9999999"),
        (xlsx_parts(_filled("A1") + _filled("GS1")), "GS1"),
        (xlsx_parts(b"<row><c r = 'gr1'><v>1</v></c></row><row><c r\n=\n\"A1000000\"><v>1</v></c></row>"), "A1000000"),
        (xlsx_parts(_filled("A1") + b" " * 5_000_000 + _filled("AAA2")), "AAA2"),
        (xlsx_parts(b" " * 40_000_000), "unpack"),
        (xlsx_parts(b"", b'<!DOCTYPE x [<!ENTITY a "b">]>'), "definitions"),
        ({**xlsx_parts(b""), "xl/vbaProject.bin": b"x"}, "macros"),
        ({f"x{n}": b"" for n in range(2_100)}, "unpack"),
        ({"word/document.xml": b"<w/>"}, "not a spreadsheet"),
        ({"content.xml": b"<x/>", "mimetype": b"application/vnd.oasis.opendocument.text"}, "not a spreadsheet"),
        ({"content.xml": b"<x/>", "META-INF/manifest.xml": b"<m:encryption-data/>"}, "password"),
        (xlsx_parts(b"<row"), "damaged"),
    ],
    ids=[
        "corner",
        "far-row",
        "far-column",
        "far-both",
        "far-late",
        "ratio",
        "entity",
        "macro",
        "entries",
        "word",
        "text",
        "password",
        "xml",
    ],
)
def test_bombs_and_impostors_are_refused_before_any_parser(parts: dict[str, bytes], words: str) -> None:
    outcome = _check(package(parts))
    assert outcome.verdict == "unreadable"
    assert words in outcome.findings[0].message


def test_workbook_with_table_starting_away_from_the_corner_keeps_its_cells() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("hidden").hide()
        sheet = book.add_worksheet("Anything")
        book.worksheets_objs[1].activate()
        row = {**example_row(_LA.main), **_BAD}
        for x, (name, cell) in enumerate(row.items()):
            sheet.write(4, x + 2, name)
            sheet.write(6, x + 2, cell)
    assert _cell(_check(out.getvalue())) == (7, f"{letter(8)}7")


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        ('<c r="C1"><v>1</v></c><c r="D1"><v>1</v></c>', 2),
        ('<c r="C1"><v>1</v></c><c r="B2" t="s"><v>1</v></c>', 1),
        ('<c r="AB1"><v>1</v></c>', 27),
        ('<c r="AB1"><v>1</v></c><c r="C2"><v>1</v></c>', 2),
        ('<c r="C1"><v>1</v></c>' + " " * 5_000_000 + "<c r = 'b9'><is><t>x</t></is></c>", 1),
        ('<c r="GR399999"><v>1</v></c>', 199),
        ('<c r="B1048576"><v>1</v></c>', 1),
        ('<c r="A1" s="3"/><c r="B1" s="3"></c><c r="C1" s="3" /><c r="D1"><f>1</f></c>', 3),
        ("", 0),
    ],
)
def test_first_column_is_the_least_of_all_cells_wherever_it_stands(cells: str, first: int) -> None:
    with zipfile.ZipFile(io.BytesIO(package({"sheet.xml": cells.encode()}))) as archive:
        assert scanned(archive, "sheet.xml").first == first


def test_coloured_cells_without_content_left_of_the_table_move_no_address() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("LA-DA")
        for y in range(3):
            sheet.write_blank(y, 0, None, book.add_format({"border": 1}))
        for x, (name, cell) in enumerate({**example_row(_LA.main), **_BAD}.items()):
            sheet.write(0, x + 1, name)
            sheet.write(1, x + 1, cell)
    assert _cell(_check(out.getvalue())) == (2, "H2")


def test_open_document_with_empty_columns_before_the_table_keeps_its_cells() -> None:
    row = {**example_row(_LA.main), **_BAD}
    rows: list[list[object]] = [[None], [None, None, *_LA.main.names], [None], [None, None, *row.values()]]
    assert _cell(_check(write_pages([Page("LA-DA", rows)], "ods"))) == (4, "I4")


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_real_dates_and_text_dates_mix(form: str) -> None:
    rows: list[list[object]] = [list(_LA.main.names)]
    for number, born in enumerate((date(2020, 3, 14), "14/03/2020", "2020-03-14")):
        row = {
            **example_row(_LA.main),
            "la_child_id": f"A{number}",
            "nhs_number": None,
            "upn": None,
            "forename": f"N{number}",
        }
        rows.append([born if n == "date_of_birth" else row[n] for n in _LA.main.names])
    outcome = _check(write_pages([Page("LA-DA", rows)], form))  # type: ignore[arg-type]
    assert outcome.findings == ()
    assert set(outcome.frames["LA-DA"]["date_of_birth"]) == {date(2020, 3, 14)}


_XLSX = write_pages([Page("LA-DA", (_LA.main.names, tuple(example_row(_LA.main).values())))], "xlsx")


@pytest.mark.parametrize("front", [b"\r\n" * 5, b"\0", b"\xef\xbb\xbf", b"junk " * 20])
def test_workbook_behind_bytes_of_a_faulty_download_is_read_and_they_are_told(front: bytes) -> None:
    outcome = _check(front + _XLSX)
    assert (outcome.verdict, outcome.rows) == ("accepted", 1)
    assert f"{len(front)} byte" in outcome.notes[0]


@pytest.mark.parametrize("data", [b"\r\n" + _XLSX[:200], b"\r\n" + b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_what_only_begins_as_a_workbook_behind_other_bytes_is_refused_as_what_it_is(data: bytes) -> None:
    assert _check(data).verdict == "unreadable"
    assert _check(data).findings[0].message == _check(data[2:]).findings[0].message


def test_l14_first_of_two_workbooks_in_an_archive_that_does_not_pack_is_never_read_alone() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in ("a.xlsx", "b.xlsx"):
            entry = tarfile.TarInfo(name)
            entry.size = len(_XLSX)
            archive.addfile(entry, io.BytesIO(_XLSX))
    assert _check(out.getvalue()).verdict == "unreadable"


def test_content_that_is_no_xml_is_damaged_and_not_a_set_of_definitions() -> None:
    parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<<<<"}
    assert "damaged" in _check(package(parts)).findings[0].message
