"""What a lead inspector sees of Prefect: the runs, artifacts and logs of their own inspections alone."""

from collections.abc import Mapping
from typing import Any

_OWN_RUNS = frozenset(
    {
        *("POST /flow_runs/filter", "POST /flow_runs/count", "POST /flow_runs/paginate", "POST /flow_runs/history"),
        *("POST /flow_runs/lateness", "POST /task_runs/filter", "POST /task_runs/count", "POST /task_runs/paginate"),
        *("POST /task_runs/history", "POST /ui/flow_runs/history", "POST /ui/task_runs/count"),
        "POST /ui/task_runs/dashboard/counts",
    }
)
_OWN_ARTIFACTS = frozenset(
    {
        *("POST /artifacts/filter", "POST /artifacts/count"),
        *("POST /artifacts/latest/filter", "POST /artifacts/latest/count"),
    }
)
# What has no inspection in it: forms, flows, queues and versions.
_SHARED = frozenset(
    {
        *("GET /health", "GET /hello", "GET /ready", "GET /version", "GET /admin/version", "GET /csrf-token"),
        *("POST /flows/filter", "POST /flows/count", "POST /flows/paginate", "GET /flows/{id}"),
        *("GET /flows/name/{name}", "POST /deployments/filter", "POST /deployments/count"),
        *("POST /deployments/paginate", "GET /deployments/{id}", "GET /deployments/{id}/schedules"),
        *("GET /deployments/name/{flow_name}/{deployment_name}", "POST /ui/schemas/validate"),
        *("POST /ui/flows/count-deployments", "POST /work_pools/filter", "POST /work_pools/count"),
        *("GET /work_pools/{name}", "GET /work_queues/{id}", "GET /observed-states"),
    }
)
_OWN_RUN = frozenset(
    {
        *("GET /flow_runs/{id}", "GET /flow_runs/{id}/graph", "GET /flow_runs/{id}/graph-v2"),
        "GET /flow_runs/{id}/logs/download",
    }
)
_KEYS = ("board", "lists", "sample")
NEWEST = frozenset({"POST /artifacts/latest/filter", "POST /artifacts/latest/count"})
"""Reads behind Prefect's page *Artifacts*."""


def tag_of(ref: str) -> str:
    """Return the tag that the runs of an inspection have."""
    return f"inspection:{ref}"


def keys_of(refs: frozenset[str]) -> list[str]:
    """Return the keys of the artifacts of inspections."""
    return sorted(f"{kind}-{ref}" for ref in refs for kind in _KEYS)


def narrowed(template: str, body: Mapping[str, Any], refs: frozenset[str]) -> dict[str, Any] | None:
    """Return the body of a read so that it is answered for some inspections alone; None where that cannot be done.

    Every condition is joined with *and*, whatever the browser asked for, so that none of its own can widen ours.

    Args:
        template: the route.
        body: what the browser sent.
        refs: the inspections that the person may see.
    """
    if template in _SHARED:
        # A condition on runs would tell whether others' runs are so.
        return {name: part for name, part in body.items() if name not in {"flow_runs", "task_runs"}}
    if template in _OWN_RUNS:
        asked_for = _part(body, "flow_runs")
        tags = _part(asked_for, "tags")
        mine = _within(tags.get("any_"), [tag_of(ref) for ref in sorted(refs)])
        kept = {"all_": tags["all_"]} if tags.get("all_") else {}
        return {**body, "flow_runs": {**asked_for, "operator": "and_", "tags": {**kept, "any_": mine}}}
    if template in _OWN_ARTIFACTS:
        asked_for = _part(body, "artifacts")
        mine = _within(_part(asked_for, "key").get("any_"), keys_of(refs))
        return {**body, "artifacts": {**asked_for, "operator": "and_", "key": {"any_": mine}}}
    return None


def _part(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _within(wanted: object, mine: list[str]) -> list[str]:
    # An empty list would mean no condition, so what is nobody's stands for nothing.
    kept = [each for each in mine if each in wanted] if isinstance(wanted, list) and wanted else mine
    return kept or ["none"]


def without_noise(template: str, body: Mapping[str, Any], refs: frozenset[str]) -> dict[str, Any]:
    """Return the body of a read so that Prefect's page *Artifacts* begins with the boards and the overview alone.

    What a sweep and each run made for itself stands with its run, and is there for whoever looks for it by name.

    Args:
        template: the route.
        body: what the browser sent.
        refs: the inspections whose boards are shown.
    """
    asked_for = _part(body, "artifacts")
    key = _part(asked_for, "key")
    if template not in NEWEST or key.get("any_") or str(key.get("like_") or "").strip("%"):
        return dict(body)
    boards = ["overview", *sorted(f"board-{ref}" for ref in refs)]
    return {**body, "artifacts": {**asked_for, "key": {"any_": boards}}}


def run_in(template: str, path: str, body: Mapping[str, Any]) -> str:
    """Return the id of the one run that a read is about, which must be of the person's inspections; empty if none is.

    Args:
        template: the route.
        path: of the request, below the API's own.
        body: what the browser sent.
    """
    if template in _OWN_RUN:
        return path.split("/")[2]
    if template == "POST /logs/filter":
        runs = _part(_part(body, "logs"), "flow_run_id").get("any_")
        plain = _part(body, "logs").get("operator", "and_") == "and_"
        return str(runs[0]) if plain and isinstance(runs, list) and len(runs) == 1 else ""
    return ""


def key_in(template: str, path: str) -> str:
    """Return the key of the artifact that a read is about; empty if it is about none."""
    return path.split("/")[2] if template == "GET /artifacts/{key}/latest" else ""


def is_of(run: Mapping[str, Any], refs: frozenset[str]) -> bool:
    """Return whether a run is of one of some inspections."""
    return bool({tag_of(ref) for ref in refs} & set(run.get("tags") or ()))
