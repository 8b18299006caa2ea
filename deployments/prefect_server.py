"""The embedded Prefect server: on the embedded PostgreSQL, behind the gate, telling nobody about itself."""

import importlib.util
import os
import sys
from pathlib import Path

import httpx

from deployments.part import Part, full_environment, status_of
from deployments.state import State, private_folder
from models.settings import CHECKOUT

USER = "jtai"

QUIET = {
    f"PREFECT_SERVER_{name}": seconds
    for name, seconds in {
        "SERVICES_LATE_RUNS_LOOP_SECONDS": "15",
        "SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS": "60",
        "SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS": "60",
        "SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "15",
        "SERVICES_FOREMAN_LOOP_SECONDS": "30",
        "EVENTS_PROACTIVE_GRANULARITY": "PT60S",
    }.items()
}
"""How often Prefect's own loops look: most do so every five seconds, at rest as well, and none decides anything here.

Nothing of ours pauses a run or waits for an event that does not come, and no run is called late within 15 seconds.
"""

EVENT_DAYS, RUN_DAYS = 7, 30
KEPT = {
    f"PREFECT_SERVER_{name}": value
    for name, value in {
        "EVENTS_RETENTION_PERIOD": f"P{EVENT_DAYS}D",
        # Left alone, the server deletes events and nothing else: runs, their logs and their artifacts stay for ever.
        "SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "SERVICES_DB_VACUUM_RETENTION_PERIOD": f"{RUN_DAYS * 86400}",
    }.items()
}
"""For how long the server keeps events, and runs that have ended with their logs and artifacts.

A board is an artifact of the run that made it: `tasks/watch/renewing.py` makes those of live inspections anew in time.
"""


class PrefectServer:
    """How the server is started and when it is ready."""

    def __init__(self, state: State, port: int) -> None:
        self.home = private_folder(state.folder / "prefect")
        self.auth = f"{USER}:{state.secrets()['prefect']}"
        self.url = f"http://127.0.0.1:{port}"
        self.port = port

    def addresses(self) -> dict[str, str]:
        """Return the settings by which the server is reached."""
        return {"JTAI_PREFECT_API_URL": f"{self.url}/api", "JTAI_PREFECT_AUTH": self.auth}

    def part(self, database_url: str, addresses: dict[str, str]) -> Part:
        """Describe the server and its gate to the supervisor.

        Args:
            database_url: of Prefect's own database.
            addresses: of the ledger and the portal, which the gate asks who is signed in.
        """
        return Part(
            name="prefect",
            command=[*(sys.executable, "-m", "portal.gate"), *("--host", "127.0.0.1", "--port", str(self.port))],
            environment=full_environment(
                addresses
                | {
                    "PREFECT_HOME": str(self.home),
                    "PREFECT_API_URL": f"{self.url}/api",
                    "PREFECT_SERVER_API_AUTH_STRING": self.auth,
                    "PREFECT_API_AUTH_STRING": self.auth,
                    "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url,
                    "PREFECT_SERVER_UI_API_URL": f"{self.url}/api",
                    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
                    "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": self.url,
                    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
                    "DO_NOT_TRACK": "1",
                    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
                    "PREFECT_CLI_COLORS": "false",
                    # Leases in memory would die with the server and leave their slots taken for ever.
                    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
                }
                | QUIET
                | KEPT
                | self._pages()
            ),
            ready=self.ready,
            folder=CHECKOUT,
            # The first start makes all its tables.
            start_seconds=180,
        )

    def _pages(self) -> dict[str, str]:
        """Return where the server writes the pages of its UI: beside its package, or at home where that is not ours."""
        package = importlib.util.find_spec("prefect")
        if package is None or package.origin is None or os.access(Path(package.origin).parent / "server", os.W_OK):
            return {}
        return {"PREFECT_SERVER_UI_STATIC_DIRECTORY": str(self.home / "ui")}

    def ready(self) -> bool:
        """Return whether the server answers and reaches its database."""
        return status_of(f"{self.url}/api/ready", httpx.BasicAuth(*self.auth.split(":", 1))) == httpx.codes.OK


def api(addresses: dict[str, str]) -> httpx.Client:
    """Return a client of the Prefect API that the addresses name; the caller closes it."""
    auth = addresses.get("JTAI_PREFECT_AUTH", "")
    # Split once, as the password itself may hold a colon.
    return httpx.Client(
        base_url=addresses["JTAI_PREFECT_API_URL"],
        auth=httpx.BasicAuth(*auth.split(":", 1)) if auth else None,
        trust_env=False,
        timeout=30,
        event_hooks={"response": [httpx.Response.raise_for_status]},
    )


def prefect_client(addresses: dict[str, str]) -> dict[str, str]:
    """Return the settings by which Prefect's own programs find the API that the addresses name."""
    settings = {"PREFECT_API_URL": addresses["JTAI_PREFECT_API_URL"]}
    if "JTAI_PREFECT_AUTH" in addresses:
        settings["PREFECT_API_AUTH_STRING"] = addresses["JTAI_PREFECT_AUTH"]
    return settings
