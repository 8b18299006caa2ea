"""`jtai fill` writes one workbook a return, says what is missing, and sends nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import group
from tests.validation.annex_a import LISTS, council, sheets_of, xlsx

pytestmark = pytest.mark.parts
_ASKED = ["--theme", "domestic-abuse-2024", "--announce", "2025-02-24", "--area", "E06000038"]


@pytest.fixture
def extract(tmp_path: Path) -> str:
    path = tmp_path / "annex-a.xlsx"
    path.write_bytes(xlsx(sheets_of(council())))
    return str(path)


def test_an_annex_a_workbook_fills_nine_returns_that_the_check_can_read(extract: str, tmp_path: Path) -> None:
    out = tmp_path / "filled"
    done = CliRunner().invoke(group, ["fill", extract, *_ASKED, "--out", str(out), "--json"])
    assert done.exit_code == 0
    account = json.loads(done.output)
    assert set(account["files"]) == {*LISTS, "LA-DA"}
    assert account["filled_cells"] / account["required_cells"] >= 0.9
    check = CliRunner().invoke(group, ["check", account["files"]["LA-7"], "--return", "LA-7", *_ASKED])
    assert check.exit_code == 0


def test_people_read_what_is_missing_and_that_nothing_is_sent(extract: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(group, ["fill", extract, *_ASKED, "--out", str(tmp_path / "filled")])
    assert "Missing   household_id" in done.output
    assert "Rewritten Gender" in done.output
    assert "Nothing is sent." in done.output


def test_a_file_that_is_no_extract_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    done = CliRunner().invoke(group, ["fill", str(path), *_ASKED, "--out", str(tmp_path / "filled")])
    assert done.exit_code != 0
    assert "no list that we know" in str(done.exception)


def test_an_export_with_headers_of_its_own_fills_a_return_by_a_mapping(tmp_path: Path) -> None:
    export, mapping, out = tmp_path / "export.csv", tmp_path / "mapping.json", tmp_path / "filled"
    export.write_text("Occurrence No,DOB,Council,Grade\n123,14/03/2020,E06000038,STD\n")
    begun = CliRunner().invoke(
        group, ["fill", str(export), *_ASKED, "--return", "POL-1", "--suggest", str(mapping), "--json"]
    )
    assert begun.exit_code == 0
    assert not out.exists()
    fields = json.loads(mapping.read_text())
    assert fields["columns"]["incident_ref"] == "Occurrence No"
    fields["columns"]["risk_grade"] = "Grade"
    fields["values"] = {"risk_grade": {"STD": "standard"}}
    mapping.write_text(json.dumps(fields))
    done = CliRunner().invoke(
        group, ["fill", str(export), *_ASKED, "--mapping", str(mapping), "--out", str(out), "--json"]
    )
    assert done.exit_code == 0
    account = json.loads(done.output)
    assert list(account["files"]) == ["POL-1"]
    assert account["returns"][0]["rows"] == 1
    assert any(each["column"] == "child_seq" for each in account["returns"][0]["missing"])
