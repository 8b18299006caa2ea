"""A stack in a process of its own, as an operator runs it, so that its supervisor can be killed as well."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from deployments.state import State
from models.settings import CHECKOUT

PARTS = ("postgres", "store", "prefect", "portal", "worker", "zygote")
TARGETS = (*PARTS, "run", "child", "supervisor")
_PATIENCE_SECONDS = 4.0


class Supervised:
    """The stack of a state folder, started by `deployments.up`.

    Args:
        folder: the state folder.
        orders: folder of ordered deaths at checkpoints; none where there are none.
        lease_seconds: how long work stays with a worker that died.
    """

    def __init__(self, folder: Path, orders: Path | None = None, lease_seconds: int = 5) -> None:
        self.state = State(folder)
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("JTAI_", "PREFECT_"))
        }
        self.environment |= {"JTAI_STATE": str(self.state.folder), "JTAI_LEASE_SECONDS": str(lease_seconds)}
        if orders:
            path = f"{CHECKOUT}{os.pathsep}{Path(__file__).with_name('site')}"
            self.environment |= {"JTAI_CHAOS_ORDERS": str(orders), "PYTHONPATH": path}
        self._supervisor: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the stack, and wait until it says that it is ready.

        Raises:
            RuntimeError: it ended, or was not ready within five minutes.
        """
        said = self.state.logs / "supervisor.log"
        begin = said.stat().st_size if said.exists() else 0
        with said.open("ab") as out:
            command = [sys.executable, "-m", "deployments.up"]
            self._supervisor = subprocess.Popen(
                command, cwd=CHECKOUT, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )
        end = time.monotonic() + 300
        while b"Ready." not in said.read_bytes()[begin:]:
            if self._supervisor.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"The stack did not start; {said} says why.")
            time.sleep(0.2)

    def stop(self) -> None:
        """Stop the stack as an operator does, and throw its data away."""
        if self._supervisor:
            self._supervisor.send_signal(signal.SIGINT)
            self._supervisor.wait(60)
        self.state.destroy()

    def kill(self, target: str, chance: random.Random) -> bool:
        """Kill a target without warning; an operator starts a killed supervisor again. False where there is none."""
        found = self._awaited(target)
        if not found:
            return False
        victim = chance.choice(found)
        try:
            victim.kill()
        except psutil.NoSuchProcess:
            return False
        if target == "supervisor" and self._supervisor:
            self._supervisor.wait()
            self.start()
        return True

    def _awaited(self, target: str) -> list[psutil.Process]:
        end = time.monotonic() + _PATIENCE_SECONDS
        while not (found := self._found(target)) and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def _found(self, target: str) -> list[psutil.Process]:
        if target == "supervisor":
            return [psutil.Process(self._supervisor.pid)] if self._supervisor else []
        try:
            if target in PARTS:
                return [self._part(target)]
            runs = self._part("zygote").children()
            if target == "run":
                return runs
            return [child for run in runs for child in run.children(recursive=True)]
        except (psutil.NoSuchProcess, KeyError):
            return []

    def _part(self, name: str) -> psutil.Process:
        noted = self.state.read("pids")[name]
        process = psutil.Process(noted["pid"])
        if abs(process.create_time() - noted["started"]) > 1.5:
            raise psutil.NoSuchProcess(process.pid)
        return process
