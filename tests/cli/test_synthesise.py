"""`jtai synthesise` writes the returns of every agency, and the truth beside them."""

import json
from pathlib import Path

import polars as pl
from click.testing import CliRunner

from cli.synthesise import command
from models.themes import theme

_CODES = {owed.code for owed in theme("domestic-abuse-2024").returns}
_ASKED = ("--theme", "domestic-abuse-2024", "--area", "E06000038", "--children", "50", "--seed", "3")


def test_files_of_every_agency_and_the_truth(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [*_ASKED, "--out", str(tmp_path / "new"), "--json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    names = {Path(p).name for p in told["files"]}
    assert {name.partition(".")[0] for name in names} == {*_CODES, "truth"}
    assert {"LA-DA.xlsx", "POL-1.csv", "PRO-1.xlsx", "HEA-1.ods"} <= names
    assert told["announce"] == "2025-02-24"
    truth = pl.read_parquet(tmp_path / "new" / "truth.parquet")
    assert truth.columns == ["return", "row", "child"]
    assert truth["row"].min() == 2


def test_all_as_csv(tmp_path: Path) -> None:
    CliRunner().invoke(command, [*_ASKED, "--out", str(tmp_path), "--format", "csv"])
    second = {f"{code} Children.csv" for code in ("PRO-1", "MAR-1", "VOL-1")}
    assert {p.name for p in tmp_path.glob("*.csv")} == {*(f"{code}.csv" for code in _CODES), *second}


def test_misuse_exits_2(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, [*_ASKED, "--dirty", "3", "--out", str(tmp_path)]).exit_code == 2


def test_help_has_an_example() -> None:
    assert "Example: jtai synthesise" in CliRunner().invoke(command, ["--help"]).stdout
