"""A child that reads files is kept from everything else; each attempt is first seen to succeed without the ties."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from models.frames import DEPTH
from models.settings import CHECKOUT
from tests.validation.engine import intruder
from tests.validation.engine.probing import PROBES, python_with_probes
from validation.engine import isolation
from validation.engine.child import run_job
from validation.engine.memory_files import memory_file

pytestmark = pytest.mark.parts
_MODULE = intruder.__name__.rpartition(".")[2]


@pytest.fixture
def aim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Set up what the intruder goes for, and let it be started as a child is."""
    monkeypatch.setenv("JTAI_SECRET_KEY", "quackenbush")
    monkeypatch.setattr(sys, "executable", python_with_probes(tmp_path))
    for folder in ("own", "elsewhere", "state"):
        (tmp_path / folder).mkdir(mode=0o700)
    (tmp_path / "state" / "secrets.json").write_text("quackenbush")
    (tmp_path / "state" / "secrets.json").chmod(0o600)
    (tmp_path / "return.csv").write_text("rows")
    tcp, udp, unix = (
        socket.create_server(("127.0.0.1", 0)),
        socket.socket(type=socket.SOCK_DGRAM),
        socket.socket(socket.AF_UNIX),
    )
    udp.bind(("127.0.0.1", 0))
    unix.bind(str(tmp_path / "state" / "socket"))
    unix.listen()
    other = subprocess.Popen(["/bin/sleep", "60"])
    with tcp, udp, unix:
        yield {
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "unix": str(tmp_path / "state" / "socket"),
            "secret": str(tmp_path / "state" / "secrets.json"),
            "elsewhere": str(tmp_path / "elsewhere"),
            "own": str(tmp_path / "own"),
            "file": str(tmp_path / "return.csv"),
            "other": other.pid,
            "root": os.geteuid() == 0,
        }
    other.kill()
    other.wait()


# No folder and no number of the test has it in its name.
_PARENT = "PARENT-TO-COME"


def _free(aim: dict[str, Any]) -> list[str]:
    """Run the intruder without ties, as a child of a process that holds a secret."""
    between = f"import os, subprocess, sys; a = sys.stdin.read().replace('{_PARENT}', str(os.getpid())); "
    between += f"sys.exit(subprocess.run([sys.executable, '-m', '{_MODULE}'], input=a.encode()).returncode)"
    done = subprocess.run(
        [sys.executable, "-c", between],
        input=json.dumps(aim | {"parent": 0}).replace('"parent": 0', f'"parent": {_PARENT}').encode(),
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        # As a shell of an operator who wants core dumps.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1])),
    )
    answer: list[str] = json.loads(done.stdout)
    return answer


def _confined(aim: dict[str, Any]) -> list[str]:
    status, output = isolation.run(_MODULE, json.dumps(aim | {"parent": os.getpid()}).encode(), 30)
    assert status == 0
    answer: list[str] = json.loads(output)
    return answer


def test_a_child_without_ties_can_do_all_of_it(aim: dict[str, Any]) -> None:
    # Only root can be kept from being root.
    assert _free(aim) == [name for name in intruder.ATTEMPTS if aim["root"] or name != "is root"]


@pytest.mark.skipif(bool(isolation.missing()), reason="this kernel does not allow all of it")
def test_a_child_does_its_work_and_nothing_else(aim: dict[str, Any]) -> None:
    assert _confined(aim) == []


@pytest.mark.parametrize("layer", ["without_network", "within", "without_calls", "as_user"])
def test_no_secret_and_no_port_is_reached_where_the_kernel_lacks_one_of_the_ties(
    aim: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, layer: str
) -> None:
    # The child is started with that tie taken out, as on a kernel without it.
    program = tmp_path / "python"
    (tmp_path / "python-lacking").mkdir()
    script = tmp_path / "python-lacking" / "main.py"
    script.write_text(
        f"import sys; sys.path.append({str(PROBES)!r}); from validation.engine import confinement, isolation; "
        f"confinement.{layer} = lambda *_: False; isolation.main(sys.argv[4] if len(sys.argv) > 4 else '')"
    )
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n')
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    isolation.missing.cache_clear()
    assert len(isolation.missing()) == 1
    isolation.missing.cache_clear()
    done = set(_confined(aim))
    assert not done & {
        "reaches a port",
        "has a secret in its environment",
        "looks into its parent's memory",
        "leaves a core dump",
    }
    if layer != "within":
        kept = {"reads a return", "writes a file", "reads the secrets", "reads its parent's environment"}
        assert not done & {*kept, "writes elsewhere"}


def test_only_so_many_run_at_once_and_who_waits_too_long_hears_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, release = threading.Semaphore(0), threading.Event()

    def hold(*_: object, **__: object) -> int:
        begun.release()
        release.wait(20)
        return 0

    monkeypatch.setattr(isolation, "_prepared", SimpleNamespace(run=hold))

    def run(seconds: float) -> tuple[int | None, bytes]:
        with isolation.place(seconds), memory_file() as file:
            return isolation.run_in_place("m", file, seconds, alone=False)

    running = [threading.Thread(target=run, args=(5,)) for _ in range(isolation.AT_ONCE)]
    for thread in running:
        thread.start()
        assert begun.acquire(timeout=5)
    with pytest.raises(isolation.BusyError):
        run(0.05)
    release.set()
    for thread in running:
        thread.join()
    assert run(5) == (0, b"")


def _files_in_memory() -> int:
    """Return how many files of ours this process has in memory."""
    count = 0
    for number in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            count += str(number.readlink()).startswith("/memfd:jtai")
    return count


def test_what_waits_for_its_turn_has_nothing_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each waits with a file as large as an upload may be: in memory all of them together would be gigabytes.
    monkeypatch.setattr(isolation, "run_in_place", lambda *_, **__: (0, b""))
    read: list[int] = []

    def pieces() -> Iterator[bytes]:
        read.append(_files_in_memory())
        yield b"rows"

    waiting = [threading.Thread(target=run_job, args=({"job": "check"}, [pieces()], 60)) for _ in range(10)]
    with ExitStack() as taken:
        for _ in range(isolation.AT_ONCE):
            taken.enter_context(isolation.place(1))
        for thread in waiting:
            thread.start()
        time.sleep(0.5)
        assert read == []
        assert _files_in_memory() == 0
    for thread in waiting:
        thread.join()
    assert len(read) == 10
    assert max(read) <= isolation.AT_ONCE


def test_a_child_ends_with_the_process_that_started_it() -> None:
    # Of its input only the first line comes, so that it would wait for ever.
    parent = (
        "import os, subprocess, sys; from validation.engine import isolation; "
        "r, w = os.pipe(); os.write(w, b'1000000000\\n'); "
        "command = [sys.executable, '-P', '-m', 'validation.engine.isolation', 'portal.team.grids']; "
        "environment = isolation._environment(isolation._bare(), {'user': 61200}); "
        "child = subprocess.Popen(command, stdin=r, env=environment); "
        "print(child.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        child = int(starter.stdout.readline())
        time.sleep(1.5)
        assert Path(f"/proc/{child}").exists()
        starter.kill()
    until = time.monotonic() + 10
    while _runs(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _runs(child)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0] != "Z"
    except OSError:
        return False


def test_it_imports_nothing_that_starts_a_thread_and_passes_on_how_frames_are_checked() -> None:
    # What a thread that is there already does, Landlock and seccomp do not see.
    code = "import os; from validation.engine import isolation; print(len(os.listdir('/proc/self/task')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, check=True)
    assert done.stdout.strip() == b"1"
    # So its name is written out there, as the module that has it brings polars.
    assert DEPTH in isolation._KEPT


_CRASHES = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"


@pytest.mark.skipif(
    Path("/proc/sys/kernel/core_pattern").read_text() != "core\n" or resource.getrlimit(resource.RLIMIT_CORE)[1] == 0,
    reason="this machine writes no core into the folder of a process",
)
@pytest.mark.parametrize(("first", "cores"), [("pass", 1), ("leave_no_dump()", 0)])
def test_a_crash_of_what_holds_a_file_leaves_no_core_behind(first: str, cores: int, tmp_path: Path) -> None:
    program = f"from validation.engine.confinement import leave_no_dump; file = b'Quackenbush'; {first}; {_CRASHES}"
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        check=False,
        # As a shell of an operator who wants core dumps.
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),
    )
    assert done.returncode == -signal.SIGSEGV
    assert len(list(tmp_path.glob("core*"))) == cores


@pytest.mark.parametrize(
    "program",
    [
        *("portal/serve.py", "deployments/listen.py", "deployments/warm/engine.py", "deployments/warm/zygote.py"),
        *("cli/main.py", "validation/engine/tying.py", "deployments/vault.py"),
    ],
)
def test_every_program_that_holds_bytes_of_files_leaves_no_dump(program: str) -> None:
    assert "leave_no_dump()\n" in (CHECKOUT / program).read_text("utf-8")
