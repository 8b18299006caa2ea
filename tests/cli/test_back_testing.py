"""`jtai theme back-test` reads a folder of letters, offline, and names what is none."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from cli.main import group
from tests.tasks.reading_letters.layouts import letter_2022


def run(*arguments: str) -> Result:
    """Run `jtai theme back-test`."""
    return CliRunner().invoke(group, ["theme", "back-test", *arguments])


def test_a_folder_is_answered_as_a_table_and_as_json(tmp_path: Path) -> None:
    (tmp_path / "eastmere.pdf").write_bytes(letter_2022())
    shown = run(str(tmp_path), "--theme", "domestic-abuse-2016")
    assert shown.exit_code == 0
    assert "information_sharing" in shown.output
    assert "of 6 messages found in 1 letter" in shown.output
    value = json.loads(run(str(tmp_path), "--theme", "domestic-abuse-2016", "--json").output)
    assert (value["theme"], value["unread"], len(value["messages"])) == ("domestic-abuse-2016", [], 6)


def test_what_is_no_letter_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "eastmere.pdf").write_bytes(letter_2022())
    (tmp_path / "other.pdf").write_bytes(b"nothing")
    done = run(str(tmp_path), "--theme", "domestic-abuse-2024", "--json")
    assert done.exit_code == 1
    assert "other.pdf: This file cannot be read as a PDF." in done.stderr
    assert len(json.loads(done.stdout)["letters"]) == 1


def test_an_empty_folder_and_a_theme_without_messages_are_misuse(tmp_path: Path) -> None:
    empty = run(str(tmp_path), "--theme", "domestic-abuse-2024")
    assert (empty.exit_code, "There is no PDF" in empty.stderr) == (2, True)
    silent = run(str(tmp_path), "--theme", "front-door-2024")
    assert (silent.exit_code, "has no messages" in silent.stderr) == (2, True)
