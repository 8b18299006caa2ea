"""One return in several files: read apart, judged together, and every finding told in its own file."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.validation.rows import CONTEXT, csv_of, example_row
from validation.contract.model import Contract
from validation.contract.outcome import CellFinding, Options, Outcome
from validation.contract.rules import Row
from validation.engine.checking import check_files
from validation.engine.child import check_in_child
from validation.files.parts import PART, numbered, taken_apart
from validation.files.stamp import Stamp
from validation.returns import CONTRACTS
from validation.telling.pages import write_pages
from validation.telling.reports import render
from validation.telling.templates import workbook_pages

_LA, _PRO = CONTRACTS["LA-DA"], CONTRACTS["PRO-1"]


def _together(contract: Contract, *files: bytes) -> Outcome:
    return check_files(files, (contract,), CONTEXT)[0]


def _text(*rows: Row, delimiter: str = ",", contract: Contract = _LA, sheet: int = 0) -> bytes:
    return csv_of(contract.sheets[sheet], rows, delimiter).encode()


def _named(number: int, **cells: str | None) -> Row:
    return {"la_child_id": f"CH{number}", "nhs_number": None, "upn": None, "forename": f"N{number}", **cells}


def _places(findings: Sequence[CellFinding]) -> list[tuple[str, int | None, int | None, str | None]]:
    return [(f.rule, f.file, f.row, f.cell) for f in findings]


@given(st.integers(1, PART - 1), st.integers(1, 1_000))
def test_number_of_a_row_tells_its_file_and_line_again(line: int, part: int) -> None:
    assert taken_apart(numbered(line, part)) == (part, line)


def test_rows_of_all_files_are_one_return_and_each_keeps_its_own_number() -> None:
    outcome = _together(_LA, _text(_named(1), _named(2)), _text(_named(3), delimiter=";"))
    assert (outcome.verdict, outcome.rows) == ("accepted", 3)
    assert outcome.frames["LA-DA"]["row"].to_list() == [2, 3, 2 + PART]


def test_same_child_in_two_files_is_found_in_both() -> None:
    found = _together(_LA, _text(_named(1), _named(2)), _text(_named(3), _named(1))).findings
    assert ("LA-DA.la_child_id.unique", 1, 2, "A2") in _places(found)
    assert ("LA-DA.la_child_id.unique", 2, 3, "A3") in _places(found)


def test_columns_may_stand_in_another_order_in_each_file() -> None:
    row = {**example_row(_LA.main), **_named(2, sex="zz")}
    other = "\n".join("|".join(c or "" for c in reversed(cells)) for cells in (list(row), list(row.values())))
    assert _places(_together(_LA, _text(_named(1)), other.encode()).findings) == [("LA-DA.sex.code", 2, 2, "U2")]


def test_column_missing_in_one_file_is_one_finding_there_and_none_on_its_rows() -> None:
    head, row, *_ = _text(_named(2)).decode().split("\n")
    second = f"{head.replace(',sex,', ',gender at birth,')}\n{row}\n".encode()
    outcome = _together(_LA, _text(_named(1, sex="zz")), second)
    errors = [f for f in outcome.findings if f.severity == "error"]
    assert [(f.rule, f.file) for f in errors] == [("FILE.missing_column", 2), ("LA-DA.sex.code", 1)]


def test_children_may_come_in_another_file_than_their_parents() -> None:
    main, children = _text({}, contract=_PRO), _text({}, contract=_PRO, sheet=1)
    assert "FILE.missing_sheet" in _together(_PRO, main).by_rule
    outcome = _together(_PRO, main, children)
    assert (outcome.verdict, outcome.findings) == ("accepted", ())
    assert outcome.frames["Children"]["row"].to_list() == [2 + PART]
    stray = _text({"crn": "X000001"}, contract=_PRO, sheet=1)
    assert _places(_together(_PRO, main, stray).findings) == [("PRO-1.Children.crn.known", 2, 2, "A2")]


def test_file_that_holds_nothing_of_the_return_is_named() -> None:
    outcome = _together(_LA, _text(_named(1)), _text({}, contract=CONTRACTS["POL-1"]))
    assert [(f.rule, f.file) for f in outcome.findings] == [("FILE.wrong_return", 2)]
    assert outcome.also == ("POL-1",)


def test_stamp_of_each_file_is_checked() -> None:
    def stamped(gss: str, number: int) -> bytes:
        rows = {"LA-DA": [list({**example_row(_LA.main), **_named(number)}.values())]}
        return write_pages(workbook_pages(_LA, CONTEXT.theme, "xlsx", Stamp(gss=gss), rows), "xlsx")

    assert _together(_LA, stamped("E06000038", 1), stamped("E06000038", 2)).verdict == "accepted"
    wrong = _together(_LA, stamped("E06000038", 1), stamped("E08000019", 2))
    assert [(f.rule, f.file) for f in wrong.findings] == [("FILE.wrong_area", 2)]


def test_file_that_cannot_be_read_makes_the_return_unreadable_and_is_named() -> None:
    outcome = _together(_LA, _text(_named(1)), b"%PDF-1.7")
    assert (outcome.verdict, outcome.findings[0].file) == ("unreadable", 2)


def test_notes_say_which_file_they_are_about() -> None:
    first, second = _text(_named(1)), csv_of(_LA.main, [_named(2, forename="Siân")]).encode("cp1252")
    assert _together(_LA, first, second).notes[0].startswith("File 2: The file was read as Windows-1252")


def test_l4_files_in_one_order_give_the_same_bytes_and_one_file_is_told_as_before() -> None:
    files = (_text(_named(1, sex="zz")), _text(_named(2)))
    assert _together(_LA, *files).to_json() == _together(_LA, *files).to_json()
    assert all("file" not in f.to_dict() for f in _together(_LA, files[0]).findings)


@pytest.mark.parametrize("form", [".html", ".csv"])
def test_report_shows_the_file_where_there_are_several(form: str) -> None:
    one, two = _text(_named(1, sex="zz")), _text(_named(2))
    word = {".html": '<th scope="col">File</th>', ".csv": "Severity,File,Sheet"}[form]
    assert word in render(_together(_LA, two, one), form).decode()
    assert word not in render(_together(_LA, one), form).decode()


@pytest.mark.parts
def test_child_reads_several_files_of_one_return(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for number, path in enumerate(paths):
        path.write_bytes(_text(_named(number)))
    left: dict[str, bytes] = {}
    outcome = check_in_child(paths, "LA-DA", CONTEXT, left=left)
    assert outcome == _together(_LA, *(path.read_bytes() for path in paths))
    assert outcome.frames["LA-DA"]["row"].to_list() == [2, 2 + PART]
    assert Outcome.from_json(left["report.json"]) == replace(outcome, frames={})


def test_every_place_is_told_in_its_own_file() -> None:
    files = (_text(_named(1, sex="zz")), _text(_named(2), _named(3, sex="zz")))
    outcome = check_files(files, (_LA,), CONTEXT, Options(places=True))[0]
    assert outcome.places is not None
    told = outcome.places.select("rule", "file", "row", "cell").rows()
    assert told == _places(outcome.findings) == [("LA-DA.sex.code", 1, 2, "G2"), ("LA-DA.sex.code", 2, 3, "G3")]
