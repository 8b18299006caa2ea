"""Prefect keeps nothing for ever: what is old enough is deleted by its own server, and nothing that is not."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
import yaml

from deployments.prefect_server import EVENT_DAYS, KEPT, RUN_DAYS, api
from deployments.stack import Stack
from models.settings import CHECKOUT
from models.tables.base import utc_now
from tests.stacks import no_addresses, until


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with no_addresses(), pytest.MonkeyPatch.context() as patched:
        # By its own settings it looks once an hour.
        patched.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS", "2")
        stack = Stack(tmp_path_factory.mktemp("stack"), worker=False, portal=False)
        with stack:
            yield stack
        stack.destroy()


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with api(stack.addresses) as client:
        yield client


def ended(client: httpx.Client, database: psycopg.Connection[Any], days: float) -> str:
    """Leave a run, with a log and an artifact, that ended so many days ago, and return its id."""
    flow = client.post("/flows/", json={"name": "probe"}).json()["id"]
    run = client.post("/flow_runs/", json={"flow_id": flow}).json()["id"]
    client.post(f"/flow_runs/{run}/set_state", json={"state": {"type": "COMPLETED"}, "force": True})
    line = {"name": "probe", "level": 20, "message": "done", "timestamp": utc_now().isoformat(), "flow_run_id": run}
    client.post("/logs/", json=[line])
    client.post("/artifacts/", json={"key": f"probe-{days:g}", "type": "markdown", "data": "text", "flow_run_id": run})
    aged = "UPDATE flow_run SET end_time = now() - make_interval(secs => %s) WHERE id = %s"
    database.execute(aged, (days * 86400, run))
    return str(run)


def told(client: httpx.Client, days: float) -> str:
    """Send an event that occurred so many days ago, and return its id."""
    identity = str(uuid4())
    event = {
        "id": identity,
        "occurred": (utc_now() - timedelta(days=days)).isoformat(),
        "event": "jtai.return.uploaded",
        "resource": {"prefect.resource.id": "jtai.probe"},
    }
    client.post("/events", json=[event])
    return identity


def left(database: psycopg.Connection[Any], table: str, column: str, identity: str) -> int:
    query = f"SELECT count(*) FROM {table} WHERE {column} = %s"  # noqa: S608 - names of this file
    row = database.execute(query, (identity,)).fetchone()
    return int(row[0]) if row else 0


def test_old_runs_go_with_their_logs_and_artifacts_and_old_events_go_too(stack: Stack, client: httpx.Client) -> None:
    url = stack.addresses["JTAI_PREFECT_DATABASE_URL"].replace("postgresql+asyncpg", "postgresql")
    with psycopg.connect(url, autocommit=True) as database:
        young_event, old_event = told(client, EVENT_DAYS - 1), told(client, EVENT_DAYS + 1)
        until("events are kept", lambda: left(database, "events", "id", young_event))
        young, old = ended(client, database, RUN_DAYS - 1), ended(client, database, RUN_DAYS + 1)
        children = [(table, "flow_run_id") for table in ("log", "artifact", "flow_run_state")]
        places = [("flow_run", "id"), *children]
        until("the old run is gone", lambda: not any(left(database, *place, old) for place in places))
        until("the old event is gone", lambda: not left(database, "events", "id", old_event))
        assert all(left(database, *place, young) for place in places)
        assert left(database, "events", "id", young_event)


def test_a_board_outlives_the_run_that_made_it() -> None:
    from tasks.watch.renewing import RENEWED_AFTER

    # A day for the flow that makes it anew to fail and be mended.
    assert RENEWED_AFTER + timedelta(days=7) < timedelta(days=RUN_DAYS)


def _on_kubernetes() -> dict[str, str | None]:
    documents = yaml.safe_load_all((CHECKOUT / "deployments/kubernetes/base/prefect.yaml").read_text())
    (container,) = (
        each
        for document in documents
        if document["kind"] == "Deployment"
        for each in document["spec"]["template"]["spec"]["containers"]
    )
    return {each["name"]: each.get("value") for each in container["env"]}


def _on_ecs() -> dict[str, str | None]:
    (container,) = json.loads((CHECKOUT / "deployments/ecs/prefect.json").read_text())["containerDefinitions"]
    return {each["name"]: each["value"] for each in container["environment"]}


@pytest.mark.parametrize("environment", [_on_kubernetes, _on_ecs])
def test_containers_keep_as_long_as_the_stack(environment: Callable[[], dict[str, str | None]]) -> None:
    assert {name: environment().get(name) for name in KEPT} == KEPT
