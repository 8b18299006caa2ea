"""The marked copy: every place where it stood, said in a comment, and judged like the file it is a copy of."""

import io
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from models.themes import theme
from tests.examples import examples
from tests.validation.rows import CONTEXT, csv_of, example_row
from tests.validation.workbooks import Book, opened
from validation.annotated import layout
from validation.annotated.copies import Annotated
from validation.annotated.making import annotated
from validation.contract.context import Context
from validation.contract.model import Contract
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file, check_files, headings
from validation.files.marks import ABOUT, LINE, MARKS, PLACES
from validation.files.readers import letter, read
from validation.files.stamp import Stamp
from validation.returns import CONTRACTS
from validation.synthetic import Synthetic, synthesise
from validation.synthetic.writing import write
from validation.telling.pages import Page, write_pages
from validation.telling.templates import workbook_pages

_LA = CONTRACTS["LA-DA"]
_QUICK = examples(12, suppress_health_check=list(HealthCheck))
_OTHER: dict[str, str | None] = {"la_child_id": "B", "upn": None, "nhs_number": None, "forename": "N"}
_TWO: list[dict[str, str | None]] = [{"sex": "zz"}, _OTHER]


def _copy(data: bytes, contract: Contract = _LA, context: Context = CONTEXT) -> tuple[Outcome, Annotated]:
    outcome = check_file(data, contract, context)
    return outcome, annotated(read(data, headings()).grids, [outcome])


def _book(data: bytes) -> Book:
    return opened(_copy(data)[1].data)


def _told(outcome: Outcome) -> list[object]:
    findings = [(f.rule, f.severity, f.sheet, f.cell, f.column, f.message) for f in outcome.findings]
    return [outcome.verdict, outcome.rows, dict(outcome.by_rule), *findings]


def _csv(rows: list[dict[str, str | None]]) -> bytes:
    return csv_of(_LA.main, rows).encode()


def _cells(data: bytes, without: Collection[str] = ()) -> dict[str, str]:
    """Return address -> text of what the reader finds on the sheet of the return, but for the columns headed so."""
    grid = next(g for g in read(data, headings()).grids if g.name == "LA-DA")
    ours = {x for row in grid.frame.rows() for x, cell in enumerate(row) if cell in without}
    return {
        f"{letter(grid.offset + x)}{place}": cell
        for place, row in zip(grid.places, grid.frame.rows(), strict=True)
        for x, cell in enumerate(row)
        if cell is not None and x not in ours
    }


def _workbook(rows: list[list[object]], name: str = "LA-DA", *more: Page, form: str = "xlsx") -> bytes:
    return write_pages([Page(name, rows), *more], form)  # type: ignore[arg-type]


def _rows(*changes: dict[str, str | None]) -> list[list[object]]:
    filled: list[list[object]] = [[*{**example_row(_LA.main), **c}.values()] for c in changes]
    return [[*_LA.main.names], *filled]


@pytest.fixture(scope="module")
def dirty() -> Synthetic:
    """Return made-up returns of which one cell in twenty-five is bad."""
    return synthesise(theme("domestic-abuse-2024"), "E06000038", 30, 11, 0.04)


@pytest.mark.further
@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_copy_is_judged_like_the_file_it_is_a_copy_of(form: str, dirty: Synthetic, tmp_path: Path) -> None:
    for path in write(dirty, tmp_path, form):  # type: ignore[arg-type]
        if path.stem in CONTRACTS and path.suffix != ".parquet":
            outcome, copy = _copy(path.read_bytes(), CONTRACTS[path.stem], dirty.context)
            again = check_file(copy.data, CONTRACTS[path.stem], dirty.context)
            assert copy.whole
            assert _told(again) == _told(outcome)


@given(
    cells=st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn")), max_size=12), min_size=6),
    title=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=9),
)
@_QUICK
def test_every_cell_of_a_copy_reads_as_it_did(cells: list[str], title: str) -> None:
    rows: list[list[object]] = [[title], [None], [None, *_LA.main.names]]
    rows += [[None, *(cells[n % len(cells)] if n % 3 else None for n in range(k, k + 27))] for k in range(3)]
    for data in (write_pages([Page("LA-DA", rows)], "xlsx"), write_pages([Page("LA-DA", rows)], "ods")):
        outcome, copy = _copy(data)
        assert _cells(copy.data, {MARKS}) == _cells(data)
        assert _told(check_file(copy.data, _LA, CONTEXT)) == _told(outcome)


def test_l4_same_file_makes_the_same_bytes() -> None:
    assert _copy(_csv(_TWO))[1].data == _copy(_csv(_TWO))[1].data


def test_each_place_stays_where_it_was_and_says_what_is_wrong() -> None:
    rows: list[list[object]] = [["A title"], [None], [None, None, *_LA.main.names]]
    rows += [[None, None, *row] for row in _rows({"sex": "zz"}, {"la_child_id": "B", "ethnicity": None})[1:]]
    book = _book(_workbook(rows))
    sheet = book.sheets["LA-DA"]
    assert (sheet.cells["A1"], sheet.cells["I4"]) == ("A title", "zz")
    assert sheet.comments["I4"].startswith("Error, sex: The cell is not one of the codes.")
    assert "J5" not in sheet.cells
    assert sheet.comments["J5"].startswith("Error, ethnicity: The cell is blank")


def test_no_place_is_told_by_colour_alone() -> None:
    data = (csv_of(_LA.main, [{"sex": "zz"}]).replace("\n", ",religion\n", 1) + "\n").encode()
    book = _book(data)
    sheet = book.sheets["LA-DA"]
    looks = {cell: book.look("LA-DA", cell) for cell in ("G2", "AB1", "A2")}
    assert len({look["fill"] for look in looks.values()}) == len({look["border"] for look in looks.values()}) == 3
    assert sheet.comments["AB1"].startswith("Info: ")
    assert (sheet.cells["AC1"], sheet.cells["AC2"]) == (MARKS, "Error: sex.")


def test_several_findings_in_a_cell_are_one_comment_and_the_worst_colours_it() -> None:
    outcome, copy = _copy(_csv([{"sex": "zz"}]))
    (one,) = (f for f in outcome.findings if f.cell == "G2")
    query = replace(one, severity="query", rule="LA-DA.sex.odd", message="Is this right?")
    both = replace(outcome, findings=(query, one), by_rule={one.rule: 1, query.rule: 1})
    book = opened(annotated(read(_csv([{"sex": "zz"}]), headings()).grids, [both]).data)
    lines = book.sheets["LA-DA"].comments["G2"].split("\n")
    assert [line.split(",")[0] for line in lines] == ["Error", "Query"]
    assert book.look("LA-DA", "G2") == opened(copy.data).look("LA-DA", "G2")


def test_nothing_that_was_sent_becomes_a_formula() -> None:
    wicked = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2", '=HYPERLINK("http://x")', "{=1}", "http://x", "#N/A"]
    data = _csv([{"forename": text, "surname": "=1+1", "sex": text} for text in wicked])
    book = _book(data)
    assert book.formulas == 0
    at = _LA.main.names.index("forename")
    column = chr(ord("A") + at)
    sheet = book.sheets["LA-DA"]
    assert [sheet.cells[f"{column}{n}"] for n in range(2, 2 + len(wicked))] == wicked
    assert {sheet.kinds[f"{column}{n}"] for n in range(2, 2 + len(wicked))} == {"s"}


@pytest.mark.parametrize("form", ["xlsx", "ods"])
def test_real_dates_stay_real_and_text_stays_text(form: str) -> None:
    rows = _rows({}, {**_OTHER, "date_of_birth": "14/03/2020"})
    at = _LA.main.names.index("date_of_birth")
    rows[1][at] = date(2020, 3, 14)
    book = _book(_workbook(rows, form=form))
    sheet = book.sheets["LA-DA"]
    assert (sheet.kinds["E2"], book.look("LA-DA", "E2")["number"]) == ("n", "dd/mm/yyyy")
    assert date(1899, 12, 30).toordinal() + int(sheet.cells["E2"]) == date(2020, 3, 14).toordinal()
    assert (sheet.cells["E3"], book.look("LA-DA", "E3")["number"]) == ("14/03/2020", "@")


def test_days_before_1901_stay_text_as_workbooks_count_them_wrongly() -> None:
    rows = _rows({})
    rows[1][_LA.main.names.index("date_of_birth")] = "1900-01-14 00:00:00"
    assert _book(_workbook(rows)).sheets["LA-DA"].cells["E2"] == "1900-01-14 00:00:00"


def test_hidden_sheets_are_left_out_and_said_and_a_hidden_stamp_still_counts() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        about = book.add_worksheet("About")
        about.write_row(0, 0, ["Area code", "E08000019"])
        sheet = book.add_worksheet("LA-DA")
        for y, row in enumerate(_rows({})):
            sheet.write_row(y, 0, row)
        away = book.add_worksheet("Old rows")
        away.write(0, 0, "x")
        sheet.activate()
        sheet.set_first_sheet()
        about.hide()
        away.hide()
    outcome, copy = _copy(out.getvalue())
    assert outcome.findings[0].rule == "FILE.wrong_area"
    made = opened(copy.data)
    assert list(made.sheets) == [ABOUT, PLACES, "About", "LA-DA"]
    assert made.sheets["About"].hidden
    assert any("Hidden sheets are left out" in t and "Old rows" in t for t in made.sheets[ABOUT].cells.values())
    assert check_file(copy.data, _LA, CONTEXT).findings[0].rule == "FILE.wrong_area"


def test_merged_cells_and_formulas_without_a_value_are_found_again_in_the_copy() -> None:
    out = io.BytesIO()
    at = {name: x for x, name in enumerate(_LA.main.names)}
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("LA-DA")
        sheet.merge_range(0, 0, 0, 5, "A title over all")
        for y, row in enumerate(_rows({}, _OTHER, {**_OTHER, "la_child_id": "C", "forename": "O"})):
            sheet.write_row(y + 1, 1, row)
        sheet.merge_range(2, at["allocated_team"] + 1, 3, at["allocated_team"] + 1, "Team 1")
        sheet.write_formula(4, at["surname"] + 1, "=1/0", None, "#DIV/0!")
    outcome, copy = _copy(out.getvalue())
    again = check_file(copy.data, _LA, CONTEXT)
    rules = {"FILE.merged_cells", "FILE.error_value"}
    assert rules <= set(outcome.by_rule)
    assert {(f.rule, f.cell) for f in again.findings} == {(f.rule, f.cell) for f in outcome.findings}
    assert again.verdict == outcome.verdict == "rejected"
    assert opened(copy.data).formulas == 0


def test_block_of_merged_cells_without_end_gives_the_marked_rows() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": False}) as made:
        sheet = made.add_worksheet("LA-DA")
        for y, row in enumerate(_rows({"sex": "zz"})):
            sheet.write_row(y, 0, row)
        sheet.merge_range(5, 0, 3_000, 5, "")
    _, copy = _copy(out.getvalue())
    assert not copy.whole
    assert any("cells of your file are merged" in text for text in opened(copy.data).sheets[ABOUT].cells.values())


def test_other_sheets_stay_in_their_order_and_are_told_of_as_before() -> None:
    notes = Page("Notes: of Ms Zebulonia"[:20].replace(":", ""), [["a"], ["b"]])
    data = write_pages([notes, Page("LA-DA", _rows({"sex": "zz"}))], "xlsx")
    outcome, copy = _copy(data)
    assert list(opened(copy.data).sheets) == [ABOUT, PLACES, notes.name, "LA-DA"]
    assert {(f.rule, f.sheet) for f in outcome.findings} >= {("FILE.extra_sheet", "sheet 1")}
    assert _told(check_file(copy.data, _LA, CONTEXT)) == _told(outcome)


def test_title_lines_of_a_text_file_stay_above_its_headers() -> None:
    text = 'Return of the council,"x, y"\n\n' + csv_of(_LA.main, [{"sex": "zz"}])
    outcome, copy = _copy(text.encode())
    sheet = opened(copy.data).sheets["LA-DA"]
    assert (sheet.cells["A1"], sheet.cells["B1"], sheet.cells["A3"]) == ("Return of the council", "x, y", "la_child_id")
    assert set(sheet.comments) == {f.cell for f in outcome.findings}


def test_rows_after_a_line_break_in_a_cell_are_marked_where_a_spreadsheet_shows_them() -> None:
    data = _csv([{"allocated_team": "Team\nof two"}, {**_OTHER, "sex": "zz"}])
    sheet = _book(data).sheets["LA-DA"]
    assert (sheet.cells["G3"], list(sheet.comments)) == ("zz", ["G3"])


def test_finding_on_a_column_that_is_missing_marks_the_header_row() -> None:
    book = _book(csv_of(_LA.main, [{}], headers={"ethnicity": "nothing alike"}).encode())
    comments = book.sheets["LA-DA"].comments
    assert "The column ethnicity is missing." in comments["A1"]
    assert comments["H1"].startswith("Info: ")


def test_text_file_of_another_return_is_refused_in_its_copy_too() -> None:
    other = csv_of(CONTRACTS["POL-1"].main, [{}]).encode()
    outcome, copy = _copy(other)
    assert [f.rule for f in outcome.findings] == ["FILE.wrong_return"]
    assert _told(check_file(copy.data, _LA, CONTEXT)) == _told(outcome)


def test_copy_of_a_mended_copy_has_one_column_of_marks() -> None:
    _, first = _copy(_csv([{"sex": "zz"}]))
    outcome, second = _copy(first.data)
    cells = opened(second.data).sheets["LA-DA"].cells
    assert [at for at, text in cells.items() if text == MARKS] == ["AB1"]
    assert list(opened(second.data).sheets) == [ABOUT, PLACES, "LA-DA"]
    assert _told(check_file(second.data, _LA, CONTEXT)) == _told(outcome)


def test_row_that_holds_nothing_but_our_marks_is_no_row() -> None:
    rows: list[list[object]] = [[*row, None] for row in _rows({}, {})]
    rows[0][-1] = MARKS
    rows[2] = [*[None] * len(_LA.main.names), "Error: sex."]
    outcome = check_file(_workbook(rows), _LA, CONTEXT)
    assert (outcome.verdict, outcome.rows) == ("accepted", 1)


def test_sheet_names_that_a_workbook_cannot_have_are_made_ones_it_can() -> None:
    long = "A name of a sheet that is longer than thirty-one letters"
    pages = [Page(name, [["x"]]) for name in ("a/b", "A b", "[History]", "History", long, long + "!", "'q'", "Café")]
    outcome = check_file(_csv([{}]), _LA, CONTEXT)
    grids = read(write_pages([Page("LA-DA", _rows({})), *pages], "ods"), headings()).grids
    names = list(opened(annotated(grids, [outcome]).data).sheets)[1:]
    assert len({n.lower() for n in names}) == len(grids)
    assert all(0 < len(n) <= 31 for n in names)


def test_first_sheet_says_verdict_counts_and_what_to_do() -> None:
    told = list(_book(_csv(_TWO)).sheets[ABOUT].cells.values())
    assert told[0] == "LA-DA: your file with the places to fix marked"
    assert {"Verdict: Needs correcting", "Rows: 2", "Errors: 1", "What to do next", "How places are marked"} <= set(
        told
    )
    assert told[-1] == f"Sheets that follow: {PLACES}, LA-DA."


def test_second_sheet_is_one_table_with_links_to_the_first_places() -> None:
    rows: list[dict[str, str | None]] = [
        {**_OTHER, "sex": f"z{n}", "la_child_id": f"A{n}", "forename": f"N{n}"} for n in range(7)
    ]
    sheet = _book(_csv(rows)).sheets[PLACES]
    row = next(at[1:] for at, text in sheet.cells.items() if text == "LA-DA.sex.code")
    assert [sheet.cells[f"{c}{row}"] for c in "ABCDFHIJKL"] == [
        "Error", "7", "LA-DA", "G, sex", "Cells and rows", "G2", "G3", "G4", "G5", "G6",
    ]  # fmt: skip
    assert sheet.links[f"H{row}"] == "'LA-DA'!G2"


def test_what_was_filled_down_is_marked_in_each_of_its_cells() -> None:
    rows: list[dict[str, str | None]] = [
        {**_OTHER, "sex": "zz" if 1 <= n <= 3 else "F", "la_child_id": f"A{n}", "forename": f"N{n}"} for n in range(6)
    ]
    copy = _book(_csv(rows)).sheets["LA-DA"]
    assert [cell for cell in copy.comments if cell.startswith("G")] == ["G3", "G4", "G5"]


def test_clean_file_has_no_table_of_places() -> None:
    assert list(_book(_csv([{}])).sheets) == [ABOUT, "LA-DA"]


@pytest.fixture
def few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "CELLS", 30)


@pytest.mark.usefixtures("few_cells")
def test_large_file_gives_its_marked_rows_with_their_numbers() -> None:
    rows: list[dict[str, str | None]] = [
        {
            "sex": "zz" if n % 3 == 1 else "F",
            "la_child_id": f"A{n}",
            "upn": None,
            "nhs_number": None,
            "forename": f"N{n}",
        }
        for n in range(9)
    ]
    _, copy = _copy(("Title\n" + csv_of(_LA.main, rows)).encode())
    book = opened(copy.data)
    sheet = book.sheets["LA-DA"]
    assert (copy.whole, copy.name) == (False, "marked-rows.xlsx")
    assert [sheet.cells[f"A{n}"] for n in range(1, 5)] == [LINE, "4", "7", "10"]
    assert sheet.comments["H2"].startswith("G4 in your file.\nError, sex: ")
    assert book.sheets[PLACES].links["H2"] == "'LA-DA'!H2"
    assert any("more than 30 filled cells" in text for text in book.sheets[ABOUT].cells.values())


@pytest.mark.usefixtures("few_cells")
def test_marked_rows_alone_are_never_taken_for_the_return() -> None:
    _, copy = _copy(_csv([{"sex": "zz"}, {"la_child_id": "B"}]))
    outcome = check_file(copy.data, _LA, CONTEXT)
    assert [(f.rule, f.severity) for f in outcome.findings] == [("FILE.marked_rows", "error")]
    assert outcome.rows == 0


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ((csv_of(_LA.main, [{}]).rstrip("\n") + ",stray\n").encode(), "more cells than there are headers"),
        (_csv([{"sex": "zz", "allocated_team": "x" * 40_000}]), "more than 32,767 characters"),
    ],
    ids=["long row", "long cell"],
)
def test_file_that_no_workbook_can_hold_whole_gives_its_marked_rows(data: bytes, why: str) -> None:
    _, copy = _copy(data)
    book = opened(copy.data)
    assert not copy.whole
    assert any(why in text for text in book.sheets[ABOUT].cells.values())
    assert book.sheets["LA-DA"].comments


def test_copy_of_one_file_of_several_bears_its_own_marks() -> None:
    files = [_csv([{}]), _csv([{**_OTHER, "sex": "zz"}])]
    (outcome,) = check_files(files, (_LA,), CONTEXT)
    books = [opened(annotated(read(f, headings()).grids, [outcome], n).data) for n, f in enumerate(files, 1)]
    assert [list(b.sheets["LA-DA"].comments) for b in books] == [[], ["G2"]]
    assert any(t.startswith("File 2 of the return") for t in books[1].sheets[ABOUT].cells.values())


def test_workbook_of_several_returns_has_one_copy_with_the_marks_of_all() -> None:
    police = CONTRACTS["POL-1"]
    row = example_row(police.main)
    first, second = police.main.names[:2]
    others = Page("POL-1", [[*row], [*{**row, first: None, second: None}.values()]])
    data = _workbook(_rows({"sex": "zz"}), "LA-DA", others)
    outcomes = check_files([data], (_LA, police), CONTEXT)
    book = opened(annotated(read(data, headings()).grids, outcomes).data)
    found = {(f.sheet, f.cell) for o in outcomes for f in o.findings if f.cell}
    assert {(name, at) for name, sheet in book.sheets.items() for at in sheet.comments} == found
    assert {name for name, _ in found} == {"LA-DA", "POL-1"}
    assert book.sheets[ABOUT].cells["A1"].startswith("LA-DA, POL-1: ")


def test_template_filled_in_keeps_its_stamp() -> None:
    rows = {_LA.main.name: _rows({"sex": "zz"})[1:]}
    pages = workbook_pages(_LA, CONTEXT.theme, "xlsx", Stamp(gss="E06000038", extract="25/02/2025"), rows)  # type: ignore[arg-type]
    outcome, copy = _copy(write_pages(pages, "xlsx"))
    assert list(opened(copy.data).sheets) == [ABOUT, PLACES, "About", "Guidance", "LA-DA", "Codes"]
    assert _told(check_file(copy.data, _LA, CONTEXT)) == _told(outcome)
