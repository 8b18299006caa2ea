"""`jtai guidance` writes page, PDF, ODT and templates of a theme."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import group


def test_guidance_is_written_into_a_folder(tmp_path: Path) -> None:
    args = ["guidance", "domestic-abuse-2016", "--announce", "2026-12-01", "--out", str(tmp_path / "g")]
    done = CliRunner().invoke(group, args)
    assert done.exit_code == 0
    for form in ("html", "pdf", "odt"):
        name = f"guidance-domestic-abuse-2016.{form}"
        assert (tmp_path / "g" / name).stat().st_size > 1000
    assert "Tuesday 1 December 2026" in (tmp_path / "g" / "guidance-domestic-abuse-2016.html").read_text()


@pytest.mark.parametrize(("form", "start"), [("odt", b"PK"), ("PDF", b"%PDF"), ("html", b"<!DOCTYPE html>")])
def test_one_file_is_written_where_the_name_says_which(tmp_path: Path, form: str, start: bytes) -> None:
    out = tmp_path / "new" / f"guidance.{form}"
    done = CliRunner().invoke(group, ["guidance", "domestic-abuse-2016", "--out", str(out)])
    assert done.exit_code == 0
    assert done.output == f"{out}\n"
    assert out.read_bytes().startswith(start)
    assert [path.name for path in out.parent.iterdir()] == [out.name]


@pytest.mark.parametrize("there", [True, False])
def test_a_file_of_another_kind_is_not_taken_for_a_folder(tmp_path: Path, there: bool) -> None:
    if there:
        (tmp_path / "guidance.docx").write_bytes(b"mine")
    done = CliRunner().invoke(group, ["guidance", "domestic-abuse-2016", "--out", str(tmp_path / "guidance.docx")])
    assert done.exit_code == 2
    assert "Give a folder, or a file that ends in .html, .pdf or .odt." in done.output
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"mine"] * there
