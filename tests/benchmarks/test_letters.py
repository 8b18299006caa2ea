"""The benchmark of published letters reads a folder and prints numbers."""

import json
from pathlib import Path

import pytest

from benchmarks.letters import figures, main
from tests.tasks.reading_letters.layouts import letter_2016, letter_2022

pytestmark = pytest.mark.pure


def test_a_folder_of_letters_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(letter_2016())
    (tmp_path / "b.pdf").write_bytes(letter_2022())
    (tmp_path / "c.pdf").write_bytes(b"nothing")
    of_folder = figures(tmp_path)
    assert of_folder["no letters"] == ["c.pdf"]
    assert (of_folder["read"]["2016"]["next"], of_folder["read"]["2022"]["headline"]) == (1, 1)
    assert of_folder["norms"]["2022"]["bullets"]["improve"] == (2, 2, 2)
    assert main([str(tmp_path)]) == 0
    assert json.loads(capsys.readouterr().out)["no letters"] == ["c.pdf"]
    assert main([]) == 2
