"""`jtai guidance` writes page, PDF and templates of a theme."""

from pathlib import Path

from click.testing import CliRunner

from cli.main import group


def test_guidance_is_written_into_a_folder(tmp_path: Path) -> None:
    args = ["guidance", "domestic-abuse-2016", "--announce", "2026-12-01", "--out", str(tmp_path / "g")]
    done = CliRunner().invoke(group, args)
    assert done.exit_code == 0
    for name in ("guidance-domestic-abuse-2016.html", "guidance-domestic-abuse-2016.pdf"):
        assert (tmp_path / "g" / name).stat().st_size > 1000
    assert "Tuesday 1 December 2026" in (tmp_path / "g" / "guidance-domestic-abuse-2016.html").read_text()
