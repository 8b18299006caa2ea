"""Runs record that they are alive, so that a run which Prefect shows as running and nobody runs is given up."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select

from models.tables import Beat
from models.tables.base import utc_now
from tasks.ground.database import CLOCK, clock, transaction
from tasks.ground.log import log
from tasks.ground.prefect_api import call
from tasks.ground.repeating import meanwhile

EVERY_SECONDS = 20
SILENT_SECONDS = 90
"""A run without a beat for so long is given up: four beats, and a little for a slow machine."""
STARTING_SECONDS = 600
"""A run that is only starting has no beat yet, and on a busy machine may take its time."""


def beating(run: str) -> AbstractContextManager[None]:
    """Record every 20 seconds that a run is alive, for as long as the block takes; a short run records nothing."""

    def beat() -> bool:
        try:
            say(run)
        except Exception as fault:  # a database that is away is no reason to end the run
            log().warning("beat.missed", fault=type(fault).__name__)
        return True

    return meanwhile("beat", EVERY_SECONDS, beat)


def say(run: str) -> None:
    """Record that a run is alive now."""
    with transaction() as session:
        row = insert(Beat).values(run=run, seen_at=CLOCK)
        session.execute(row.on_conflict_do_update(index_elements=["run"], set_={"seen_at": row.excluded.seen_at}))


def give_up_silent() -> list[str]:
    """End dead runs that Prefect still shows as running, so that they take up no place; return their names.

    A run is given up when it began long enough ago to have a beat, and has none of late. Its work is not lost: the
    leases end, and the next run takes it.

    Raises:
        PrefectUnreachableError: Prefect does not answer.
    """
    now = utc_now()
    running: dict[str, Any] = {
        "flow_runs": {
            "state": {"type": {"any_": ["RUNNING", "CANCELLING", "PENDING"]}},
            "tags": {"all_": ["jtai"]},
        },
        "limit": 200,
    }
    believed = [run for run in call("POST", "/flow_runs/filter", json=running) if _since(run) < now - _patience(run)]
    with transaction() as session:
        ids = [run["id"] for run in believed]
        before = clock(session) - timedelta(seconds=SILENT_SECONDS)
        lively = set(session.exec(select(Beat.run).where(col(Beat.run).in_(ids), col(Beat.seen_at) >= before)))
        # An hour longer than any use of them, so that what happened can still be looked at.
        session.exec(delete(Beat).where(col(Beat.seen_at) < before - timedelta(hours=1)))
    silent = [run for run in believed if run["id"] not in lively]
    for run in silent:
        # Forced: no rule of Prefect's is to keep a run going that nobody runs.
        call("POST", f"/flow_runs/{run['id']}/set_state", json={"state": _end_of(run), "force": True})
    return [str(run["name"]) for run in silent]


def _patience(run: dict[str, Any]) -> timedelta:
    return timedelta(seconds=STARTING_SECONDS if run["state_type"] == "PENDING" else SILENT_SECONDS)


def _since(run: dict[str, Any]) -> datetime:
    """Return when a run came into the state that it is in."""
    return datetime.fromisoformat(str(run["state"]["timestamp"]).replace("Z", "+00:00"))


def _end_of(run: dict[str, Any]) -> dict[str, str]:
    if run["state_type"] == "CANCELLING":
        return {"type": "CANCELLED", "name": "Cancelled", "message": "It was cancelled, and nothing runs it any more."}
    return {
        "type": "CRASHED",
        "name": "Crashed",
        "message": "Nothing runs it any more. Its work goes on in another run.",
    }
