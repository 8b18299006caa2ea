"""The child process: what a file can do to it, and what it can say."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.validation.hanging import SLEEPING, python_in_which
from tests.validation.rows import CONTEXT, csv_of
from validation.annotated.making import annotated
from validation.contract.errors import NotAnnotatedError, OurFaultError, UnknownReturnError
from validation.contract.outcome import Options, Outcome
from validation.engine import child
from validation.engine.checking import headings
from validation.engine.child import annotate_in_child, check_in_child
from validation.files.readers import read
from validation.returns import CONTRACTS

pytestmark = pytest.mark.parts

_LA = CONTRACTS["LA-DA"]
_CANARY = "Zebulonia"


def _file(folder: Path, text: str) -> Path:
    path = folder / "a return.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_child_leaves_report_and_frames_behind(tmp_path: Path) -> None:
    outcome = check_in_child(_file(tmp_path, csv_of(_LA.main, [{}])), "la-da", CONTEXT, tmp_path)
    assert outcome.verdict == "accepted"
    assert outcome.frames["LA-DA"]["row"].to_list() == [2]
    assert Outcome.from_json((tmp_path / "report.json").read_bytes()) == outcome


def test_child_shows_values_only_on_request(tmp_path: Path) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": _CANARY}]))
    assert _CANARY not in check_in_child(path, "LA-DA", CONTEXT, tmp_path).to_json().decode()
    shown = check_in_child(path, "LA-DA", CONTEXT, tmp_path, options=Options(show_values=True))
    assert _CANARY in shown.to_json().decode()


@pytest.mark.parametrize(
    ("limit", "words"),
    [({"memory_bytes": 150 * 2**20}, "could not be read safely"), ({"seconds": 0}, "could not be read in time")],
    ids=["memory", "time"],
)
def test_child_that_dies_makes_the_file_unreadable(tmp_path: Path, limit: dict[str, int], words: str) -> None:
    outcome = check_in_child(_file(tmp_path, csv_of(_LA.main, [{}])), "LA-DA", CONTEXT, tmp_path, **limit)  # type: ignore[arg-type]
    assert outcome.verdict == "unreadable"
    assert words in outcome.findings[0].message
    assert json.loads((tmp_path / "report.json").read_bytes())["verdict"] == "unreadable"


@pytest.mark.usefixtures("alone")
def test_l9_a_rule_that_hangs_is_our_fault_and_says_nothing_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python_in_which(tmp_path, "_checked", SLEEPING))
    with pytest.raises(OurFaultError, match="ours, not yours"):
        check_in_child(_file(tmp_path, csv_of(_LA.main, [{}])), "LA-DA", CONTEXT, tmp_path, seconds=4)
    assert not (tmp_path / "report.json").exists()


def test_unknown_return_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(UnknownReturnError, match="LA-DA, LA-1"):
        check_in_child(tmp_path / "x", "NO-1", CONTEXT, tmp_path)


@pytest.mark.parametrize(
    ("said", "told"), [(b"LA-DA.sex.code", "LA-DA.sex.code"), (f"x <{_CANARY}>".encode(), "the check")]
)
def test_l9_fault_of_ours_is_never_the_senders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes, told: str
) -> None:
    monkeypatch.setattr(child, "run_job", lambda *_, **__: (70, said))
    with pytest.raises(OurFaultError, match="ours, not yours") as caught:
        check_in_child(_file(tmp_path, "x"), "LA-DA", CONTEXT, tmp_path)
    assert caught.value.what == told


def test_l5_child_says_nothing_of_the_file_even_when_it_fails(tmp_path: Path) -> None:
    job = {
        "job": "check",
        "paths": [str(_file(tmp_path, csv_of(_LA.main, [{"forename": _CANARY}])))],
        "codes": ["LA-DA"],
        "context": CONTEXT.to_json(),
        "folders": [str(tmp_path / _CANARY / "absent")],
        "memory": child.MEMORY,
        "seconds": 60,
        "options": {},
    }
    done = subprocess.run(
        [sys.executable, "-m", "validation.engine.child"],
        input=json.dumps(job).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 70
    assert done.stdout.strip().decode().isidentifier()
    assert _CANARY.encode() not in done.stdout + done.stderr


def test_child_marks_a_copy_of_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": "zz"}]))
    outcome = check_in_child(path, "LA-DA", CONTEXT, tmp_path)
    made = annotate_in_child(path, [outcome], tmp_path)
    assert (made.whole, made.data[:2]) == (True, b"PK")
    assert made.data == annotated(read(path, headings()).grids, [outcome]).data


@pytest.mark.parametrize("limit", [{"memory_bytes": 150 * 2**20}, {"seconds": 0}], ids=["memory", "time"])
def test_child_that_dies_makes_no_copy_and_says_so(tmp_path: Path, limit: dict[str, Any]) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": "zz"}]))
    outcome = check_in_child(path, "LA-DA", CONTEXT, tmp_path)
    with pytest.raises(NotAnnotatedError, match="The report lists the same places"):
        annotate_in_child(path, [outcome], tmp_path, **limit)


def test_file_that_cannot_be_read_has_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    outcome = check_in_child(path, "LA-DA", CONTEXT, tmp_path)
    with pytest.raises(NotAnnotatedError):
        annotate_in_child(path, [outcome], tmp_path)


def test_l9_fault_of_ours_while_marking_is_told_as_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": "zz"}]))
    outcome = check_in_child(path, "LA-DA", CONTEXT, tmp_path)
    monkeypatch.setattr(child, "run_job", lambda *_, **__: (70, b"KeyError"))
    with pytest.raises(OurFaultError, match="ours, not yours"):
        annotate_in_child(path, [outcome], tmp_path)
