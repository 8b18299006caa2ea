"""A real Annex A workbook, from cover sheet to List 11, loads as one file and is judged list by list."""

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from cli.check import command as check
from cli.template import command as template
from tests.validation import annex_a
from tests.validation.annex_a import HEADER, LEFT, LISTS, WRITERS, Sheets, line
from validation.contract.errors import UnknownReturnError
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file, check_files
from validation.files.readers import letter
from validation.files.stamp import Stamp
from validation.returns import CONTRACTS
from validation.returns.bundles import contracts, workbook_contract
from validation.synthetic import Synthetic
from validation.synthetic.writing import _rows
from validation.telling.pages import write_pages
from validation.telling.templates import workbook_pages

pytestmark = pytest.mark.parts

_ASKED = ("--theme", "domestic-abuse-2024", "--announce", "2025-02-24")
_BOTH = pytest.mark.parametrize("form", ["xlsx", "ods"])


@lru_cache
def _made() -> Synthetic:
    return annex_a.council()


def _sheets(**changes: tuple[int, int, object]) -> Sheets:
    """Return the workbook's sheets with one cell of each named list changed: record and column from 0, new content."""
    sheets = annex_a.sheets_of(_made())
    for name, (record, column, cell) in changes.items():
        sheets[name.replace("_", " ")][line(record) - 1][LEFT + column] = cell
    return sheets


def _all(data: bytes) -> dict[str, Outcome]:
    found = check_files([data], contracts(["ANNEX-A"]), _made().context)
    return {outcome.code: outcome for outcome in found}


@_BOTH
def test_every_list_of_the_workbook_is_accepted_with_its_own_rows(form: str) -> None:
    for code, outcome in _all(WRITERS[form](_sheets())).items():
        told = [(f.rule, f.sheet) for f in outcome.findings]
        left_out = ("sheet 1", "List 9", "List 10", "List 11")
        assert (outcome.verdict, told) == ("accepted", [("FILE.extra_sheet", name) for name in left_out])
        sent = _made().returns[code][code]
        frame = outcome.frames[code]
        assert frame["row"].to_list() == [line(record) for record in range(sent.height)]
        assert frame["Child Unique ID"].to_list() == sent["Child Unique ID"].to_list()
        born = sent["Date of Birth"].str.to_date("%d/%m/%Y")
        assert frame["Date of Birth"].to_list() == born.to_list()
        assert outcome.also == tuple(other for other in LISTS if other != code)


@_BOTH
def test_planted_faults_are_found_at_their_list_and_cell_and_nowhere_else(form: str) -> None:
    gender, source, started = 1, 6, CONTRACTS["LA-7"].main.names.index("Child Protection Plan Start Date")
    data = WRITERS[form](
        _sheets(List_2=(6, gender, "?"), List_3=(11, source, "z) 99"), List_7=(0, started, "31/02/2025"))
    )
    found = _all(data)
    expected = {
        "LA-2": ("LA.gender.code", "List 2", line(6), gender),
        "LA-3": ("LA-3.referral_source.code", "List 3", line(11), source),
        "LA-7": ("LA-7.start.type", "List 7", line(0), started),
    }
    for code, outcome in found.items():
        errors = [(f.rule, f.sheet, f.row, f.cell) for f in outcome.findings if f.severity == "error"]
        if code in expected:
            rule, sheet, row, column = expected[code]
            assert (rule, sheet, row, f"{letter(LEFT + column)}{row}") in errors
            assert {place[2] for place in errors} == {row}
        else:
            assert (outcome.verdict, errors) == ("accepted", [])


@_BOTH
def test_list_left_out_of_the_workbook_is_missing_and_no_other_stands_in_for_it(form: str) -> None:
    sheets = _sheets()
    del sheets["List 3"]
    found = _all(WRITERS[form](sheets))
    assert [f.rule for f in found["LA-3"].findings] == ["FILE.missing_sheet"]
    assert {code for code, outcome in found.items() if outcome.verdict != "accepted"} == {"LA-3"}


@_BOTH
def test_misspelt_header_is_suggested_at_its_cell_and_never_guessed(form: str) -> None:
    sheets = _sheets()
    header = sheets["List 1"][HEADER - 1]
    header[header.index(" Contact Source ")] = "Contact Sorce"
    found = _all(WRITERS[form](sheets))["LA-1"]
    errors = [(f.rule, f.column, f.cell) for f in found.findings if f.severity == "error"]
    assert errors == [("FILE.missing_column", "Contact Source", f"{letter(LEFT + 6)}{HEADER}")]


def _run(*args: str | Path) -> Result:
    return CliRunner().invoke(check, [*map(str, args), *_ASKED])


def _json(*args: str | Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_run(*args, "--json").stdout)
    return told


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("annex")
    made = {"good.xlsx": WRITERS["xlsx"](_sheets()), "bad.ods": WRITERS["ods"](_sheets(List_2=(6, 1, "?")))}
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in made}


def test_command_checks_the_whole_workbook_in_one_go(files: dict[str, Path]) -> None:
    done = _run(files["good.xlsx"], "--return", "annex-a")
    assert done.exit_code == 0
    assert [f"{code}: Accepted" in done.stdout for code in LISTS] == [True] * 8
    told = _json(files["good.xlsx"], "--return", "ANNEX-A")
    assert {"verdict", "rows", "errors", "queries", "findings", "by_rule", "truncated", "returns"} <= set(told)
    assert (told["verdict"], list(told["returns"])) == ("accepted", list(LISTS))
    assert told["rows"] == sum(one["rows"] for one in told["returns"].values()) > 0
    assert {f["return"] for f in told["findings"]} == set(LISTS)


def test_command_rejects_where_any_of_several_returns_is(files: dict[str, Path], tmp_path: Path) -> None:
    asked = ("--return", "LA-1", "--return", "LA-2", "--return", "LA-1")
    done = _run(files["bad.ods"], *asked, "--report", tmp_path / "report.html")
    assert done.exit_code == 1
    told = _json(files["bad.ods"], *asked)
    assert (told["verdict"], told["errors"], told["also"]) == (
        "rejected",
        told["returns"]["LA-2"]["errors"],
        [*LISTS[2:]],
    )
    assert {code: one["verdict"] for code, one in told["returns"].items()} == {"LA-1": "accepted", "LA-2": "rejected"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report LA-1.html", "report LA-2.html"]


def test_command_with_one_return_answers_as_it_always_did(files: dict[str, Path]) -> None:
    told = _json(files["good.xlsx"], "--return", "LA-4")
    assert (told["return"], told["verdict"], len(told["also"])) == ("LA-4", "accepted", 7)
    assert "returns" not in told
    assert "The file also holds LA-1, LA-2" in _run(files["good.xlsx"], "--return", "LA-4").stdout


def test_command_takes_several_files_of_one_return_and_names_the_file_of_each_finding(tmp_path: Path) -> None:
    frame = _made().returns["LA-1"]["LA-1"]
    paths = [tmp_path / "east.csv", tmp_path / "west.csv"]
    frame.head(20).write_csv(paths[0])
    frame.slice(20).with_columns(pl.lit("?").alias("Gender")).write_csv(paths[1])
    told = _json(*paths, "--return", "LA-1")
    assert told["rows"] == frame.height
    assert {f["file"] for f in told["findings"] if f["rule"] == "LA.gender.code"} == {2}
    assert "From file 2, B2 down." in _run(*paths, "--return", "LA-1").stdout


@_BOTH
def test_template_of_the_whole_annex_is_filled_in_and_accepted(form: str, tmp_path: Path) -> None:
    empty = tmp_path / f"annex.{form}"
    done = CliRunner().invoke(template, ["ANNEX-A", *_ASKED[:2], "--area", "E06000038", "--out", str(empty)])
    assert done.exit_code == 0
    asked = workbook_contract("annex-a")
    context = _made().context
    for outcome in _all(empty.read_bytes()).values():
        assert [f.rule for f in outcome.findings] == ["FILE.no_rows"]
    frames = {f"List {code[3:]}": _made().returns[code][code] for code in LISTS}
    rows = {sheet.name: _rows(sheet, frames[sheet.name]) for sheet in asked.sheets}
    full = tmp_path / f"full.{form}"
    stamp = Stamp(gss="E06000038", area="Reading")
    full.write_bytes(write_pages(workbook_pages(asked, context.theme, form, stamp, rows), form))  # type: ignore[arg-type]
    told = _json(full, "--return", "ANNEX-A", "--area", "E06000038")
    assert (told["verdict"], told["findings"]) == ("accepted", [])
    assert told["rows"] == sum(frame.height for frame in frames.values())


def test_template_of_the_annex_is_told_by_its_stamp_when_it_has_grown_old() -> None:
    asked = replace(workbook_contract("ANNEX-A"), version=7)
    pages = workbook_pages(asked, _made().context.theme, "xlsx", None, {})
    outcome = check_file(write_pages(pages, "xlsx"), CONTRACTS["LA-3"], _made().context)
    assert [f.rule for f in outcome.findings] == ["FILE.old_template"]


def test_bundle_is_spelt_out_once_and_in_order() -> None:
    assert [c.code for c in contracts(["la-3", "Annex-A", "LA-DA"])] == ["LA-3", "LA-1", "LA-2", *LISTS[3:], "LA-DA"]
    with pytest.raises(UnknownReturnError):
        contracts(["ANNEX-B"])


def test_annex_as_csv_is_misuse(tmp_path: Path) -> None:
    done = CliRunner().invoke(template, ["ANNEX-A", *_ASKED[:2], "--out", str(tmp_path / "x.csv")])
    assert done.exit_code == 2
    assert "a CSV file has one" in done.stderr
