"""Children that are forked from a prepared process: each file in one of its own, of which the next sees nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import psutil
import pytest

from models.settings import CHECKOUT
from tests.validation.engine.probing import python_with_probes
from tests.validation.rows import CONTEXT, csv_of
from validation.engine import isolation, prepared
from validation.engine.child import annotate_in_child, check_in_child
from validation.engine.memory_files import Leaving, memory_file, read_all
from validation.engine.prepared import GoneError, Prepared
from validation.returns import CONTRACTS

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("alone")]
_LA = CONTRACTS["LA-DA"]
_GOOD = csv_of(_LA.main, [{}]).encode()
_WHOLE = pytest.mark.skipif(bool(isolation.missing()), reason="this kernel does not allow all of it")


@pytest.fixture
def probes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have children that can run a probe of the tests."""
    monkeypatch.setattr(sys, "executable", python_with_probes(tmp_path))


@pytest.fixture
def process(alone: None) -> Iterator[Prepared]:  # noqa: ARG001 - none that others share
    """Have checks forked from a prepared process, and return it."""
    with isolation.prepared(now=True):
        assert isolation._prepared is not None
        yield isolation._prepared


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bool, int | None]]:
    """Return the list to which each child is added: whether it was alone, and how it ended."""
    seen: list[tuple[bool, int | None]] = []
    run = isolation.run_in_place

    def watched(*given: Any, alone: bool = True, **named: Any) -> tuple[int | None, bytes]:
        status, said = run(*given, alone=alone, **named)
        seen.append((alone, status))
        return status, said

    monkeypatch.setattr(isolation, "run_in_place", watched)
    return seen


def _file(folder: Path, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "a return.csv"
    path.write_bytes(data)
    return path


def _verdict(folder: Path, data: bytes = _GOOD, **limits: int) -> str:
    return str(check_in_child(_file(folder, data), "LA-DA", CONTEXT, **limits).verdict)  # type: ignore[arg-type]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def _forked(process: Prepared) -> list[psutil.Process]:
    assert process._process is not None
    return psutil.Process(process._process.pid).children()


def test_a_forked_child_finds_what_a_child_of_its_own_finds(
    process: Prepared, tmp_path: Path, tries: list[tuple[bool, int | None]]
) -> None:
    path = _file(tmp_path / "forked", csv_of(_LA.main, [{"sex": "zz"}]).encode())
    of_forked: dict[str, bytes] = {}
    of_alone: dict[str, bytes] = {}
    forked = check_in_child(path, "LA-DA", CONTEXT, left=of_forked)
    process.end()
    alone = check_in_child(path, "LA-DA", CONTEXT, left=of_alone)
    assert forked == alone
    assert of_forked == of_alone
    assert "report.json" in of_forked
    assert tries == [(False, 0), (False, 0)]


def _leave(own: Path, earlier: Path | None) -> dict[str, Any]:
    aim = {"own": str(own), "earlier": {"own": str(earlier)} if earlier else {}}
    with isolation.place(60), memory_file(json.dumps(aim).encode()) as file:
        status, said = isolation.run_in_place("leaver", file, 60, alone=False)
    assert status == 0
    answer: dict[str, Any] = json.loads(said)
    return answer


@_WHOLE
@pytest.mark.usefixtures("probes")
def test_nothing_that_a_hostile_file_leaves_is_there_for_the_next(process: Prepared, tmp_path: Path) -> None:
    own = [tmp_path / name for name in ("first", "second")]
    for folder in own:
        folder.mkdir()
    first = _leave(own[0], None)
    # It has left all of it, as far as it can see itself, but for a file: there is none that it may write.
    assert {"module state", "environment"} < set(first["left"])
    assert "scratch" not in first["left"]
    assert any(what.startswith("descriptor") for what in first["left"])
    # What it had started was ended before anybody heard that it was over.
    assert not _runs(first["stray"])
    assert _forked(process) == []
    second = _leave(own[1], own[0])
    assert (first["found"], second["found"]) == ([], [])
    if os.geteuid() == 0:
        assert first["user"] != second["user"]


@_WHOLE
def test_a_forked_child_has_no_secret_in_its_memory_or_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JTAI_SECRET_KEY", "quackenbush")
    with isolation.prepared(now=True):
        assert isolation._prepared is not None
        _verdict(tmp_path)
        started = isolation._prepared._process
        assert started is not None
        assert b"quackenbush" not in Path(f"/proc/{started.pid}/environ").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
@pytest.mark.usefixtures("process")
def test_l9_what_ends_a_forked_child_is_tried_again_alone_and_harms_no_other(
    tmp_path: Path,
    tries: list[tuple[bool, int | None]],
    monkeypatch: pytest.MonkeyPatch,
    number: signal.Signals,
) -> None:
    assert _verdict(tmp_path / "before") == "accepted"
    heard = Prepared._heard

    def killing(self: Prepared, line: Any, seconds: float) -> bytes | None:
        answer = heard(self, line, seconds)
        if answer == b"started":
            for one in _forked(self):
                one.send_signal(number)
        return answer

    with monkeypatch.context() as killed:
        killed.setattr(Prepared, "_heard", killing)
        # The machine killed it, and not the file: so its verdict is that of a child of its own.
        assert _verdict(tmp_path / "killed") == "accepted"
    assert _verdict(tmp_path / "after") == "accepted"
    assert tries == [(False, 0), (False, -number), (True, 0), (False, 0)]


@pytest.mark.unmeasured
@pytest.mark.usefixtures("process")
def test_l9_a_file_that_needs_too_much_memory_is_refused_after_both_tries_and_counts_against_no_other(
    tmp_path: Path, tries: list[tuple[bool, int | None]]
) -> None:
    large = csv_of(_LA.main, [{}] * 40_000).encode() * 10
    assert _verdict(tmp_path / "large", large, memory_bytes=900 * 2**20) == "unreadable"
    assert [alone for alone, _ in tries] == [False, True]
    assert _verdict(tmp_path / "next") == "accepted"
    assert tries[-1] == (False, 0)


def test_l9_time_that_runs_out_ends_the_child_alone(
    process: Prepared, tmp_path: Path, tries: list[tuple[bool, int | None]]
) -> None:
    assert _verdict(tmp_path, seconds=0) == "unreadable"
    assert [alone for alone, _ in tries] == [False, True]
    assert _forked(process) == []
    assert _verdict(tmp_path) == "accepted"


@pytest.mark.usefixtures("process")
def test_what_a_killed_try_left_behind_is_no_part_of_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs: list[bytes] = []

    def half(_: str, data: BinaryIO, *__: Any, alone: bool, **___: Any) -> tuple[int | None, bytes]:
        # Whatever broke the first one cannot have changed what the second one is given.
        with pytest.raises(PermissionError):
            os.pwrite(data.fileno(), b"x", 0)
        outputs.append(_left("LA-DA.parquet", "was-read") if not alone else b"")
        return (None if alone else -signal.SIGSEGV), outputs[-1]

    monkeypatch.setattr(isolation, "run_in_place", half)
    # Had the mark of the first stayed, the rules would be blamed.
    assert _verdict(tmp_path) == "unreadable"
    assert len(outputs) == 2


def _left(*names: str) -> bytes:
    leaving = Leaving(os.memfd_create("left"))
    for name in names:
        leaving.put(name)
    return read_all(leaving.number, 0, 1 << 20)


def test_l9_a_prepared_process_that_dies_costs_no_verdict(process: Prepared, tmp_path: Path) -> None:
    assert _verdict(tmp_path) == "accepted"
    assert process._process is not None
    process._process.kill()
    process._process.wait()
    assert _verdict(tmp_path) == "accepted"
    # And it is not asked again.
    with pytest.raises(GoneError):
        process.run("validation.engine.child", (0, 1), 1, {})


def test_a_process_with_threads_that_may_hold_something_is_never_forked() -> None:
    # The allocator's threads are there without the setting that keeps them away.
    process = Prepared(lambda: {**isolation._bare(), "_RJEM_MALLOC_CONF": "background_thread:true"})
    with pytest.raises(GoneError):
        process.run("validation.engine.child", (0, 1), 1, {"user": 61200})
    process.end()


def test_threads_are_told_apart_by_name_and_by_whether_they_sleep(tmp_path: Path) -> None:
    def task(stat: str) -> Path:
        (tmp_path / "stat").write_text(stat)
        return tmp_path

    assert prepared._is_idle(task("7 (polars-ooc-clea) S 1 1"))
    assert not prepared._is_idle(task("7 (polars-ooc-clea) R 1 1"))
    assert not prepared._is_idle(task("7 (polars-0) S 1 1"))


def test_everything_ends_with_the_program_that_checks(tmp_path: Path) -> None:
    program = (
        "import sys, threading; from validation.engine import isolation\n"
        f"sys.executable = {python_with_probes(tmp_path)!r}\n"
        "with isolation.prepared(now=True):\n"
        "    process = isolation._prepared\n"
        "    threading.Thread(target=process.run, args=('sleeper', (0, 1), 60, {'user': 61200}),"
        " daemon=True).start()\n"
        "    print(process._process.pid, flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        forked = _until(lambda: psutil.Process(pid).children())
        assert forked
        starter.kill()
    assert _until(lambda: not _runs(pid) and not any(_runs(one.pid) for one in forked))


def _until(holds: Any) -> Any:
    until = time.monotonic() + 60
    while not (answer := holds()) and time.monotonic() < until:
        time.sleep(0.05)
    return answer


@pytest.mark.usefixtures("process")
def test_a_copy_is_marked_in_a_child_of_its_own(tmp_path: Path, tries: list[tuple[bool, int | None]]) -> None:
    # It is asked for on the portal, one at a time: only what comes in numbers is forked.
    path = _file(tmp_path, csv_of(_LA.main, [{"sex": "zz"}]).encode())
    outcome = check_in_child(path, "LA-DA", CONTEXT)
    annotate_in_child(path, [outcome])
    assert [alone for alone, _ in tries] == [False, True]
