"""Warm starts: a run forked from the zygote ends, is stopped and is isolated as one started cold."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deployments.warm import launcher, zygote
from models.settings import CHECKOUT

DOUBLE = "tests.deployments.engine_double"


def wait(reached: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not reached():  # type: ignore[operator]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    """Start a zygote that runs the double."""
    socket = tmp_path_factory.mktemp("warm") / "zygote.sock"
    command = [sys.executable, "-m", "deployments.warm.zygote", str(socket), DOUBLE]
    process = subprocess.Popen(command, cwd=CHECKOUT)
    wait(socket.exists, 60)
    yield socket, process
    process.terminate()
    assert process.wait(10) == 0


def launch(socket: Path, told: str, cwd: Path, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-I", "-S", "-E", launcher.__file__, str(socket)]
    env = {"JTAI_TOLD": told, "PATH": os.environ["PATH"], **more}
    return subprocess.Popen(command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_the_zygote_has_no_thread_that_works_and_no_connection(warm: tuple[Path, subprocess.Popen[bytes]]) -> None:
    process = psutil.Process(warm[1].pid)
    names = {Path(f"/proc/{process.pid}/task/{one.id}/comm").read_text().strip() for one in process.threads()}
    assert len(names - {"polars-ooc-clea"}) == 1
    assert process.num_threads() <= 2
    assert process.net_connections("inet") == []


@pytest.mark.parametrize("code", ["0", "3", "70"])
def test_a_run_ends_with_its_own_exit_code_folder_and_streams(
    warm: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path, code: str
) -> None:
    run = launch(warm[0], code, tmp_path)
    out, err = run.communicate(timeout=30)
    assert not err
    pid, cwd, threads, told = out.split()
    assert run.returncode == int(code)
    assert (cwd, threads, told) == (str(tmp_path), "1", code)
    assert psutil.Process(warm[1].pid).pid != int(pid) != run.pid


def test_a_run_that_ends_with_0_before_its_engine_does_is_no_success(
    warm: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    began = time.monotonic()
    run = launch(warm[0], "gone", tmp_path)
    run.communicate(timeout=30)
    # The worker closes a run whose program failed at once, and its slot is free.
    assert run.returncode == zygote.UNFINISHED
    assert time.monotonic() - began < 10


def test_runs_do_not_see_each_others_environment(warm: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path) -> None:
    launch(warm[0], "0", tmp_path, JTAI_SECRET="leak").communicate(timeout=30)
    out, _ = launch(warm[0], "second", tmp_path).communicate(timeout=30)
    assert out.strip().endswith("second")
    assert "JTAI_SECRET" not in psutil.Process(warm[1].pid).environ()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_launcher_reaches_the_run(
    warm: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path, number: signal.Signals
) -> None:
    run = launch(warm[0], "wait", tmp_path)
    assert run.stdout is not None
    pid = int(run.stdout.readline().split()[0])
    run.send_signal(number)
    assert run.wait(10) == -number
    wait(lambda: not psutil.pid_exists(pid))


def test_a_killed_launcher_takes_its_run_with_it(warm: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path) -> None:
    run = launch(warm[0], "wait", tmp_path)
    assert run.stdout is not None
    pid = int(run.stdout.readline().split()[0])
    run.kill()
    run.wait(10)
    wait(lambda: not psutil.pid_exists(pid))


def test_many_at_once_all_end_as_they_should(warm: tuple[Path, subprocess.Popen[bytes]], tmp_path: Path) -> None:
    runs = [launch(warm[0], str(number), tmp_path) for number in range(12)]
    assert [run.wait(60) for run in runs] == list(range(12))


def test_a_stopped_zygote_takes_its_runs_with_it(tmp_path: Path) -> None:
    socket = tmp_path / "zygote.sock"
    process = subprocess.Popen([sys.executable, "-m", "deployments.warm.zygote", str(socket), DOUBLE], cwd=CHECKOUT)
    wait(socket.exists, 60)
    run = launch(socket, "deaf", tmp_path)
    assert run.stdout is not None
    pid = int(run.stdout.readline().split()[0])
    process.terminate()
    assert process.wait(20) == 0
    assert not psutil.pid_exists(pid)
    assert run.wait(10) == -signal.SIGKILL


def test_memory_that_its_starter_held_is_not_counted_as_its_own() -> None:
    ask = "import resource; from deployments.warm import zygote; print(zygote.resident_kib(), "
    ask += "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    large = f"import subprocess, sys; held = b'x' * (400 << 20); subprocess.run([sys.executable, '-c', {ask!r}])"
    out = subprocess.run([sys.executable, "-c", large], cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    own, remembered = map(int, out.split())
    assert own < 300 << 10 < remembered


def test_without_a_zygote_the_stock_command_runs(tmp_path: Path) -> None:
    run = launch(tmp_path / "nobody.sock", "0", tmp_path, PREFECT__FLOW_RUN_ID="not-an-id")
    _, err = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "Invalid flow run id" in err


def test_new_code_closes_the_door_and_runs_go_cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = zygote.Zygote(tmp_path / "zygote.sock")
    serving.listen()
    monkeypatch.setattr(zygote, "newest_change", lambda: serving.started + 1)
    assert serving._spent()
    assert not serving.address.exists()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
