"""Runs a module in a child that may do nothing but its work: no secret, no network, no file of ours.

What the kernel here does not allow is left out, and `missing` says it: `jtai status` and the log tell the operator.
"""

import itertools
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, BinaryIO

from models.holidays import SETTING, added
from validation.engine.memory_files import MOST, memory_file, read_all
from validation.engine.prepared import GoneError, Prepared
from validation.engine.tying import ROOT, tie

AT_ONCE = 2
"""Children of one process that may run side by side; each may take gigabytes."""

_TIES = "JTAI_CHILD_TIES"
_KEPT = (
    *("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "HOME", "VIRTUAL_ENV"),
    *("JTAI_CHECK_FRAMES", "COVERAGE_PROCESS_CONFIG", "JTAI_COVERAGE"),
)
# For the allocator of polars: memory set free goes back at once, which takes a third off the peak of a large file.
_GIVE_BACK = "dirty_decay_ms:0,muzzy_decay_ms:0"
NO_THREADS = {"_RJEM_MALLOC_CONF": "background_thread:false", "OPENBLAS_NUM_THREADS": "1"}
"""The environment in which imports of polars and numpy start no thread that could hold something: to be forked from."""
# Users that nobody has, as systemd takes them for services that need one for a while.
_USERS = range(61184, 65520)
_TURNS_OF_ONE_PROCESS = 64
_CANNOT = {
    "network": "without network",
    "files": "without our files",
    "calls": "without system calls that it does not need",
    "user": "as a user without rights",
}

_places = threading.BoundedSemaphore(AT_ONCE)
_turns = itertools.count()
_prepared: Prepared | None = None


class BusyError(Exception):
    """As many children as may run at once are running, and none has ended in time."""


@contextmanager
def prepared(*, now: bool) -> Iterator[None]:
    """Have children of this block forked from a process that has imported what they need: see `prepared.py`.

    A block within another has that one's process.

    Args:
        now: whether that process starts at once, since there is work for it; else it starts with the first child.
    """
    global _prepared
    if _prepared is not None:
        yield
        return
    _prepared = process = Prepared(_to_fork_from)
    try:
        if now:
            process.start()
        yield
    finally:
        _prepared = None
        process.end()


def is_prepared() -> bool:
    """Return whether children of this process are forked from a prepared one."""
    return _prepared is not None


@contextmanager
def place(seconds: float) -> Iterator[None]:
    """Wait for a place among the children that run, and have it for the block.

    Whoever gathers a file for a child does so in here: what waits for its turn holds nothing of it in memory.

    Args:
        seconds: limit on the wait.

    Raises:
        BusyError: no place became free in time.
    """
    if not _places.acquire(timeout=seconds):
        raise BusyError
    try:
        yield
    finally:
        _places.release()


def run(module: str, data: bytes, seconds: float) -> tuple[int | None, bytes]:
    """Run a module of ours in a child of its own once there is a place for it; else as `run_in_place`.

    Raises:
        BusyError: no place became free in time.
    """
    with place(seconds), memory_file(data) as file:
        return run_in_place(module, file, seconds)


def run_in_place(module: str, data: BinaryIO, seconds: float, *, alone: bool = True) -> tuple[int | None, bytes]:
    """Run a module of ours in a child, with `data` as its standard input.

    Standard input and output are files in memory: nothing of them is on a disk, and nobody waits for a pipe that
    something holds. What it writes to its standard error is thrown away unseen: it may quote the file (L5).
    The caller has a place for it (`place`).

    Args:
        module: its name.
        data: what the child reads: a file in memory.
        seconds: limit on the wait for it.
        alone: whether it imports everything itself also where a prepared process could be forked.

    Returns:
        Its exit status, None where time ran out; and its standard output, as far as it came.
    """
    with memory_file() as output:
        status = _ended(module, (data.fileno(), output.fileno()), seconds, alone=alone)
        return status, read_all(output.fileno(), 0, MOST)


def _ended(module: str, streams: tuple[int, int], seconds: float, *, alone: bool) -> int | None:
    # Another one for each child, so that none can signal another, nor look at what another left behind.
    ties = {"user": _USERS[(os.getpid() * _TURNS_OF_ONE_PROCESS + next(_turns)) % len(_USERS)]}
    # Whoever read it before has moved its place.
    os.lseek(streams[0], 0, os.SEEK_SET)
    if _prepared is not None and not alone:
        try:
            return _prepared.run(module, streams, seconds, ties)
        except GoneError:
            # Nothing was learned of the file: a child of its own does the work.
            os.lseek(streams[0], 0, os.SEEK_SET)
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "validation.engine.isolation", module],
        stdin=streams[0],
        stdout=streams[1],
        stderr=subprocess.DEVNULL,
        env=_environment(_bare(), ties),
        start_new_session=True,
    )
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        # The whole session: whatever the child has started ends with it.
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return None


def _bare() -> dict[str, str]:
    """Return the environment of a child: no secret of ours, so that a file which breaks the parser finds none."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"POLARS_MAX_THREADS": "2", "PYTHONPATH": str(ROOT), "_RJEM_MALLOC_CONF": _GIVE_BACK}
    # Working days are counted there as here.
    return environment | {SETTING: added()}


def _to_fork_from() -> dict[str, str]:
    name = "_RJEM_MALLOC_CONF"
    return _bare() | NO_THREADS | {name: f"{NO_THREADS[name]},{_GIVE_BACK}"}


def _environment(bare: dict[str, str], ties: dict[str, Any]) -> dict[str, str]:
    """Return the environment of a child that is started for one file, with what it is to be tied by."""
    return bare | {_TIES: json.dumps({"parent": os.getpid(), **ties})}


@lru_cache
def missing() -> tuple[str, ...]:
    """Return in plain words what a child cannot be kept from on this machine; none where all holds."""
    _, output = run("", b"", 60)
    try:
        lacking = json.loads(output)
    except ValueError:
        lacking = list(_CANNOT)
    return tuple(words for name, words in _CANNOT.items() if name in lacking)


def main(module: str) -> None:
    """Tie this process, then become the module; without one, print what could not be tied."""
    lacking = tie(json.loads(os.environ.pop(_TIES)))
    if not module:
        sys.stdout.write(json.dumps(lacking))
        return
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1])
