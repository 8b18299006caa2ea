"""The whole stack of a tree: started as by `make up`, reached by the addresses that it publishes, thrown away."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

_START_SECONDS = 300
_FINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


class RehearsalError(RuntimeError):
    """A stack or a step of a rehearsal did not come to what it should; the message says which."""


@dataclass
class Stack:
    """A running stack: its addresses, the key of its outbox, and its process."""

    process: subprocess.Popen[str]
    state: Path
    addresses: dict[str, str]
    outbox_key: str

    @property
    def portal(self) -> str:
        """Address of the portal."""
        return self.addresses["JTAI_PORTAL_URL"]

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows of a query on the ledger's database; a change is committed and returns none."""
        url = self.addresses["JTAI_DATABASE_URL"].replace("+psycopg", "")
        with psycopg.connect(url, row_factory=dict_row) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def prefect(self, method: str, path: str, body: object = None) -> Any:
        """Call Prefect's API and return its answer."""
        user, _, password = self.addresses.get("JTAI_PREFECT_AUTH", "").partition(":")
        answer = httpx.request(
            method,
            f"{self.addresses['JTAI_PREFECT_API_URL']}{path}",
            json=body,
            auth=(user, password) if user else None,
            timeout=60,
            trust_env=False,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def start_run(self, deployment: str, values: dict[str, Any] | None = None) -> str:
        """Start a run of a deployment, as its form would, and return the run's id."""
        identity = self.prefect("GET", f"/deployments/name/{deployment}/{deployment}")["id"]
        body = {"parameters": values or {}, "state": {"type": "SCHEDULED"}}
        return str(self.prefect("POST", f"/deployments/{identity}/create_flow_run", body)["id"])

    def submit(self, deployment: str, **values: Any) -> str:
        """Fill in a form of Prefect, wait for the run and return what it says.

        Raises:
            RehearsalError: the run did not complete.
        """
        run, end = self.start_run(deployment, values), time.monotonic() + 300
        while time.monotonic() < end:
            state = self.prefect("GET", f"/flow_runs/{run}")["state"]
            if state["type"] in _FINAL:
                if state["type"] != "COMPLETED":
                    raise RehearsalError(f"{deployment} ended {state['type']}: {state['message']}")
                return str(state["message"])
            time.sleep(0.3)
        raise RehearsalError(f"{deployment} did not end within five minutes.")

    def pause(self, *deployments: str) -> None:
        """Stop the schedules of deployments, which go by the real clock and would fall between any two steps."""
        for name in deployments:
            identity = self.prefect("GET", f"/deployments/name/{name}/{name}")["id"]
            self.prefect("POST", f"/deployments/{identity}/pause_deployment")

    def stop(self) -> None:
        """Stop the stack and throw away what it kept."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        identity = json.loads((self.state / "identity.json").read_text())["id"]
        outer = Path(tempfile.gettempdir()) / f"jtai-{identity}"
        for folder in (Path("/var/lib/jtai") / identity, outer, self.state):
            shutil.rmtree(folder, ignore_errors=True)


def start(tree: Path, state: Path, log: Path) -> Stack:
    """Start the stack of a tree on a state folder of its own.

    Raises:
        RehearsalError: it was not ready in time, or ended.
    """
    shutil.rmtree(state, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JTAI_", "PREFECT_"))}
    # The key makes links and sessions alone; a rehearsal's seeds and pseudonyms come from public values.
    environment |= {"JTAI_STATE": str(state), "JTAI_SECRET_KEY": "the same on both sides", "PYTHONUNBUFFERED": "1"}
    with log.open("w") as output:
        process = subprocess.Popen(
            [str(tree / ".venv/bin/python"), "-m", "deployments.up"],
            cwd=tree, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
    end = time.monotonic() + _START_SECONDS
    while "Ctrl-C" not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise RehearsalError(f"The stack of {tree} did not start; {log} says why.")
        time.sleep(0.5)
    key = next(word.partition("key=")[2] for word in log.read_text().split() if "/outbox?key=" in word)
    return Stack(process, state, dict(_published(state / "stack.env")), key)


def _published(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text().splitlines():
        name, _, value = line.partition("=")
        yield name, value.strip("'").replace("\\'", "'").replace("\\\\", "\\")
