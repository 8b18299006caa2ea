"""A process that has imported what a check needs and is forked once for each file: imports are paid once a run.

It holds no secret, reads no file that anybody sent, and computes nothing: polars computes in threads, and a process
with threads cannot be forked safely. Each child is forked from that clean state, ties itself, reads one file and ends,
so that nothing of one file reaches the next: no memory, no descriptor, no process that was left behind.

The module is imported by both ends. `Prepared` is the end of the program that has files to check.
"""

import array
import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from validation.engine import confinement
from validation.engine.tying import tie

_START_SECONDS = 60
"""The most that is waited for a child to begin; who waits longer starts one of its own."""
_END_SECONDS = 10
_MESSAGE = 1 << 16
_STREAMS = 2
_SEVERAL_THREADS = 70
_STARTED = b"started"

# What the module of a check imports only while it works, and what pandera does. None of it computes.
_MODULES = (
    *("validation.engine.child", "validation.engine.checking", "validation.files.readers", "validation.returns"),
    *("validation.annotated.making", "validation.files.stamp", "fastexcel", "polars._utils.parquet"),
    *("pandera.backends.polars.builtin_checks", "pandera.backends.polars.checks"),
    *("pandera.backends.polars.components", "pandera.backends.polars.container"),
    *("holidays.countries.united_kingdom", "holidays.registry"),
)
_IDLE_THREADS = ("polars-ooc-clea",)
"""Threads that import starts and that wait until somebody needs them; what they would do, no check needs."""


class GoneError(Exception):
    """The prepared process is not there, or went away before it told how a child ended."""


class Prepared:
    """The prepared process of this program: started with the first child at the latest, ended with the program."""

    def __init__(self, environment: Callable[[], dict[str, str]]) -> None:
        self._environment = environment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._gone = False

    def start(self) -> None:
        """Start the process where it is not running yet; it imports while the caller goes on."""
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self._control is not None or self._gone:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "validation.engine.prepared", str(theirs.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=self._environment(),
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            except OSError:
                ours.close()
                self._gone = True
                return
        self._control = ours

    def run(self, module: str, streams: tuple[int, int], seconds: float, ties: dict[str, Any]) -> int | None:
        """Run the `main` of a module in a forked child.

        Args:
            module: its name.
            streams: numbers of the files that are its standard input and output.
            seconds: limit on the wait for it.
            ties: by which it is tied.

        Returns:
            Its exit status, None where time ran out.

        Raises:
            GoneError: there is no process to fork.
        """
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with line:
            with theirs:
                self._send(json.dumps({"module": module, **ties}).encode(), (theirs.fileno(), *streams))
            return self._status(line, seconds)

    def _send(self, message: bytes, descriptors: tuple[int, ...]) -> None:
        with self._lock:
            self._start()
            if self._control is None:
                raise GoneError
            try:
                rights = array.array("i", descriptors)
                self._control.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            except OSError:
                self._forget()
                raise GoneError from None

    def _status(self, line: socket.socket, seconds: float) -> int | None:
        if self._heard(line, _START_SECONDS) != _STARTED:
            with self._lock:
                self._forget()
            raise GoneError
        ended = self._heard(line, seconds)
        if ended is None:
            # The process ends the child, and says so before its files are looked at again.
            line.shutdown(socket.SHUT_WR)
            self._heard(line, _END_SECONDS)
            return None
        if not ended:
            with self._lock:
                self._forget()
            raise GoneError
        return int(ended)

    def _heard(self, line: socket.socket, seconds: float) -> bytes | None:
        """Return what the process says on a line: nothing where it is gone, None where time ran out."""
        line.settimeout(max(seconds, 0.001))
        try:
            return line.recv(64)
        except TimeoutError:
            return None
        except OSError:
            return b""

    def _forget(self) -> None:
        """Let the process go, with whatever it does; it is not started again in this program."""
        self._gone = True
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def end(self) -> None:
        """End the process and whatever it does."""
        with self._lock:
            self._forget()


class _Server:
    """Forks a child for each message on its control socket; ends with its other end."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._wake, self._woken = socket.socketpair()

    def serve(self) -> tuple[dict[str, Any], tuple[int, ...]] | None:
        """Return in each child what it is to do; None in the process itself once nobody is left to ask it."""
        for end in (self._wake, self._woken):
            end.setblocking(False)
        # A child that ends wakes the wait; without it a caller would wait for up to a second.
        signal.set_wakeup_fd(self._wake.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for source in (self._control, self._woken):
            self._selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select(timeout=1):
                if key.fileobj is self._control:
                    message, descriptors, _, _ = socket.recv_fds(self._control, _MESSAGE, 1 + _STREAMS)
                    job = self._fork(json.loads(message), descriptors) if message else None
                    if job is not None or not message:
                        return job
                elif key.fileobj is self._woken:
                    # Several ends are one waking: all that is there is taken at once.
                    with contextlib.suppress(BlockingIOError):
                        self._woken.recv(4096)
                else:
                    self._give_up(key.fileobj)
            self._reap()

    def _fork(self, job: dict[str, Any], descriptors: list[int]) -> tuple[dict[str, Any], tuple[int, ...]] | None:
        line, *streams = descriptors
        job["parent"] = os.getpid()
        with warnings.catch_warnings():
            # Of the threads that are there, which are known and idle: see `is_alone`.
            warnings.simplefilter("ignore")
            pid = os.fork()
        if pid == 0:
            self._forget()
            return job, tuple(streams)
        for stream in streams:
            os.close(stream)
        connection = socket.socket(fileno=line)
        self._children[pid] = connection
        self._selector.register(connection, selectors.EVENT_READ)
        with contextlib.suppress(OSError):
            connection.send(_STARTED)
        return None

    def _forget(self) -> None:
        """Close in a child what is the process's own: collected later, it would close what has its numbers by then."""
        self._selector.close()
        for line in (self._control, self._wake, self._woken, *self._children.values()):
            line.close()

    def _give_up(self, source: object) -> None:
        """End the child whose time is over, or for which nobody waits any more."""
        for pid, line in self._children.items():
            if line is source:
                self._selector.unregister(line)
                _kill(pid)

    def _reap(self) -> None:
        for pid in list(self._children):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            # While its number is still its own, and before anybody hears that it is over: what the child has started
            # must not be there when the next file is read.
            _kill(pid)
            _, status = os.waitpid(pid, 0)
            line = self._children.pop(pid)
            with contextlib.suppress(KeyError):
                self._selector.unregister(line)
            self._end_strays()
            with line, contextlib.suppress(OSError):
                line.send(str(os.waitstatus_to_exitcode(status)).encode())

    def _end_strays(self) -> None:
        """End what children have left behind, which the kernel made children of this process."""
        for _ in range(100):
            strays = _children() - self._children.keys()
            for pid in strays:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
            if not strays:
                return


def _kill(pid: int) -> None:
    """Kill a child and its session; alone as well, as it may not have come to have one."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)


def _children() -> set[int]:
    try:
        return set(map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()))
    except OSError:
        return set()


def is_alone() -> bool:
    """Return whether no thread of this process can hold anything that a forked child would wait for.

    Polars starts one thread on import that removes what a query has put onto a disk. It sleeps, and no check does that.
    """
    until = time.monotonic() + 1
    while not _others_idle():
        if time.monotonic() > until:
            return False
        # It may fall asleep a moment after the import returns.
        time.sleep(0.01)
    return True


def _others_idle() -> bool:
    own = str(os.getpid())
    return all(_is_idle(task) for task in Path("/proc/self/task").iterdir() if task.name != own)


def _is_idle(task: Path) -> bool:
    name, _, rest = (task / "stat").read_text("ascii").partition("(")[2].rpartition(")")
    return name in _IDLE_THREADS and rest.split()[0] == "S"


def _import() -> None:
    for name in _MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    from pandera.backends.polars.register import register_polars_backends

    from validation.engine.checking import headings

    register_polars_backends()
    headings()
    # What is there now stays as it is in every child, so that a collection there copies none of it.
    gc.collect()
    gc.freeze()


def _become(job: dict[str, Any], streams: tuple[int, ...]) -> None:
    """Turn this fork into a child for one file: its streams, no other descriptor, and its ties."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_WRONLY)
    for number, stream in enumerate((*streams, nothing)):
        os.dup2(stream, number)
    os.closerange(3, 1 << 20)
    tie(job)


def main(control: int) -> None:
    """Import everything, serve, and in each child do one job and end."""
    confinement.leave_no_dump()
    confinement.adopt_strays()
    _import()
    if not is_alone():
        sys.exit(_SEVERAL_THREADS)
    job = _Server(socket.socket(fileno=control)).serve()
    if job is None:
        # Without the way out of a program: its children end with it, and there is nothing to put away.
        os._exit(0)
    status = 70
    try:
        _become(*job)
        sys.argv = [job[0]["module"]]
        status = int(importlib.import_module(job[0]["module"]).main() or 0)
        sys.stdout.flush()
    finally:
        if "JTAI_COVERAGE" not in os.environ:
            os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    main(int(sys.argv[1]))
