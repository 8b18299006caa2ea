"""What a stack survives: a killed part, a killed supervisor, a second supervisor, a port taken by a stranger."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deployments.errors import AlreadyRunningError
from deployments.ports import ports
from deployments.stack import Stack
from deployments.state import State
from models.settings import CHECKOUT
from tests.deployments import probes
from tests.deployments.probes import NewStack

SUPERVISOR = """
import sys, time
from pathlib import Path
from deployments.stack import Stack
with Stack(Path(sys.argv[1]), prefect=False) as stack:
    print("ready", flush=True)
    time.sleep(600)
"""


def supervisor(folder: Path) -> "subprocess.Popen[str]":
    """Start a supervisor in a process of its own and wait until its stack is ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(folder)], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("part", ["postgres", "store"])
def test_a_killed_part_is_restarted_and_has_lost_nothing(new_stack: NewStack, part: str) -> None:
    with new_stack("one") as stack:
        with probes.database(stack) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        probes.put(stack, "kept", b"7")
        stack.kill(part)
        probes.until(lambda: stack.parts[part].restarts == 1)
        stack.wait_ready(part)
        with probes.database(stack) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
        assert probes.get(stack, "kept") == b"7"
    assert '"event": "part ended"' in (stack.state.logs / "stack.log").read_text()


def test_the_next_start_takes_over_from_a_killed_supervisor(new_stack: NewStack, tmp_path: Path) -> None:
    killed = supervisor(tmp_path / "one")
    stack = new_stack("one")
    left = probes.family(killed.pid)
    before = {name: entry["pid"] for name, entry in stack.state.read("pids").items()}
    assert set(before) == {"postgres", "store"}
    stack.addresses = _published(stack.state)
    with probes.database(stack) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    probes.put(stack, "kept", b"7")

    killed.kill()
    killed.wait()
    with stack:
        assert not probes.alive(left)
        with probes.database(stack) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (7,)
        assert probes.get(stack, "kept") == b"7"
        data = stack.state.folder if os.geteuid() else stack.state.system_folder
    assert not probes.strays(stack.state.identity, data)


def test_a_part_that_outlived_its_supervisor_is_ended_and_a_stranger_is_not(new_stack: NewStack) -> None:
    stack = new_stack("one")
    stranger = subprocess.Popen(["sleep", "600"])
    leftover = subprocess.Popen(["sleep", "601"], start_new_session=True)
    try:
        started = psutil.Process(leftover.pid).create_time()
        recycled = {"pid": stranger.pid, "started": started - 3600, "command": "sleep 600"}
        still_ours = {"pid": leftover.pid, "started": started, "command": "sleep 601"}
        stack.state.remember("pids", {"store": recycled, "postgres": still_ours})
        with stack:
            assert stranger.poll() is None
            leftover.wait(5)
    finally:
        stranger.kill()
        leftover.kill()
        stranger.wait()


def test_l5_files_of_killed_processes_are_gone_after_a_start_and_after_a_stop(new_stack: NewStack) -> None:
    stack = new_stack("one")
    scratch, passing = stack.state.folder / "scratch" / "check-9-9-9-x", stack.state.short_folder("tmp")
    for moment in (stack.start, stack.stop):
        scratch.mkdir(parents=True)
        (scratch / "return.csv").write_text("quackenbush")
        passing.mkdir(exist_ok=True)
        (passing / "upload").write_text("quackenbush")
        moment()
        assert not scratch.exists()
        assert not list(passing.iterdir())


def test_a_stopped_supervisor_leaves_no_process(new_stack: NewStack, tmp_path: Path) -> None:
    running = supervisor(tmp_path / "one")
    state = new_stack("one").state
    everything = probes.family(running.pid)
    running.send_signal(signal.SIGINT)
    running.wait(15)
    assert not probes.alive(everything)
    assert not probes.strays(state.identity, state.system_folder)


def test_a_second_supervisor_is_refused_and_disturbs_nothing(new_stack: NewStack) -> None:
    with new_stack("one") as first:
        with pytest.raises(AlreadyRunningError, match="already running on"):
            Stack(first.state.folder, prefect=False).start()
        up = subprocess.run(
            [sys.executable, "-m", "deployments.up"],
            cwd=CHECKOUT,
            env={**os.environ, "JTAI_STATE": str(first.state.folder)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert up.returncode == 1
        assert up.stderr.count("\n") == 1
        assert "already running on" in up.stderr
        probes.put(first, "key", b"still here")


def test_a_port_is_kept_unless_a_stranger_has_it(tmp_path: Path) -> None:
    said: list[tuple[str, dict[str, object]]] = []
    state = State(tmp_path / "one")

    def say(event: str, **details: object) -> None:
        said.append((event, details))

    first = ports(state, say)
    assert ports(state, say) == first
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", first["portal"]))
        stranger.listen()
        second = ports(state, say)
    assert {name for name in first if first[name] != second[name]} == {"portal"}
    assert said == [
        ("port taken by another program", {"part": "portal", "was": first["portal"], "now": second["portal"]})
    ]
    state.destroy()


def _published(state: State) -> dict[str, str]:
    lines = (state.folder / "stack.env").read_text().splitlines()
    return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}
