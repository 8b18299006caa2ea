"""`jtai theme`: a new theme is begun, checked, and listed, each by one command."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import group
from tests.portal.pages.made_up import set_to


def run(*args: str) -> Result:
    return CliRunner().invoke(group, ["theme", *args])


def test_a_theme_is_begun_and_checked(tmp_path: Path) -> None:
    file = tmp_path / "neglect-2027.toml"
    made = run("new", "neglect-2027", "--out", str(file))
    assert made.exit_code == 0
    assert "jtai theme check" in made.output
    assert run("check", str(file)).output.strip() == "neglect-2027.toml can be used."
    assert run("new", "neglect-2027", "--out", str(file)).exit_code == 2


def test_each_mistake_is_told_with_its_line_and_what_was_meant(tmp_path: Path) -> None:
    file = tmp_path / "neglect-2027.toml"
    run("new", "neglect-2027", "--out", str(file))
    file.write_text(file.read_text().replace('"POL-1"', '"POL1"', 1))
    answer = run("check", str(file))
    assert answer.exit_code == 1
    assert "Did you mean 'POL-1'?" in answer.output
    (mistake,) = json.loads(run("check", str(file), "--json").output)["mistakes"]
    assert mistake["meant"] == "POL-1"
    assert file.read_text().splitlines()[mistake["line"] - 1].strip().startswith('{ code = "POL1"')


@pytest.mark.parametrize("name", ["domestic-abuse-2024", "child-sexual-exploitation-2016"])
def test_a_theme_that_ships_is_checked_by_its_name(name: str) -> None:
    assert run("check", name).exit_code == 0


def test_themes_of_ones_own_lie_in_the_state_folder_and_the_list_says_so(tmp_path: Path) -> None:
    with set_to(state=tmp_path):
        folder = tmp_path / "themes"
        assert run("list").output.splitlines()[-1] == f"Themes of your own: {folder}"
        folder.mkdir()
        run("new", "neglect-2027", "--out", str(folder / "neglect-2027.toml"))
        assert f"neglect-2027  {folder / 'neglect-2027.toml'}" in run("list").output
    with set_to(state=tmp_path, themes=tmp_path / "elsewhere"):
        assert "neglect-2027" not in run("list").output


def test_themes_are_listed_with_their_files() -> None:
    rows = json.loads(run("list", "--json").output)
    assert {row["theme"] for row in rows if row["usable"]} >= {"domestic-abuse-2024"}
    assert all(Path(row["file"]).is_file() for row in rows)
