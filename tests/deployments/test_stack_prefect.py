"""A stack with Prefect: the server is made what `prefect.yaml` says, whatever became of it; interrupted runs close."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from deployments import deploy, worker
from deployments.errors import StackError
from deployments.prefect_server import api
from deployments.stack import Stack
from deployments.state import State
from models.settings import CHECKOUT
from tasks.watch.automations import prefect_client, reconcile

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
    "description": "A flow that says who woke it.",
    "tags": ["one", "two"],
    "concurrency_limit": {"limit": 1, "collision_strategy": "ENQUEUE"},
    "schedules": [{"cron": "0 6 * * *", "timezone": "Europe/London"}, {"interval": 600, "active": False}],
    "work_pool": {"name": POOL, "work_queue_name": "slow"},
    "triggers": [TRIGGER],
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("root"), WANTED)


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


def find(client: httpx.Client, name: str) -> list[dict[str, Any]]:
    """Return the server's deployments of that name."""
    return list(client.post("/deployments/filter", json={"deployments": {"name": {"any_": [name]}}}).json())


def automations(client: httpx.Client, name: str = TRIGGER["name"]) -> list[dict[str, Any]]:
    """Return the server's automations of that name."""
    wanted = {"automations": {"name": {"any_": [name]}}}
    return list(client.post("/automations/filter", json=wanted).json())


def fingerprint(stack: Stack) -> str:
    """Return what `deploy` compares of the probe."""
    with prefect_client(stack.addresses["JTAI_PREFECT_API_URL"], stack.addresses["JTAI_PREFECT_AUTH"]) as own:
        return deploy.fingerprint(deploy.deployed(own, ["probe"]))


def written(folder: Path, *deployments: dict[str, Any]) -> Path:
    """Write a checkout of one flow with these deployments of it."""
    (folder / "flows").mkdir(exist_ok=True)
    (folder / "flows" / "probe.py").write_text(FLOW)
    (folder / "prefect.yaml").write_text(json.dumps({"deployments": deployments}))
    return folder


@pytest.fixture(scope="module")
def deployment(stack: Stack, root: Path) -> dict[str, Any]:
    assert deploy.deploy(stack.state, stack.addresses, root, POOL) == 1
    with api(stack.addresses) as client:
        return find(client, "probe")[0]


def test_the_api_asks_for_a_password(stack: Stack) -> None:
    address = f"{stack.addresses['JTAI_PREFECT_API_URL']}/flows/filter"
    assert httpx.post(address, json={}, trust_env=False).status_code == httpx.codes.UNAUTHORIZED


def test_a_deployment_is_what_prefect_yaml_says(client: httpx.Client, deployment: dict[str, Any], root: Path) -> None:
    assert deployment["tags"] == WANTED["tags"]
    assert deployment["version"] == deploy.digest(root, 1, POOL)
    assert (deployment["work_pool_name"], deployment["work_queue_name"]) == (POOL, "slow")
    assert deployment["global_concurrency_limit"]["limit"] == 1
    assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert sorted(each["active"] for each in deployment["schedules"]) == [False, True]
    assert deployment["pull_steps"][0]["prefect.deployments.steps.set_working_directory"]["directory"] == str(root)
    pool = client.get(f"/work_pools/{POOL}").json()
    assert "deployments.warm.engine" in pool["base_job_template"]["job_configuration"]["command"]


@pytest.mark.parametrize("variables", [{"command": "id"}, {"env": {"A": "b"}}, {"env.A": "b"}, {"working_dir": "/"}])
def test_no_run_of_a_program_chooses_what_is_started(
    client: httpx.Client, deployment: dict[str, Any], variables: dict[str, Any]
) -> None:
    runs = f"/deployments/{deployment['id']}/create_flow_run"
    refused = httpx.codes.UNPROCESSABLE_ENTITY
    assert _status(client.post, runs, {"job_variables": variables}) == refused
    several = client.post(f"{runs}/bulk", json=[{"job_variables": variables}]).json()
    assert [each["status"] for each in several["results"]] == ["FAILED"]
    run = client.post(runs, json={}).json()["id"]
    assert _status(client.patch, f"/flow_runs/{run}", {"job_variables": variables}) == refused
    client.delete(f"/flow_runs/{run}")
    # Prefect takes them for a deployment, and then refuses each run of it; the next start puts the deployment right.
    client.patch(f"/deployments/{deployment['id']}", json={"job_variables": variables})
    assert _status(client.post, runs, {}) == refused
    client.patch(f"/deployments/{deployment['id']}", json={"job_variables": {}})


def _status(ask: Callable[..., httpx.Response], path: str, body: object) -> int:
    try:
        answer: httpx.Response = ask(path, json=body)
    except httpx.HTTPStatusError as error:
        answer = error.response
    return answer.status_code


@pytest.mark.usefixtures("deployment")
def test_a_pool_of_an_earlier_release_is_closed(stack: Stack, client: httpx.Client, root: Path) -> None:
    closed = client.get(f"/work_pools/{POOL}").json()["base_job_template"]
    opened = {
        "job_configuration": closed["job_configuration"] | {"command": "{{ command }}"},
        "variables": {"type": "object", "properties": {"command": {"default": "python", "type": "string"}}},
    }
    client.patch(f"/work_pools/{POOL}", json={"base_job_template": opened})
    deploy.deploy(stack.state, stack.addresses, root, POOL)
    after = client.get(f"/work_pools/{POOL}").json()["base_job_template"]
    assert after["variables"] == closed["variables"]
    assert after["job_configuration"]["command"] == "python"
    client.patch(f"/work_pools/{POOL}", json={"base_job_template": closed})


@pytest.mark.usefixtures("deployment")
def test_event_templates_reach_the_automation_unharmed(client: httpx.Client) -> None:
    (automation,) = automations(client)
    assert automation["enabled"]
    assert automation["actions"][0]["parameters"] == {"who": PAYLOAD}


@pytest.mark.usefixtures("deployment")
def test_what_is_right_is_left_alone(stack: Stack, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def put(*_: object) -> None:
        raise AssertionError("it was put although nothing had changed")

    monkeypatch.setattr(deploy, "put", put)
    assert deploy.deploy(stack.state, stack.addresses, root, POOL) == 1


DRIFTS: list[dict[str, Any]] = [
    {"tags": ["one"]},
    {"description": "Somebody's own words."},
    {"parameters": {"who": "nobody"}},
    {"paused": True},
    {"concurrency_limit": 7},
    {"concurrency_options": {"collision_strategy": "CANCEL_NEW"}},
    {"work_queue_name": "default"},
    {"enforce_parameter_schema": False},
    {"schedules": []},
]


def test_whatever_somebody_changed_on_the_server_is_seen_and_put_right(
    stack: Stack, client: httpx.Client, deployment: dict[str, Any], root: Path
) -> None:
    seen = [fingerprint(stack)]
    for change in DRIFTS:
        client.patch(f"/deployments/{deployment['id']}", json=change)
        seen.append(fingerprint(stack))
    assert len(set(seen)) == len(DRIFTS) + 1, "each change alone is seen"
    deploy.deploy(stack.state, stack.addresses, root, POOL)
    (after,) = find(client, "probe")
    plain = ("id", "tags", "description", "parameters", "paused", "work_queue_name", "enforce_parameter_schema")
    assert {name: after[name] for name in plain} == {name: deployment[name] for name in plain}
    assert after["global_concurrency_limit"]["limit"] == 1
    assert after["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert len(after["schedules"]) == 2


def broken(client: httpx.Client, how: str) -> None:
    (automation,) = automations(client)
    body = {name: automation[name] for name in ("name", "enabled", "trigger", "actions")}
    if how == "missing":
        client.delete(f"/automations/{automation['id']}")
    elif how == "disabled":
        client.patch(f"/automations/{automation['id']}", json={"enabled": False})
    elif how == "doubled":
        client.post("/automations/", json=body)
    elif how == "waits for another event":
        client.put(f"/automations/{automation['id']}", json=body | {"trigger": body["trigger"] | {"expect": ["other"]}})
    else:
        actions = [body["actions"][0] | {"parameters": {"who": "nobody"}}]
        client.put(f"/automations/{automation['id']}", json=body | {"actions": actions})


@pytest.mark.usefixtures("deployment")
@pytest.mark.parametrize(
    "how", ["missing", "disabled", "doubled", "waits for another event", "starts its flow with other values"]
)
def test_l3_an_automation_that_somebody_changed_is_put_right(
    stack: Stack, client: httpx.Client, root: Path, how: str
) -> None:
    broken(client, how)
    deploy.deploy(stack.state, stack.addresses, root, POOL)
    (automation,) = automations(client)
    assert automation["enabled"]
    assert automation["trigger"]["expect"] == TRIGGER["expect"]
    assert automation["actions"][0]["parameters"] == {"who": PAYLOAD}
    with prefect_client(stack.addresses["JTAI_PREFECT_API_URL"], stack.addresses["JTAI_PREFECT_AUTH"]) as own:
        assert reconcile(own, root) == []


class Killed(BaseException):
    """The death of the process that deploys."""


def test_a_failure_or_a_death_half_way_is_made_good_by_the_next_call(
    stack: Stack, client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = [WANTED | {"name": name, "triggers": [TRIGGER | {"name": f"{name}-on-event"}]} for name in ("half", "way")]
    root, state = written(tmp_path, pair[0], pair[1] | {"entrypoint": "flows/lost.py:probe"}), State(tmp_path / "state")

    def die(*_: object) -> None:
        raise Killed

    with pytest.raises(StackError, match="The deployment way of flows/lost.py:probe"):
        deploy.deploy(state, stack.addresses, root, POOL)
    assert [len(find(client, name)) for name in ("half", "way")] == [1, 0]
    written(tmp_path, *pair)
    for step in ("remove_others", "reconcile"):
        with monkeypatch.context() as patch:
            patch.setattr(deploy, step, die)
            with pytest.raises(Killed):
                deploy.deploy(state, stack.addresses, root, POOL)
    monkeypatch.setattr(deploy, "put", die)
    for _ in range(2):
        assert deploy.deploy(state, stack.addresses, root, POOL) == 2, "what is left to do needs no other deployment"
    assert [len(find(client, name)) for name in ("half", "way")] == [1, 1]
    assert [len(automations(client, f"{name}-on-event")) for name in ("half", "way")] == [1, 1]


def test_a_changed_signature_is_deployed_anew_and_what_nobody_wants_any_more_is_removed(
    stack: Stack, client: httpx.Client, tmp_path: Path
) -> None:
    ours = [
        WANTED | {"name": name, "tags": ["jtai"], "triggers": [TRIGGER | {"name": f"{name}-on-event"}]}
        for name in ("kept", "dropped")
    ]
    theirs = WANTED | {"name": "theirs", "triggers": []}
    state = State(tmp_path / "state")
    deploy.deploy(state, stack.addresses, written(tmp_path, *ours, theirs), POOL)
    (before,), (woken_by,) = find(client, "kept"), automations(client, "kept-on-event")
    (written(tmp_path, ours[0]) / "flows" / "probe.py").write_text(FLOW.replace("who: str", "how: int = 3, who: str"))
    deploy.deploy(state, stack.addresses, tmp_path, POOL)
    (after,) = find(client, "kept")
    assert after["id"] == before["id"]
    assert after["version"] != before["version"]
    assert set(after["parameter_openapi_schema"]["properties"]) == {"who", "how"}
    assert [each["id"] for each in automations(client, "kept-on-event")] == [woken_by["id"]], "it wakes without a gap"
    assert (find(client, "dropped"), automations(client, "dropped-on-event")) == ([], [])
    assert len(find(client, "theirs")) == 1, "what an operator made is the operator's"


def test_runs_that_nobody_finishes_are_closed_and_give_their_slot_back(
    client: httpx.Client, deployment: dict[str, Any]
) -> None:
    run = client.post(f"/deployments/{deployment['id']}/create_flow_run", json={}).json()
    for state in ("PENDING", "RUNNING"):
        client.post(f"/flow_runs/{run['id']}/set_state", json={"state": {"type": state}})
    assert worker.settle(client, POOL) == 1
    state = client.get(f"/flow_runs/{run['id']}").json()["state"]
    assert (state["type"], state["message"]) == ("CRASHED", "The stack was stopped while this ran.")
    assert {each["active_slots"] for each in client.post("/v2/concurrency_limits/filter", json={}).json()} == {0}


def test_all_work_goes_to_the_pool_that_is_asked_for(stack: Stack, client: httpx.Client, tmp_path: Path) -> None:
    written(tmp_path, WANTED | {"name": "moved", "triggers": []})
    for pool in ("first", "second"):
        assert deploy.deploy(State(tmp_path / "state"), stack.addresses, tmp_path, pool) == 1
        (moved,) = find(client, "moved")
        assert (moved["work_pool_name"], moved["work_queue_name"]) == (pool, "slow")


@pytest.mark.parametrize(
    ("kind", "file"), [("kubernetes", "kubernetes/jobs/work-pool.json"), ("ecs", "ecs/work-pool.json")]
)
def test_a_pool_of_another_type_stays_as_it_was_made(
    stack: Stack, client: httpx.Client, tmp_path: Path, kind: str, file: str
) -> None:
    template = json.loads((CHECKOUT / "deployments" / file).read_text())
    client.post("/work_pools/", json={"name": kind, "type": kind, "base_job_template": template})
    pool_of = {"name": kind, "work_queue_name": "events"}
    mine = WANTED | {"name": kind, "triggers": [], "concurrency_limit": 2, "work_pool": pool_of}
    written(tmp_path, mine)
    assert deploy.deploy(State(tmp_path / "state"), stack.addresses, tmp_path, kind, workers=2) == 1
    pool = client.get(f"/work_pools/{kind}").json()
    assert (pool["type"], pool["base_job_template"]) == (kind, template)
    (deployed,) = find(client, kind)
    assert deployed["global_concurrency_limit"]["limit"] == 4
    queues = client.post(f"/work_pools/{kind}/queues/filter", json={}).json()
    limits = {queue["name"]: queue["concurrency_limit"] for queue in queues}
    assert limits["events"] == 7
