"""Ends what a killed supervisor left behind, and nothing else: never a process that merely got the same number."""

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import psutil

from deployments.state import State

MARKER = "JTAI_STACK_IDENTITY"
# The kernel counts a process's start in hundredths of a second since boot, and the time of boot is itself rounded.
SAME_START_SECONDS = 1.5


def record(state: State, processes: Mapping[str, tuple[int, Sequence[str]]]) -> None:
    """Remember the parts' processes with what proves that they are still the same."""
    marks: dict[str, Any] = {}
    for name, (pid, command) in processes.items():
        with contextlib.suppress(psutil.NoSuchProcess):
            started = psutil.Process(pid).create_time()
            marks[name] = {"pid": pid, "started": started, "command": " ".join(command)}
    state.remember("pids", marks)


def recorded(state: State) -> Iterator[psutil.Process]:
    """Find the remembered processes that still run, by number, start time and command line."""
    for entry in state.read("pids").values():
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(entry["pid"])
            same_start = abs(process.create_time() - entry["started"]) < SAME_START_SECONDS
            # The number alone proves nothing: the kernel gives it out again.
            if same_start and entry["command"] in " ".join(process.cmdline()):
                yield process


def marked(identity: str) -> Iterator[psutil.Process]:
    """Find every process that carries this stack's mark in its environment, except this one and its parents."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid not in own and process.environ().get(MARKER) == identity:
                yield process


def in_session(session: int) -> Iterator[psutil.Process]:
    """Find the processes of a session; the kernel gives its number to nobody else while one of them lives."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            if os.getsid(process.pid) == session:
                yield process


def orphaned(state: State) -> Iterator[psutil.Process]:
    """Find what a dead part left in its session; the environment of a process that holds files is not shown to us."""
    for entry in state.read("pids").values():
        # While the number is somebody's, the session may be a stranger's; else it can only be that part's.
        if not psutil.pid_exists(entry["pid"]):
            yield from (process for process in in_session(entry["pid"]) if process.create_time() >= entry["started"])


def runs(process: psutil.Process) -> bool:
    """Return whether a process still does anything; a zombie only waits for a parent that is not ours."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def family(process: psutil.Process) -> set[psutil.Process]:
    """Return a process, its descendants and its session; PostgreSQL's children have sessions of their own."""
    relatives = {process, *in_session(process.pid)}
    with contextlib.suppress(psutil.NoSuchProcess):
        relatives.update(process.children(recursive=True))
    return relatives


def end(processes: Iterable[psutil.Process], grace_seconds: float) -> int:
    """End processes, gently and then by force.

    Returns:
        How many there were.
    """
    running = [process for process in processes if runs(process)]
    for process in running:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    # Gently first, so that PostgreSQL can write its last pages.
    _, alive = psutil.wait_procs(running, timeout=grace_seconds)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    return len(running)


def end_session(session: int) -> int:
    """End by force what a part left in its session after it ended itself."""
    return end(in_session(session), grace_seconds=0) if session else 0


def end_all(state: State, grace_seconds: float = 3.0) -> int:
    """End every process of this stack that a supervisor before us left running.

    Returns:
        How many there were.
    """
    ended = 0
    for process in list(recorded(state)):
        ended += end(family(process), grace_seconds)
    ended += end(orphaned(state), grace_seconds)
    return ended + end(marked(state.identity), grace_seconds)
