"""What Prefect keeps of an inspection goes when its data goes: runs, logs, artifacts and events, and no other's."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models.settings import settings
from tasks.ground.database import engine_for
from tasks.ground.prefect_api import call
from tasks.retention import traces
from tests.stacks import until

pytestmark = pytest.mark.usefixtures("stack")
GONE, STAYS = "gone-domestic-abuse-2024-20250224", "stays-domestic-abuse-2024-20250224"


def left(ref: str) -> str:
    """Leave an ended run of an inspection in Prefect, with a line of log, an artifact and an event; return its id."""
    flow = call("POST", "/flows/", json={"name": "traces"})["id"]
    run = call(
        "POST",
        "/flow_runs/",
        json={"flow_id": flow, "name": ref, "tags": [f"inspection:{ref}"], "state": {"type": "COMPLETED"}},
    )["id"]
    now = datetime.now(UTC).isoformat()
    line = {"name": "test", "level": 20, "message": f"of {ref}", "timestamp": now, "flow_run_id": run}
    call("POST", "/logs/", json=[line])
    call("POST", "/artifacts/", json={"key": f"board-{ref}", "type": "markdown", "data": ref, "flow_run_id": run})
    event: dict[str, Any] = {"id": str(uuid4()), "occurred": now, "event": "test.left"}
    call("POST", "/events", json=[event | {"resource": {"prefect.resource.id": f"jtai.inspection.{ref}"}}])
    return str(run)


def kept(ref: str, run: str) -> dict[str, int]:
    """Return how much Prefect's own database holds of an inspection, by kind."""
    url = settings().required("prefect_database_url").replace("+asyncpg", "+psycopg")
    queries = {
        "runs": "SELECT count(*) FROM flow_run WHERE cast(tags AS text) LIKE :part",
        "logs": "SELECT count(*) FROM log WHERE message LIKE :part OR cast(flow_run_id AS text) = :run",
        "artifacts": "SELECT count(*) FROM artifact WHERE key LIKE :part OR cast(data AS text) LIKE :part",
        "newest": "SELECT count(*) FROM artifact_collection WHERE key LIKE :part",
        "events": "SELECT count(*) FROM events WHERE cast(resource AS text) LIKE :part",
        "states": "SELECT count(*) FROM flow_run_state WHERE cast(flow_run_id AS text) = :run",
    }
    with Session(engine_for(url)) as session:
        return {
            name: int(session.execute(text(query), {"part": f"%{ref}%", "run": run}).scalar_one())
            for name, query in queries.items()
        }


def test_nothing_of_a_destroyed_inspection_stays_in_prefect_and_all_of_another_does() -> None:
    gone, stays = left(GONE), left(STAYS)
    # Prefect writes events and logs in its own time, and events of its own beside ours.
    until("both are written", lambda: all(kept(GONE, gone).values()) and all(kept(STAYS, stays).values()))
    removed = traces.remove(GONE)
    assert (removed["artifacts"], removed["runs"]) == (1, 1)
    assert removed["events"] >= 1
    until("nothing of it is left", lambda: not any(kept(GONE, gone).values()))
    assert all(kept(STAYS, stays).values())
