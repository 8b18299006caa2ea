"""`jtai dpia` writes the pack for data protection as PDF, ODT and page."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import group

THEME = "domestic-abuse-2024"


def _dpia(theme: str, out: Path) -> Result:
    return CliRunner().invoke(group, ["dpia", "--theme", theme, "--on", "2026-11-02", "--out", str(out)])


@pytest.mark.further
@pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("odt", b"PK"), ("html", b"<!doctype html")])
def test_it_is_written_in_each_form(tmp_path: Path, form: str, begins: bytes) -> None:
    out = tmp_path / "made" / f"pack.{form}"
    answer = _dpia(THEME, out)
    assert answer.exit_code == 0, answer.output
    assert out.read_bytes().lower().startswith(begins.lower())


def test_another_ending_and_another_theme_are_refused(tmp_path: Path) -> None:
    assert _dpia(THEME, tmp_path / "a.doc").exit_code == 2
    assert _dpia("nothing", tmp_path / "a.pdf").exit_code != 0
    assert not list(tmp_path.iterdir())
