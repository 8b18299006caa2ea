"""`jtai template` writes the empty workbook of a return."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.template import command
from validation.files.readers import read

_THEME = ("--theme", "domestic-abuse-2024")


@pytest.mark.parametrize(("form", "start"), [("xlsx", b"PK"), ("ods", b"PK"), ("csv", b"\xef\xbb\xbfla_child_id,")])
def test_template_in_each_form(tmp_path: Path, form: str, start: bytes) -> None:
    out = tmp_path / f"LA-DA.{form}"
    done = CliRunner().invoke(command, ["LA-DA", *_THEME, "--area", "E06000038", "--out", str(out)])
    assert (done.exit_code, done.stdout.strip()) == (0, str(out))
    assert out.read_bytes().startswith(start)


def test_l8_a_template_of_an_inspection_names_its_window_and_its_area_s_values(tmp_path: Path) -> None:
    out = tmp_path / "POL-1.xlsx"
    inspection = ("--area", "E06000045", "--announce", "2026-11-26")
    assert CliRunner().invoke(command, ["POL-1", *_THEME, *inspection, "--out", str(out)]).exit_code == 0
    about, guidance = (grid.frame for grid in read(out.read_bytes(), frozenset()).grids[:2])
    assert "26 May 2026 to 26 November 2026" in str(about.rows())
    assert "E06000045" in str(guidance.rows())
    assert "E06000038" not in str([*about.rows(), *guidance.rows()])


def test_other_endings_are_misuse(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, ["LA-DA", *_THEME, "--out", str(tmp_path / "x.doc")])
    assert done.exit_code == 2
    assert "--out must end in" in done.stderr


def test_help_has_an_example() -> None:
    assert "Example: jtai template" in CliRunner().invoke(command, ["--help"]).stdout
