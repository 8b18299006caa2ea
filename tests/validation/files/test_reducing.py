"""What was not asked for goes from a file, and what is left has the same verdict, findings and places."""

import csv
import io
import random
from dataclasses import replace

import polars as pl
import pytest
import xlsxwriter

from tests.validation.hand_made import ods, ods_row
from tests.validation.rows import CONTEXT, csv_of, example_row
from validation.contract.model import Contract
from validation.contract.outcome import Options
from validation.engine.checking import check_files, contracts_with, headings
from validation.files.copies import copy_of, read_copy
from validation.files.readers import Grid, Read, read
from validation.files.readers.distinct import distinct_of
from validation.files.reducing import Reduced, reduced
from validation.returns import CONTRACTS

_POL, _LA = CONTRACTS["POL-1"], CONTRACTS["LA-DA"]
_SECRET = "Quizzlebury"
_EVERYTHING = Options(everything=True, places=True)


def _rows(contract: Contract, count: int, extra: str = _SECRET) -> list[list[str]]:
    """Return headers and rows with a column in their middle that was not asked for."""
    names = contract.main.names
    cells = [list(names), *([v or "" for v in example_row(contract.main).values()] for _ in range(count))]
    for number, row in enumerate(cells):
        row[0] = row[0] if number == 0 else f"{row[0]}{number}"
        row.insert(2, f"{extra} {number}" if number else "Suspect")
    return cells


def _csv(cells: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(cells)
    return out.getvalue().encode()


def _xlsx(sheets: dict[str, list[list[str]]], hidden: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for y, row in enumerate(cells):
                sheet.write_row(y, 0, row)
            if name in hidden:
                sheet.hide()
    return out.getvalue()


def _ods(cells: list[list[str]], name: str) -> bytes:
    return ods(f'<table:table table:name="{name}">{"".join(ods_row(row) for row in cells)}</table:table>')


def _read(data: bytes) -> Read:
    return read(data, headings())


def _reduced(file: Read, contract: Contract, *others: Contract) -> Reduced | None:
    asked = {c.code: c for c in (contract, *others)}
    return reduced(file, contracts_with((contract,)), (contract.code,), asked)


def _left(file: Read, contract: Contract, *others: Contract) -> Read:
    found = _reduced(file, contract, *others)
    assert found is not None
    return read_copy(copy_of(found.read))


def _says(file: Read, contract: Contract) -> tuple[bytes, bytes]:
    (outcome,) = check_files((file,), (contract,), CONTEXT, _EVERYTHING)
    places = outcome.places
    assert places is not None
    return outcome.to_json(), places.write_csv().encode()


def _cells(file: Read) -> str:
    return "".join(grid.name + grid.frame.write_csv() + str(grid.above) for grid in file.grids)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_a_column_goes_and_everything_else_stays_in_its_place(form: str) -> None:
    cells = _rows(_POL, 9)
    cells[4][8] = "?"
    data = {"csv": _csv(cells), "xlsx": _xlsx({"POL-1": cells}), "ods": _ods(cells, "POL-1")}[form]
    file = _read(data)
    left = _left(file, _POL)
    assert _SECRET in _cells(file)
    assert _SECRET not in _cells(left)
    assert _says(left, _POL) == _says(file, _POL)
    assert b"Suspect" in copy_of(left)
    assert left.grids[0].lines.to_list() == file.grids[0].lines.to_list()
    assert left.grids[0].places.to_list() == file.grids[0].places.to_list()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_whether_a_cell_was_filled_is_not_kept_either(form: str) -> None:
    cells = _rows(_POL, 9)
    for row in cells[1::2]:
        row[2] = ""
    left = _left(_read(_csv(cells) if form == "csv" else _xlsx({"POL-1": cells})), _POL)
    assert left.grids[0].frame["2"].drop_nulls().to_list() == ["Suspect"]


def test_a_file_with_nothing_that_was_not_asked_for_is_not_reduced() -> None:
    assert _reduced(_read(csv_of(_POL.main, [{}] * 3).encode()), _POL) is None
    # A column without any cell says nothing of anybody.
    cells = _rows(_POL, 3)
    for row in cells[1:]:
        row[2] = ""
    assert _reduced(_read(_csv(cells)), _POL) is None


def test_a_header_that_is_probably_one_of_ours_was_asked_for() -> None:
    cells = _rows(_POL, 3)
    at = cells[0].index("child_date_of_birth")
    for row in cells:
        del row[2]
    cells[0][at - 1] = "child_date_of_brith"
    assert _reduced(_read(_csv(cells)), _POL) is None


def test_a_column_that_a_theme_does_not_ask_for_goes() -> None:
    sheet = _POL.main
    fewer = replace(_POL, sheets=(replace(sheet, columns=sheet.columns[:-1], unasked=sheet.columns[-1:]),))
    name = sheet.columns[-1].name
    found = _reduced(_read(csv_of(sheet, [{name: "Y"}]).encode()), fewer)
    assert found is not None
    assert found.columns == 1
    assert found.read.grids[0].frame.to_series(-1).to_list() == [name, None]


def test_sheets_go_with_their_names() -> None:
    cells = _rows(_POL, 3)
    for row in cells:
        del row[2]
    family = [["Forename", "Sex"], [_SECRET, "F"]]
    file = _read(_xlsx({"POL-1": cells, f"{_SECRET}s": family, "Hidden": family}, ("Hidden",)))
    found = _reduced(file, _POL)
    assert found is not None
    assert (found.columns, found.sheets) == (0, 2)
    left = _left(file, _POL)
    assert _SECRET not in _cells(left)
    assert _says(left, _POL) == _says(file, _POL)


@pytest.mark.parametrize("asked", [True, False])
def test_another_return_in_the_file_stays_where_its_sender_is_asked_for_it(*, asked: bool) -> None:
    children = [v or "" for v in {**example_row(_LA.main), "forename": _SECRET}.values()]
    police = _rows(_POL, 3, "x")
    file = _read(_xlsx({"POL-1": police, "LA-DA": [list(_LA.main.names), children]}))
    left = _left(file, _POL, *([_LA] if asked else []))
    assert (_SECRET in _cells(left)) is asked
    assert _says(left, _POL) == _says(file, _POL)
    (outcome,) = check_files((left,), (_POL,), CONTEXT)
    assert outcome.also == ("LA-DA",)


def test_a_file_of_another_return_stays_as_it_is() -> None:
    assert _reduced(_read(_csv(_rows(_POL, 3))), _LA) is None


def test_l4_the_copy_has_the_same_bytes_each_time_and_is_read_as_what_it_is_of() -> None:
    data = _csv(_rows(_POL, 9))
    one, two = (copy_of(_left(_read(data), _POL)) for _ in range(2))
    assert one == two
    assert copy_of(read_copy(one)) == one


_VALUES = ("Y", None, "Smith, John", "nil", "----", "sex", "date_of_birth", "none", None, "12/03/2020")


def _with_more(file: Read, rng: random.Random) -> Read:
    """Return a file to which columns were added that nobody asked for, with headers, without, or with two of a name."""
    grids = []
    for grid in file.grids:
        columns, height = list(grid.frame), grid.frame.height
        share = rng.choice((0.05, 0.5, 1))
        for _ in range(rng.choice((1, 2, 8))):
            cells = [rng.choice(_VALUES) if rng.random() < share else None for _ in range(height)]
            for n in range(min(height, 3)):
                cells[n] = rng.choice(("Alleged perpetrator", "Notes", None, "Force ref", "DOB"))
            columns.append(pl.Series("x", cells, dtype=pl.String))
        frame = pl.DataFrame([column.alias(str(n)) for n, column in enumerate(columns)])
        grids.append(replace(grid, frame=frame, distinct=distinct_of(frame)))
    if rng.random() < 0.3 and grids[0].name:
        frame = pl.DataFrame({"0": ["a", "Sex", "b"], "1": ["q", "Date of birth", None]})
        numbers = pl.Series([1, 2, 3])
        visible = rng.random() < 0.7
        grids.append(Grid("A family", frame, numbers, numbers, visible=visible, distinct=distinct_of(frame)))
    return Read(tuple(grids), file.notes)


def _spoiled(rng: random.Random) -> list[list[str]]:
    """Return a return with rows that are none: headers again, lines, notes, totals, types, blanks, another table."""
    cells = _rows(_POL, 14)
    for row in cells:
        del row[2]
    width = len(cells[0])
    others: list[list[str]] = [
        list(cells[0]), ["----"] * width, ["nil"], [""], ["Total", "", "14"], ["Prepared by the analysts"],
        ["varchar(20)", "int", "datetime"] * (width // 3), [*_LA.main.names][:width], ["", "", "", "sex"],
    ]  # fmt: skip
    for other in rng.sample(others, rng.randint(1, 4)):
        cells.insert(rng.randint(0, len(cells)), other)
    return [[*row, *[""] * (width - len(row))] for row in cells]


@pytest.mark.parametrize("seed", range(120))
def test_whatever_is_beside_the_rows_the_copy_says_the_same(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - tests want the same files each time
    cells = _spoiled(rng)
    file = _with_more(_read(_csv(cells) if seed % 2 else _xlsx({"POL-1": cells})), rng)
    found = _reduced(file, _POL)
    left = read_copy(copy_of(found.read if found else file))
    assert _says(left, _POL) == _says(file, _POL)
    assert "Smith, John" not in _cells(left) or found is None
