"""A lead inspector's reads are answered for their own inspections alone, whatever the browser asks for."""

from typing import Any

import pytest

from portal.gate.narrowing import is_of, key_in, narrowed, run_in, without_noise
from portal.gate.routes import RouteUse, uses

REFS = frozenset({"reading-x"})
READS = [template for template, use in uses().items() if use is RouteUse.READ]


@pytest.mark.parametrize(
    "asked_for",
    [
        {},
        {"operator": "or_", "name": {"like_": "%"}},
        {"tags": {"any_": ["inspection:slough-x"]}},
        {"tags": {"operator": "or_", "all_": ["jtai"], "is_null_": True}},
        {"tags": "x"},
        "x",
    ],
)
def test_runs_are_those_of_the_own_inspections(asked_for: Any) -> None:
    body = narrowed("POST /flow_runs/filter", {"flow_runs": asked_for, "limit": 5}, REFS)
    assert body is not None
    assert body["limit"] == 5
    assert body["flow_runs"]["operator"] == "and_"
    tags = body["flow_runs"]["tags"]
    assert set(tags) <= {"all_", "any_"}
    assert tags["any_"] in (["inspection:reading-x"], ["none"])


@pytest.mark.parametrize("asked_for", [{}, {"operator": "or_", "id": {"any_": ["1"]}}, {"key": {"like_": "%"}}])
def test_artifacts_are_those_of_the_own_inspections(asked_for: dict[str, Any]) -> None:
    body = narrowed("POST /artifacts/latest/filter", {"artifacts": asked_for}, REFS)
    assert body is not None
    assert body["artifacts"]["operator"] == "and_"
    assert body["artifacts"]["key"] == {"any_": ["board-reading-x", "lists-reading-x", "sample-reading-x"]}


def test_somebody_elses_artifact_is_nobodys() -> None:
    body = narrowed("POST /artifacts/filter", {"artifacts": {"key": {"any_": ["board-slough-x"]}}}, REFS)
    assert body is not None
    assert body["artifacts"]["key"] == {"any_": ["none"]}


def test_a_list_of_forms_tells_nothing_of_the_runs_of_others() -> None:
    asked_for = {"flow_runs": {"tags": {"any_": ["inspection:slough-x"]}}, "task_runs": {}, "limit": 5}
    assert narrowed("POST /deployments/filter", asked_for, REFS) == {"limit": 5}


@pytest.mark.parametrize("template", READS)
def test_a_read_that_cannot_be_narrowed_is_refused(template: str) -> None:
    body = narrowed(template, {}, REFS)
    if any(word in template for word in ("/events", "/logs/", "/saved_searches", "_states", "count-task-runs")):
        assert body is None
    if body is None:
        return
    # What is answered is either narrowed, or has no inspection in it.
    holds_nothing = ("/flows", "/deployments", "/work_", "/ui/schemas", "/ui/flows", "/health", "/hello", "/ready")
    neutral = (*holds_nothing, "/version", "/admin/version", "/csrf-token", "/observed-states")
    assert body or template.split(" ")[1].startswith(neutral)


def test_the_run_that_a_read_is_about_is_named() -> None:
    assert run_in("GET /flow_runs/{id}/graph-v2", "/flow_runs/7/graph-v2", {}) == "7"
    logs: dict[str, Any] = {"logs": {"flow_run_id": {"any_": ["7"]}}}
    assert run_in("POST /logs/filter", "/logs/filter", logs) == "7"
    assert run_in("POST /logs/filter", "/logs/filter", {"logs": {**logs["logs"], "operator": "or_"}}) == ""
    assert run_in("POST /logs/filter", "/logs/filter", {"logs": {"flow_run_id": {"any_": ["7", "8"]}}}) == ""
    assert run_in("POST /logs/filter", "/logs/filter", {}) == ""
    assert run_in("GET /task_runs/{id}", "/task_runs/7", {}) == ""


def test_the_artifact_that_a_read_is_about_is_named() -> None:
    assert key_in("GET /artifacts/{key}/latest", "/artifacts/board-reading-x/latest") == "board-reading-x"
    assert key_in("GET /artifacts/{id}", "/artifacts/7") == ""


def test_a_run_belongs_to_the_inspections_that_it_is_tagged_with() -> None:
    assert is_of({"tags": ["jtai", "inspection:reading-x"]}, REFS)
    assert not is_of({"tags": ["inspection:reading-xy"]}, REFS)
    assert not is_of({}, REFS)


@pytest.mark.parametrize("key", [None, {}, {"like_": ""}, {"like_": "%", "exists_": True}])
@pytest.mark.parametrize("what", ["filter", "count"])
def test_the_page_of_artifacts_begins_with_boards_and_the_overview(key: Any, what: str) -> None:
    asked_for = {"operator": "and_", **({} if key is None else {"key": key})}
    body = without_noise(f"POST /artifacts/latest/{what}", {"artifacts": asked_for, "limit": 5}, REFS)
    assert body == {"artifacts": {"operator": "and_", "key": {"any_": ["overview", "board-reading-x"]}}, "limit": 5}


@pytest.mark.parametrize("key", [{"like_": "lists"}, {"any_": ["sweep"]}])
def test_whoever_looks_for_an_artifact_by_name_finds_it(key: dict[str, Any]) -> None:
    body = {"artifacts": {"key": key}}
    assert without_noise("POST /artifacts/latest/filter", body, REFS) == body
    assert without_noise("POST /artifacts/filter", {}, REFS) == {}
