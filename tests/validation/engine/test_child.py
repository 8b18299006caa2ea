"""The child process: what a file can do to it, and what it can say."""

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
from validation.engine import child, isolation
from validation.engine.checking import headings
from validation.engine.child import annotate_in_child, check_in_child
from validation.engine.memory_files import Source, given, left_in, memory_file, read_all
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
    left: dict[str, bytes] = {}
    outcome = check_in_child(_file(tmp_path, csv_of(_LA.main, [{}])), "la-da", CONTEXT, left=left)
    assert outcome.verdict == "accepted"
    assert outcome.frames["LA-DA"]["row"].to_list() == [2]
    assert Outcome.from_json(left["report.json"]) == outcome
    assert left["LA-DA.parquet"].startswith(b"PAR1")


def test_a_file_may_be_a_path_its_bytes_or_the_pieces_in_which_it_comes(tmp_path: Path) -> None:
    data = csv_of(_LA.main, [{}, {"sex": "zz"}]).encode()
    sources: list[Source] = [_file(tmp_path, data.decode()), data, iter([data[:7], b"", data[7:]])]
    first, *others = (check_in_child(source, "LA-DA", CONTEXT) for source in sources)
    assert others == [first, first]


def test_child_shows_values_only_on_request(tmp_path: Path) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": _CANARY}]))
    assert _CANARY not in check_in_child(path, "LA-DA", CONTEXT).to_json().decode()
    shown = check_in_child(path, "LA-DA", CONTEXT, options=Options(show_values=True))
    assert _CANARY in shown.to_json().decode()


@pytest.mark.parametrize(
    ("limit", "words"),
    [({"memory_bytes": 150 * 2**20}, "could not be read safely"), ({"seconds": 0}, "could not be read in time")],
    ids=["memory", "time"],
)
def test_child_that_dies_makes_the_file_unreadable(tmp_path: Path, limit: dict[str, int], words: str) -> None:
    outcome = check_in_child(_file(tmp_path, csv_of(_LA.main, [{}])), "LA-DA", CONTEXT, **limit)  # type: ignore[arg-type]
    assert outcome.verdict == "unreadable"
    assert words in outcome.findings[0].message


@pytest.mark.usefixtures("alone")
def test_l9_a_rule_that_hangs_is_our_fault_and_says_nothing_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python_in_which(tmp_path, "_checked", SLEEPING))
    with pytest.raises(OurFaultError, match="ours, not yours"):
        check_in_child(_file(tmp_path, csv_of(_LA.main, [{}])), "LA-DA", CONTEXT, seconds=4)


def test_unknown_return_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(UnknownReturnError, match="LA-DA, LA-1"):
        check_in_child(tmp_path / "x", "NO-1", CONTEXT)


@pytest.mark.parametrize(
    ("said", "told"), [(b"LA-DA.sex.code", "LA-DA.sex.code"), (f"x <{_CANARY}>".encode(), "the check")]
)
def test_l9_fault_of_ours_is_never_the_senders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: bytes, told: str
) -> None:
    monkeypatch.setattr(child, "run_job", lambda *_, **__: (70, {"fault": said}))
    with pytest.raises(OurFaultError, match="ours, not yours") as caught:
        check_in_child(_file(tmp_path, "x"), "LA-DA", CONTEXT)
    assert caught.value.what == told


def test_l5_child_says_nothing_of_the_file_even_when_it_fails(tmp_path: Path) -> None:
    job = {
        "job": "check",
        "codes": ["LA-DA"],
        "context": CONTEXT.to_json(),
        "memory": child.MEMORY,
        "seconds": 60,
        "options": {"unknown": _CANARY},
        "copies": [],
        "expected": [],
        "places": [""],
    }
    with given(job, [_file(tmp_path, csv_of(_LA.main, [{"forename": _CANARY}]))]) as data, memory_file() as output:
        data.seek(0)
        done = subprocess.run(
            [sys.executable, "-m", "validation.engine.child"],
            stdin=data,
            stdout=output,
            stderr=subprocess.PIPE,
            check=False,
        )
        left = left_in(read_all(output.fileno(), 0, 1 << 20))
    assert done.returncode == 70
    assert {name: text.isidentifier() for name, text in _as_text(left).items()} == {"fault": True}
    assert _CANARY.encode() not in left["fault"] + done.stderr


def _as_text(left: dict[str, bytes]) -> dict[str, str]:
    return {name: data.decode() for name, data in left.items()}


def test_l5_what_libraries_print_in_a_child_goes_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Both ways by which a program prints: Python's own, and that of a library in C.
    said = f"(print('{_CANARY}', flush=True), __import__('os').write(1, b'{_CANARY}'))"
    printing = f"(lambda real: lambda *of, **by: ({said}, real(*of, **by))[1])(e.read)"
    monkeypatch.setattr(sys, "executable", python_in_which(tmp_path, "read", printing))
    monkeypatch.setattr(isolation, "_prepared", None)
    left: dict[str, bytes] = {}
    outcome = check_in_child(_file(tmp_path, csv_of(_LA.main, [{}])), "LA-DA", CONTEXT, left=left)
    assert outcome.verdict == "accepted"
    assert not any(_CANARY.encode() in name.encode() + data for name, data in left.items())


def test_child_marks_a_copy_of_the_file(tmp_path: Path) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": "zz"}]))
    outcome = check_in_child(path, "LA-DA", CONTEXT)
    made = annotate_in_child(path, [outcome])
    assert (made.whole, made.data[:2]) == (True, b"PK")
    assert made.data == annotated(read(path, headings()).grids, [outcome]).data


@pytest.mark.parametrize("limit", [{"memory_bytes": 150 * 2**20}, {"seconds": 0}], ids=["memory", "time"])
def test_child_that_dies_makes_no_copy_and_says_so(tmp_path: Path, limit: dict[str, Any]) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": "zz"}]))
    outcome = check_in_child(path, "LA-DA", CONTEXT)
    with pytest.raises(NotAnnotatedError, match="The report lists the same places"):
        annotate_in_child(path, [outcome], **limit)


def test_file_that_cannot_be_read_has_no_copy(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    outcome = check_in_child(path, "LA-DA", CONTEXT)
    with pytest.raises(NotAnnotatedError):
        annotate_in_child(path, [outcome])


def test_l9_fault_of_ours_while_marking_is_told_as_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": "zz"}]))
    outcome = check_in_child(path, "LA-DA", CONTEXT)
    monkeypatch.setattr(child, "run_job", lambda *_, **__: (70, {"fault": b"KeyError"}))
    with pytest.raises(OurFaultError, match="ours, not yours"):
        annotate_in_child(path, [outcome])
