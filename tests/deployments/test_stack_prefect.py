"""A stack with Prefect: deployments are read back, doubled automations mended, interrupted runs closed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deployments import deploy, worker
from deployments.errors import DeploymentDiffersError
from deployments.prefect_server import api
from deployments.stack import Stack
from deployments.state import State
from models.settings import CHECKOUT

POOL = "probe"
FLOW = """
from prefect import flow

@flow(name="probe")
def probe(who: str = "") -> str:
    return who
"""
PAYLOAD = {
    "__prefect_kind": "json",
    "value": {"__prefect_kind": "jinja", "template": "{{ event.payload.who | tojson }}"},
}
TRIGGER: dict[str, Any] = {
    "name": "probe-on-event",
    "match": {"prefect.resource.id": "jtai.return.*"},
    "expect": ["jtai.return.uploaded"],
    "parameters": {"who": PAYLOAD},
}
WANTED: dict[str, Any] = {
    "name": "probe",
    "entrypoint": "flows/probe.py:probe",
    "tags": ["one", "two"],
    "concurrency_limit": {"limit": 1, "collision_strategy": "ENQUEUE"},
    "schedules": [{"cron": "0 6 * * *", "timezone": "Europe/London"}, {"interval": 600, "active": False}],
    "work_pool": {"name": POOL, "work_queue_name": "slow"},
    "triggers": [TRIGGER],
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("root")
    (folder / "flows").mkdir()
    (folder / "flows" / "probe.py").write_text(FLOW)
    (folder / "prefect.yaml").write_text(json.dumps({"deployments": [WANTED]}))
    return folder


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("stack"), worker=False, portal=False)
    with stack:
        yield stack
    stack.destroy()


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with api(stack.addresses) as client:
        yield client


@pytest.fixture(scope="module")
def deployment(stack: Stack, root: Path) -> dict[str, Any]:
    assert deploy.deploy(stack.state, stack.addresses, root, POOL) == 1
    with api(stack.addresses) as client:
        return deploy.find(client, "probe")[0]


def test_the_api_asks_for_a_password(stack: Stack) -> None:
    address = f"{stack.addresses['JTAI_PREFECT_API_URL']}/flows/filter"
    assert httpx.post(address, json={}, trust_env=False).status_code == httpx.codes.UNAUTHORIZED


def test_event_templates_reach_the_automation_unharmed(client: httpx.Client, deployment: dict[str, Any]) -> None:
    (automation,) = deploy.automations(client, deployment["id"])
    assert automation["enabled"]
    assert automation["actions"][0]["parameters"] == {"who": PAYLOAD}


def test_a_doubled_automation_is_told_and_the_next_deploy_mends_it(
    stack: Stack, client: httpx.Client, deployment: dict[str, Any], root: Path
) -> None:
    (automation,) = deploy.automations(client, deployment["id"])
    double = {name: automation[name] for name in ("name", "enabled", "trigger", "actions")}
    client.post("/automations/", json=double | {"owner_resource": f"prefect.deployment.{deployment['id']}"})
    with pytest.raises(DeploymentDiffersError, match="probe: trigger 'probe-on-event' has 2 automations"):
        deploy.check(client, WANTED, root, POOL)
    deploy.deploy(stack.state, stack.addresses, root, POOL)
    deploy.check(client, WANTED, root, POOL)


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tags": ["one"]}, "tags is"),
        ({"concurrency_limit": 2}, "concurrency limit is 1 on the server, but prefect.yaml says 2"),
        ({"schedules": []}, "schedules is"),
        ({"work_pool": {"name": POOL}}, "work pool and queue is"),
        ({"entrypoint": "flows/other.py:probe"}, "found 0 times"),
        (
            {"triggers": [TRIGGER | {"parameters": {"who": "nobody"}}]},
            "trigger 'probe-on-event', actions",
        ),
        ({"triggers": [TRIGGER | {"expect": ["other"]}]}, "trigger 'probe-on-event', trigger, expect"),
    ],
)
def test_a_difference_is_told_by_its_place(
    client: httpx.Client, root: Path, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(DeploymentDiffersError, match=sentence):
        deploy.check(client, WANTED | change, root, POOL)


def test_runs_that_nobody_finishes_are_closed_and_give_their_slot_back(
    client: httpx.Client, deployment: dict[str, Any]
) -> None:
    run = client.post(f"/deployments/{deployment['id']}/create_flow_run", json={}).json()
    for state in ("PENDING", "RUNNING"):
        client.post(f"/flow_runs/{run['id']}/set_state", json={"state": {"type": state}})
    assert worker.settle(client, POOL) == 1
    state = client.get(f"/flow_runs/{run['id']}").json()["state"]
    assert (state["type"], state["message"]) == ("CRASHED", "The stack was stopped while this ran.")
    assert [each["active_slots"] for each in client.post("/v2/concurrency_limits/filter", json={}).json()] == [0]


def test_all_work_goes_to_the_pool_that_is_asked_for(stack: Stack, client: httpx.Client, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "probe.py").write_text(FLOW)
    (tmp_path / "prefect.yaml").write_text(json.dumps({"deployments": [WANTED | {"name": "moved"}]}))
    for pool in ("first", "second"):
        assert deploy.deploy(State(tmp_path / "state"), stack.addresses, tmp_path, pool) == 1
        (found,) = deploy.find(client, "moved")
        assert (found["work_pool_name"], found["work_queue_name"]) == (pool, "slow")


@pytest.mark.parametrize(
    ("kind", "file"), [("kubernetes", "kubernetes/jobs/work-pool.json"), ("ecs", "ecs/work-pool.json")]
)
def test_a_pool_of_another_type_stays_as_it_was_made(
    stack: Stack, client: httpx.Client, tmp_path: Path, kind: str, file: str
) -> None:
    template = json.loads((CHECKOUT / "deployments" / file).read_text())
    client.post("/work_pools/", json={"name": kind, "type": kind, "base_job_template": template})
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "probe.py").write_text(FLOW)
    pool_of = {"name": kind, "work_queue_name": "events"}
    mine = WANTED | {"name": kind, "triggers": [], "concurrency_limit": 2, "work_pool": pool_of}
    (tmp_path / "prefect.yaml").write_text(json.dumps({"deployments": [mine]}))
    assert deploy.deploy(State(tmp_path / "state"), stack.addresses, tmp_path, kind, workers=2) == 1
    pool = client.get(f"/work_pools/{kind}").json()
    assert (pool["type"], pool["base_job_template"]) == (kind, template)
    (deployed,) = deploy.find(client, kind)
    assert deployed["global_concurrency_limit"]["limit"] == 4
    queues = client.post(f"/work_pools/{kind}/queues/filter", json={}).json()
    limits = {one["name"]: one["concurrency_limit"] for one in queues}
    assert limits["events"] == 7
