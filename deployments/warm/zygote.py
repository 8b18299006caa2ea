"""Holds everything imported and forks one child a run: no thread of it holds anything, and it has no connection.

It serves a Unix socket in a private folder. A run whose launcher disappears is ended, as it would be without the
launcher. When the code changes, when it has served many runs or grown large, it stops listening, lets its runs end and
exits; the supervisor starts it anew, and launchers run cold meanwhile.
"""

import array
import contextlib
import gc
import importlib
import json
import math
import os
import pkgutil
import resource
import runpy
import selectors
import signal
import socket
import struct
import sys
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from deployments import heartbeat
from deployments.sources import sources
from deployments.warm.launcher import PID
from validation.engine import confinement
from validation.engine.isolation import NO_THREADS
from validation.engine.prepared import is_alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

CHECKOUT = Path(__file__).resolve().parents[2]
# Libraries leak slowly, so a fresh process now and then is enough.
MOST_RUNS = 1000
MOST_KIB = 1 << 20
GRACE_SECONDS = 3.0
_STREAMS = 3
# What flows import and can be shared. Polars starts one thread that sleeps, and computes nothing before the fork.
_MODULES = (
    *("prefect.engine", "prefect.flow_engine", "prefect.task_engine", "prefect._internal.metrics"),
    *("prefect.deployments.steps.core", "prefect.deployments.steps.pull", "httpx", "boto3", "sqlmodel", "psycopg"),
    *("pydantic.v1", "anyio._backends._asyncio", "encodings.idna", "rich._emoji_codes"),
    *(
        "sqlalchemy.dialects.postgresql",
        "models.tables",
        "models.areas",
        "tasks.ledger.work",
        "tasks.ground.store",
        "tasks.ledger.outbox",
    ),
    *(
        "tasks.ledger.audit",
        "tasks.ground.log",
        "tasks.people.notices",
        "tasks.watch.board",
        "prefect.artifacts",
    ),
    *("tasks.jobs.validate", "tasks.jobs.recheck", "tasks.jobs.check_across"),
    *("xlsxwriter", "altair", "docxtpl", "typst", "vl_convert"),
)


UNFINISHED = 71
"""The exit code of a run that ended with 0 before its engine did."""


class NotAloneError(RuntimeError):
    """An import has started a thread that may hold something, with which forking is not safe."""


@dataclass(frozen=True)
class ForkedRun:
    """What a child is to run: environment, working directory, standard streams; and where it says that it was done."""

    env: dict[str, str]
    cwd: str
    streams: tuple[int, ...]
    done: int = -1


def newest_change() -> float:
    """Return when anything that a run reads last changed: code, themes, templates, locked libraries."""
    return max((path.stat().st_mtime for path in sources(CHECKOUT)), default=0.0)


def resident_kib() -> int:
    """Return how much memory this process holds now.

    The largest that the kernel remembers (`ru_maxrss`) begins with that of the process that started this one: a zygote
    would be spent from its first run on wherever its starter is large.
    """
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def import_everything() -> None:
    """Import what flows need and can be shared, and prove that no thread holds anything.

    Raises:
        NotAloneError: there is another thread that may.
    """
    # Read when polars and numpy are loaded; each run has its own environment.
    os.environ.update(NO_THREADS)
    flows = importlib.import_module("flows")
    for name in (*_MODULES, *(f"flows.{each.name}" for each in pkgutil.iter_modules(flows.__path__))):
        importlib.import_module(name)
    _prepare()
    gc.collect()
    # What is imported is never garbage; frozen, its pages stay shared with the children.
    gc.freeze()
    if not is_alone():
        raise NotAloneError("A thread that may hold something runs after the imports; flows will start cold.")


def _prepare() -> None:
    """Do once what each run would do at its first question to the ledger, the store and Prefect."""
    import boto3
    from prefect.client.schemas.schedules import is_valid_timezone
    from pydantic import BaseModel
    from sqlalchemy.orm import configure_mappers

    configure_mappers()
    # Whatever is asked about a zone reads the names of all.
    is_valid_timezone("Europe/London")
    # What describes S3 is read from files by the first client, whose keys and address are nobody's.
    boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="none",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 - nobody's
    )
    # Prefect leaves its schemas to be built at first use.
    for schema in _below(BaseModel):
        schema.model_rebuild(raise_errors=False)


def _below(kind: type["BaseModel"]) -> "Iterator[type[BaseModel]]":
    """Yield the classes that a class is the base of, and theirs."""
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def receive_job(line: socket.socket) -> ForkedRun | None:
    """Read a launcher's request; None where it went away half way."""
    streams = array.array("i")
    head, extra, _, _ = line.recvmsg(4, socket.CMSG_LEN(_STREAMS * streams.itemsize))
    for level, kind, data in extra:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            streams.frombytes(data[: len(data) - len(data) % streams.itemsize])
    if len(head) < 4 or len(streams) != _STREAMS:
        return None
    size, body = struct.unpack("!I", head)[0], b""
    while len(body) < size:
        part = line.recv(size - len(body))
        if not part:
            return None
        body += part
    request = json.loads(body)
    return ForkedRun(request["env"], request["cwd"], tuple(streams))


class Zygote:
    """The serving loop. `serve` returns a job in each child, and None in the zygote when it is to end."""

    def __init__(self, address: Path) -> None:
        self.address = address
        self.started = newest_change()
        self.runs = 0
        self.children: dict[int, socket.socket] = {}
        self.done: dict[int, int] = {}
        self.selector = selectors.DefaultSelector()
        self.wake, self.woken = socket.socketpair()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.open = True
        self.patience = math.inf

    def listen(self) -> None:
        """Open the door: a socket that only we can reach."""
        with contextlib.suppress(FileNotFoundError):
            self.address.unlink()
        self.listener.bind(str(self.address))
        self.address.chmod(0o600)
        self.listener.listen(64)
        for end in (self.wake, self.woken):
            end.setblocking(False)
        # A signal between two looks at the sockets would otherwise be noticed a second late.
        signal.set_wakeup_fd(self.wake.fileno())
        # A handler, though it does nothing: without one the signal would not reach the wake-up socket.
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.signal(signal.SIGTERM, lambda _number, _frame: self.stop())
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.selector.register(self.woken, selectors.EVENT_READ)

    def close(self) -> None:
        """Refuse further runs; launchers that ask now start cold."""
        if self.open:
            self.open = False
            self.selector.unregister(self.listener)
            self.listener.close()
            self.address.unlink(missing_ok=True)

    def stop(self) -> None:
        """End for good: no further runs, and those under way are asked to end and given a moment to do so."""
        self.close()
        self.patience = time.monotonic() + GRACE_SECONDS
        self._signal_children(signal.SIGTERM)

    def _signal_children(self, number: signal.Signals) -> None:
        for pid in self.children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def serve(self) -> ForkedRun | None:
        """Fork a child for each launcher until there is reason to end and no child is left."""
        while self.open or self.children:
            if time.monotonic() > self.patience:
                self._signal_children(signal.SIGKILL)
            for key, _ in self.selector.select(timeout=1):
                job = self._on(key.fileobj)
                if job:
                    return job
            self._reap()
        return None

    def _on(self, source: object) -> ForkedRun | None:
        if source is self.woken:
            with contextlib.suppress(BlockingIOError):
                self.woken.recv(4096)
        elif source is self.listener and self.open:
            return self._accept()
        elif isinstance(source, socket.socket):
            self._launcher_left(source)
        return None

    def _accept(self) -> ForkedRun | None:
        line, _ = self.listener.accept()
        # A launcher that stops half way must not keep all the others waiting.
        line.settimeout(5)
        try:
            job = receive_job(line)
        except (OSError, ValueError, KeyError):
            job = None
        if job is None or self._spent():
            line.close()
            return None
        reader, writer = os.pipe()
        with warnings.catch_warnings():
            # Of the thread that is there, which is known and idle.
            warnings.simplefilter("ignore")
            pid = os.fork()
        if pid == 0:
            os.close(reader)
            self._become_child(line)
            return replace(job, done=writer)
        os.close(writer)
        os.set_blocking(reader, False)
        self.done[pid] = reader
        # The child has its own copies; ours would keep pipes open after it ended.
        for stream in job.streams:
            os.close(stream)
        self.runs += 1
        self.children[pid] = line
        with contextlib.suppress(OSError):
            line.sendall(PID.pack(pid))
        self.selector.register(line, selectors.EVENT_READ)
        return None

    def _spent(self) -> bool:
        """Return whether a fresh process should take over: new code, many runs, or much memory."""
        large = resident_kib() > MOST_KIB
        if newest_change() != self.started or self.runs >= MOST_RUNS or large or not is_alone():
            self.close()
        return not self.open

    def _launcher_left(self, line: socket.socket) -> None:
        """End a run whose launcher was killed, as the run itself would have been."""
        self.selector.unregister(line)
        for pid, other in self.children.items():
            if other is line:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        for pid in list(self.children):
            # Each by its number and never any child, as a child of a library is not ours to reap.
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                line = self.children.pop(pid)
                with contextlib.suppress(KeyError, ValueError):
                    self.selector.unregister(line)
                with contextlib.suppress(OSError):
                    # The launcher ends as the run ended, by code or by signal, which is how Prefect learns of it.
                    line.sendall(PID.pack(self._exit_code(pid, status)))
                line.close()

    def _exit_code(self, pid: int, status: int) -> int:
        """Return the exit code of a run, which is 0 only where the engine itself ended.

        A run that something ended with 0 in the middle has no last state. The worker would take it for done, and it
        would stand as running and hold its slot for minutes; by another code the worker sees that it crashed.
        """
        reader, code = self.done.pop(pid), os.waitstatus_to_exitcode(status)
        with contextlib.suppress(BlockingIOError):
            if os.read(reader, 1):
                os.close(reader)
                return code
        os.close(reader)
        return code or UNFINISHED

    def _become_child(self, line: socket.socket) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        # A child that kept these open would keep other launchers waiting after the zygote has gone.
        for other in (line, self.listener, self.wake, self.woken, *self.children.values()):
            other.close()
        for reader in self.done.values():
            os.close(reader)
        self.selector.close()


def become(job: ForkedRun) -> None:
    """Adopt a run's environment, folder and streams; Prefect's settings are read anew from them."""
    for number, stream in enumerate(job.streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(job.env)
    os.chdir(job.cwd)
    sys.argv = ["prefect.engine"]
    sys.path.insert(0, job.cwd)
    import random

    from prefect.context import refresh_global_settings_context

    random.seed()
    refresh_global_settings_context()


def main(address: str, module: str = "prefect.engine") -> None:
    """Serve until there is reason to end; in a child, run `module` and end as `python -m` would."""
    import_everything()
    # Every child inherits it; without a zygote, `deployments.warm.engine` does the same for one run.
    heartbeat.silence()
    zygote = Zygote(Path(address))
    zygote.listen()
    job = zygote.serve()
    if job is None:
        return
    become(job)
    # In the run alone: the zygote itself holds no file, and is found by its environment when a supervisor was killed.
    confinement.leave_no_dump()
    with warnings.catch_warnings():
        # It is imported already, which is the point.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit:
            os.write(job.done, b"1")
            raise
        os.write(job.done, b"1")


if __name__ == "__main__":
    main(*sys.argv[1:])
