"""`jtai check` as programs and people call it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.check import command
from models.themes import theme
from validation.synthetic import Synthetic, synthesise
from validation.telling.pages import to_csv

pytestmark = pytest.mark.parts

_ASKED = ["--return", "LA-DA", "--theme", "domestic-abuse-2024", "--announce", "2025-02-24"]
_KEYS = {"rule", "severity", "sheet", "row", "column", "cell", "message"}


def _write(made: Synthetic, path: Path) -> Path:
    frame = made.returns["LA-DA"]["LA-DA"]
    path.write_bytes(to_csv([frame.columns, *frame.iter_rows()]))
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("returns")
    da = theme("domestic-abuse-2024")
    return {
        "clean": _write(synthesise(da, "E06000038", 40, 1), folder / "clean.csv"),
        "dirty": _write(synthesise(da, "E06000038", 40, 1, 0.05), folder / "dirty.csv"),
    }


def _run(*args: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, args)])


def _json(*args: str | Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_run(*args, "--json").stdout)
    return told


def test_accepted_return_exits_0(files: dict[str, Path]) -> None:
    done = _run(files["clean"], *_ASKED, "--area", "E06000038")
    assert (done.exit_code, done.stdout.splitlines()[0].split(".")[0]) == (0, "LA-DA: Accepted")


def test_l14_lines_and_rows_are_both_said(files: dict[str, Path]) -> None:
    lines = files["clean"].read_bytes().count(b"\n")
    answer = _json(files["clean"], *_ASKED)
    assert (answer["lines"], answer["rows"]) == (lines, lines - 1)
    sentence = f"Your file has {lines} lines: {lines - 1} rows, 1 header."
    assert [sheet["sentence"] for sheet in answer["reckoned"]] == [sentence]
    assert sentence in _run(files["clean"], *_ASKED).stdout


def test_rejected_return_exits_1_with_located_findings(files: dict[str, Path]) -> None:
    done = _run(files["dirty"], *_ASKED)
    assert done.exit_code == 1
    told = _json(files["dirty"], *_ASKED)
    assert {"verdict", "rows", "errors", "queries", "findings", "by_rule", "truncated"} <= set(told)
    assert told["verdict"] == "rejected"
    assert all(set(f) == _KEYS for f in told["findings"])
    assert sum(told["by_rule"].values()) == len(told["findings"])
    assert all(f["cell"].endswith(str(f["row"])) for f in told["findings"])


def test_unreadable_file_exits_1(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    assert _run(path, *_ASKED).exit_code == 1
    assert _json(path, *_ASKED)["verdict"] == "unreadable"


def test_values_are_shown_only_on_request(files: dict[str, Path]) -> None:
    assert all("value" not in f for f in _json(files["dirty"], *_ASKED)["findings"])
    assert any("value" in f for f in _json(files["dirty"], *_ASKED, "--show-values")["findings"])


@pytest.mark.parametrize("form", ["html", "xlsx", "csv", "json"])
def test_report_is_written_in_the_form_of_its_name(files: dict[str, Path], tmp_path: Path, form: str) -> None:
    report = tmp_path / f"report.{form}"
    _run(files["dirty"], *_ASKED, "--report", report)
    start = {"html": b"<!DOCTYPE html>", "xlsx": b"PK", "csv": b"\xef\xbb\xbfSeverity", "json": b"{"}[form]
    assert report.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--return", "NO-1"], "There is no return 'NO-1'"),
        (["--theme", "weather"], "There is no theme 'weather'"),
        (["--area", "E99"], "There is no area 'E99'"),
        (["--announce", "tomorrow"], "'tomorrow'"),
        (["--report", "report.pdf"], "--report must end in"),
        (["--annotate", "copy.ods"], "--annotate must end in"),
    ],
)
def test_misuse_is_one_sentence_and_exit_2(files: dict[str, Path], args: list[str], words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from cli.main import main; main()", "check", str(files["clean"]), *_ASKED, *args],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_marked_copy_is_written_and_told(files: dict[str, Path], tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    done = _run(files["dirty"], *_ASKED, "--annotate", copy)
    assert done.stdout.splitlines()[-1] == f"Marked copy: {copy}"
    assert _json(copy, *_ASKED)["by_rule"] == _json(files["dirty"], *_ASKED)["by_rule"]


def test_marked_copies_of_several_files_are_numbered(files: dict[str, Path], tmp_path: Path) -> None:
    done = _run(files["dirty"], files["clean"], *_ASKED, "--annotate", tmp_path / "copy.xlsx")
    assert done.stdout.splitlines()[-2:] == [f"Marked copy: {tmp_path / f'copy {n}.xlsx'}" for n in (1, 2)]
    assert {p.name for p in tmp_path.iterdir()} == {"copy 1.xlsx", "copy 2.xlsx"}


def test_file_that_cannot_be_read_has_no_marked_copy(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    done = _run(path, *_ASKED, "--annotate", tmp_path / "copy.xlsx")
    assert (done.exit_code, "No marked copy was written" in done.stdout) == (1, True)
    assert not (tmp_path / "copy.xlsx").exists()


def test_help_has_an_example() -> None:
    assert "Example: jtai check" in _run("--help").stdout
