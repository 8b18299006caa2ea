"""One process of the stack: started in a session of its own, tied to the supervisor, ended with its children."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from deployments.leftovers import MARKER, end_session
from deployments.part import Part

LAUNCHER = Path(__file__).with_name("launch.py")
LOG_BYTES = 20 * 2**20


def open_log(path: Path) -> int:
    """Open a part's log for appending, setting a large old one aside."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


class Process:
    """A part, and the process that it is at the moment."""

    def __init__(self, part: Part, log: Path, identity: str) -> None:
        self.part = part
        self.log = log
        self.restarts = 0
        self.started_at = 0.0
        self._identity = identity
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id, 0 before the first start."""
        return self._running.pid if self._running else 0

    def exit_code(self) -> int | None:
        """Return how the process ended, or None while it runs."""
        return self._running.poll() if self._running else None

    def start(self) -> None:
        """Start the part; its output goes to its log. The calling thread must outlive it."""
        part = self.part
        tied = int(part.stop_signal)
        # The launcher ties the part to this thread: when the supervisor is killed, the kernel ends the part as well.
        command = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(tied), part.user, *part.command]
        handle = open_log(self.log)
        try:
            self._running = subprocess.Popen(
                command,
                env={**part.environment, MARKER: self._identity},
                cwd=part.folder,
                stdin=subprocess.DEVNULL,
                stdout=handle,
                stderr=handle,
                # So that all it starts can be found and ended by the number of its session.
                start_new_session=True,
            )
        finally:
            os.close(handle)
        self.started_at = time.monotonic()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, if it still runs."""
        if self._running:
            self._running.send_signal(number)

    def ask_to_stop(self) -> None:
        """Begin a graceful stop."""
        self.signal(self.part.stop_signal)

    def wait_stopped(self, deadline: float) -> bool:
        """Wait for a graceful stop until a monotonic time, then end whatever is left of it by force.

        Returns:
            Whether it stopped by itself.
        """
        if self._running is None:
            return True
        try:
            self._running.wait(max(0.0, deadline - time.monotonic()))
            graceful = True
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
            graceful = False
        end_session(self.pid)
        return graceful
