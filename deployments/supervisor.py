"""Starts parts, watches them, restarts the one that dies, and stops them all in reverse order."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from deployments import leftovers
from deployments.errors import PartFailedError
from deployments.part import Part
from deployments.process import Process
from deployments.state import State

FIRST_DELAY_SECONDS = 0.5
# A part that keeps dying must not keep the machine busy, but be back soon once its cause is gone.
LONGEST_DELAY_SECONDS = 30.0
SETTLED_SECONDS = 60.0
POLL_SECONDS = 0.2


class Supervisor:
    """The processes of one stack. All are spawned by one thread, as their lives are tied to the thread's."""

    def __init__(self, state: State, say: Callable[..., object]) -> None:
        self.state = state
        self.say = say
        self.processes: dict[str, Process] = {}
        # The kernel ends a part with the thread that started it, so that this thread must outlive all parts.
        self._spawner = ThreadPoolExecutor(1, thread_name_prefix="jtai-spawner")
        self._watcher = threading.Thread(target=self._watch, name="jtai-watcher", daemon=True)
        self._stopping = threading.Event()
        self._failures: dict[str, int] = {}
        self._due: dict[str, float] = {}

    def start(self, part: Part) -> None:
        """Start a part without waiting for it."""
        process = Process(part, self.state.logs / f"{part.name}.log", self.state.identity)
        self.processes[part.name] = process
        self._spawn(process)

    def _spawn(self, process: Process) -> None:
        self._spawner.submit(process.start).result()
        # At every start, and not at the end: a supervisor that is killed has no end.
        leftovers.record(self.state, {name: (p.pid, p.part.command) for name, p in self.processes.items() if p.pid})
        self.say("part started", part=process.part.name, pid=process.pid)

    def wait_ready(self, *names: str) -> None:
        """Wait until parts answer; once watched, a part may be restarted meanwhile.

        Raises:
            PartFailedError: one ended or did not answer in time.
        """
        for name in names:
            process = self.processes[name]
            until = time.monotonic() + process.part.start_seconds
            while not process.part.ready():
                # Once there is a watcher it starts the part again, and waiting goes on.
                if process.exit_code() is not None and not self._watcher.is_alive():
                    raise PartFailedError(name, f"ended with {process.exit_code()}", process.log)
                if time.monotonic() > until:
                    raise PartFailedError(name, f"did not answer in {process.part.start_seconds:g} s", process.log)
                time.sleep(0.05)

    def run(self, part: Part) -> None:
        """Run a part that ends by itself, and wait for it.

        Raises:
            PartFailedError: it failed or took too long.
        """
        self.start(part)
        process = self.processes[part.name]
        until = time.monotonic() + part.start_seconds
        while process.exit_code() is None and time.monotonic() < until:
            time.sleep(0.05)
        code = process.exit_code()
        process.wait_stopped(0)
        del self.processes[part.name]
        if code != 0:
            raise PartFailedError(part.name, f"ended with {code}" if code else "took too long", process.log)

    def watch(self) -> None:
        """Begin to restart parts that die."""
        self._watcher.start()

    def _watch(self) -> None:
        while not self._stopping.wait(POLL_SECONDS):
            for process in tuple(self.processes.values()):
                if process.exit_code() is not None:
                    self._revive(process)

    def _revive(self, process: Process) -> None:
        """Restart a dead part once its delay is over: at once the first time, later if it keeps dying."""
        name, now = process.part.name, time.monotonic()
        if name not in self._due:
            # A part that ran well for a while has a new fault, and not the one for which it is held back.
            settled = now - process.started_at > SETTLED_SECONDS
            failures = 0 if settled else self._failures.get(name, 0)
            delay = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2**failures)
            self._failures[name], self._due[name] = failures + 1, now + delay
            self.say("part ended", part=name, code=process.exit_code(), restart_in_seconds=delay, log=str(process.log))
        if now >= self._due[name] and not self._stopping.is_set():
            del self._due[name]
            # Children of the dead part may still hold its port or its files.
            leftovers.end_session(process.pid)
            process.restarts += 1
            self._spawn(process)

    def stop(self, order: Sequence[Sequence[str]]) -> None:
        """Stop the parts, group after group, then whatever they left; nothing runs afterwards."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()
        for group in (*order, tuple(self.processes)):
            self._stop_group([self.processes.pop(name) for name in group if name in self.processes])
        leftovers.end(leftovers.marked(self.state.identity), grace_seconds=1)
        # Only now, when nothing runs: a supervisor killed before this still leaves the list to the next.
        self.state.remember("pids", {})
        self._spawner.shutdown()

    def _stop_group(self, group: Sequence[Process]) -> None:
        # All are asked first, so that a group stops in the time of its slowest and not of all together.
        asked_at = time.monotonic()
        for process in group:
            process.ask_to_stop()
        for process in group:
            if not process.wait_stopped(asked_at + process.part.grace_seconds):
                self.say("part did not stop in time and was ended", part=process.part.name)

    def kill(self, name: str) -> None:
        """End a part at once, as a fault would."""
        self.processes[name].signal(signal.SIGKILL)
