"""The embedded worker: runs what Prefect schedules, as processes, and settles what its predecessor left unfinished."""

import os
import shlex
import sys
from pathlib import Path
from typing import Any

import httpx

from deployments.certificates import authority
from deployments.part import Part, full_environment
from deployments.prefect_server import api
from deployments.state import DESTRUCTION
from models.settings import CHECKOUT

NAME = "jtai-embedded"
PROCESS = "process"
# Runs wait for database and store more than they compute, so there may be more of them than cores.
LIMIT = 4
LAUNCHER = CHECKOUT / "deployments" / "warm" / "launcher.py"


def warm_command(socket: Path) -> str:
    """Return the command that starts a run warm, or cold where no zygote answers."""
    return shlex.join([sys.executable, "-I", "-S", "-E", str(LAUNCHER), str(socket)])


def cold_command() -> str:
    """Return the command that starts a run cold, as `python -m prefect.engine` does but for the heartbeat."""
    return shlex.join([sys.executable, "-m", "deployments.warm.engine"])


def kind_of_pool(client: httpx.Client, work_pool: str) -> str:
    """Return the type of a work pool, which decides where its runs start; of one to come, what it will have."""
    try:
        return str(client.get(f"/work_pools/{work_pool}").json()["type"])
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.NOT_FOUND:
            raise
        # `deployments.deploy` makes it, and makes none of another type.
        return PROCESS


def set_command(client: httpx.Client, work_pool: str, command: str) -> None:
    """Set the command by which the pool starts every run; `deployments.deploy` has left no variable in its template."""
    template = client.get(f"/work_pools/{work_pool}").json()["base_job_template"]
    template["job_configuration"]["command"] = command
    client.patch(f"/work_pools/{work_pool}", json={"base_job_template": template})


def zygote(addresses: dict[str, str], socket: Path, temporary: Path) -> Part:
    """Describe the process that runs are forked from; it is started with what the worker is started with."""
    return Part(
        name="zygote",
        command=[sys.executable, "-m", "deployments.warm.zygote", str(socket)],
        environment=_environment(addresses, temporary),
        ready=socket.exists,
        folder=CHECKOUT,
    )


def _environment(addresses: dict[str, str], temporary: Path) -> dict[str, str]:
    return full_environment(
        addresses
        | {
            **_certificates(addresses),
            "PREFECT_LOGGING_EXTRA_LOGGERS": "jtai",
            "PREFECT_CLI_COLORS": "false",
            "DO_NOT_TRACK": "1",
            # Prefect shares a folder under /tmp between all users; ours is private, as is what flows put there.
            "TMPDIR": str(temporary),
            # Runs alone destroy; the portal and other programs are not told where that key lies.
            "JTAI_DESTRUCTION_KEY_FILE": os.environ.get("JTAI_DESTRUCTION_KEY_FILE")
            or str(Path(addresses["JTAI_STATE"]) / DESTRUCTION),
        }
    )


def _certificates(addresses: dict[str, str]) -> dict[str, str]:
    """Return which certificates Prefect's clients trust: where no TLS is spoken, the stack's own authority alone.

    A run makes some ten clients, each of which would read the certificates of the world to look at none of them.
    """
    certificate = authority(Path(addresses["JTAI_STATE"]))
    plain = addresses["JTAI_PREFECT_API_URL"].startswith("http://")
    return {"PREFECT_API_SSL_CERT_FILE": str(certificate)} if plain and certificate.exists() else {}


def part(addresses: dict[str, str], work_pool: str, temporary: Path) -> Part:
    """Describe the worker to the supervisor, which must start it after this call."""
    # The server remembers a worker that is dead, so only a newer report says that this one lives.
    # One client for all questions: each new one would read the certificates of the world first.
    client = api(addresses)
    last_time = heartbeat(client, work_pool)

    def ready() -> bool:
        return heartbeat(client, work_pool) not in ("", last_time)

    return Part(
        name="worker",
        command=[
            *(sys.executable, "-m", "deployments.warm.worker"),
            *("--pool", work_pool, "--name", NAME, "--limit", str(LIMIT)),
        ],
        environment=_environment(addresses, temporary),
        ready=ready,
        folder=CHECKOUT,
        # A stopping worker ends its runs first.
        grace_seconds=6,
    )


def heartbeat(client: httpx.Client, work_pool: str) -> str:
    """Return when the worker last reported to the server; empty if it never did."""
    try:
        workers = client.post(f"/work_pools/{work_pool}/workers/filter", json={}).json()
    except httpx.HTTPError:
        return ""
    return next((str(worker["last_heartbeat_time"]) for worker in workers if worker["name"] == NAME), "")


def settle(client: httpx.Client, work_pool: str) -> int:
    """Close the runs that the last worker of this stack was ended amid: nobody else will, and they hold slots.

    Only right while no worker runs and Prefect is our own.

    Returns:
        How many runs were closed.
    """
    unfinished = {
        "flow_runs": {"state": {"type": {"any_": ["PENDING", "RUNNING", "CANCELLING"]}}},
        "work_pools": {"name": {"any_": [work_pool]}},
    }
    settled = 0
    # Page by page: what is closed drops out of the filter.
    while runs := client.post("/flow_runs/filter", json=unfinished).json():
        for run in runs:
            client.post(f"/flow_runs/{run['id']}/set_state", json={"state": _end_of(run), "force": True})
        settled += len(runs)
    for limit in client.post("/v2/concurrency_limits/filter", json={}).json():
        # The slot of a run that died is free only when its lease ends, which may be minutes away.
        if limit["active_slots"]:
            client.patch(f"/v2/concurrency_limits/{limit['id']}", json={"active_slots": 0})
    return settled


def _end_of(run: dict[str, Any]) -> dict[str, str]:
    if run["state_type"] == "CANCELLING":
        return {"type": "CANCELLED", "name": "Cancelled", "message": "The stack was stopped while this was cancelled."}
    return {"type": "CRASHED", "name": "Crashed", "message": "The stack was stopped while this ran."}
