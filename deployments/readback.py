"""How a deployment read back from the server may differ from `prefect.yaml`, each as a sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.watch.automations import expected_automation


@dataclass(frozen=True)
class Deployed:
    """A deployment as the server has it."""

    deployment: dict[str, Any]
    automations: list[dict[str, Any]]
    root: Path
    pool: str


def differs(name: str, want: object, have: object) -> str:
    """Return a sentence when two values are not the same."""
    return "" if want == have else f"{name} is {have!r} on the server, but prefect.yaml says {want!r}"


def tags(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare the tags, in any order."""
    return differs("tags", sorted(wanted.get("tags") or []), sorted(deployed.deployment["tags"]))


def description(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare the description; without one, Prefect takes the flow's own."""
    want = wanted.get("description")
    return differs("description", want.strip(), (deployed.deployment["description"] or "").strip()) if want else ""


def work_pool(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare the pool, and the queue when one is named."""
    asked = wanted.get("work_pool") or {}
    queue = asked.get("work_queue_name") or "default"
    have = (deployed.deployment["work_pool_name"], deployed.deployment["work_queue_name"])
    return differs("work pool and queue", (deployed.pool, queue), have)


def folder(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare where the run starts with this checkout, unless the yaml has pull steps of its own."""
    if "pull" in wanted:
        return ""
    steps = deployed.deployment["pull_steps"] or []
    folders = [value.get("directory") for step in steps for value in step.values()]
    return differs("working folder", [str(deployed.root)], folders)


def parameters(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare the parameters that the yaml sets."""
    have = deployed.deployment["parameters"]
    return differs("parameters", wanted.get("parameters") or {}, have)


def concurrency(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare the limit and what happens to the run that is one too many."""
    asked = wanted.get("concurrency_limit")
    want = asked if isinstance(asked, dict) else {"limit": asked}
    limit = (deployed.deployment.get("global_concurrency_limit") or {}).get("limit")
    what = differs("concurrency limit", want.get("limit"), limit)
    if what or "collision_strategy" not in want:
        return what
    options = deployed.deployment["concurrency_options"] or {}
    return differs("collision strategy", want["collision_strategy"], options.get("collision_strategy"))


def schedules(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare every schedule, in order of their text."""
    asked = wanted.get("schedules") or ([wanted["schedule"]] if wanted.get("schedule") else [])
    want = sorted(_schedule(each, each) for each in asked)
    have = sorted(_schedule(each["schedule"], each) for each in deployed.deployment["schedules"])
    return differs("schedules", want, have)


def _schedule(timing: dict[str, Any], options: dict[str, Any]) -> tuple[str, str, bool]:
    kind = next(name for name in ("cron", "interval", "rrule") if timing.get(name) is not None)
    value = timing[kind]
    text = f"{float(value):g} s" if kind == "interval" else str(value)
    return text, str(timing.get("timezone") or "UTC"), bool(options.get("active", True))


def triggers(wanted: dict[str, Any], deployed: Deployed) -> str:
    """Compare every trigger with the one automation that must have come of it; others may be an operator's own."""
    for number, spec in enumerate(wanted.get("triggers") or [], start=1):
        want = expected_automation(spec, f"{wanted['name']}__automation_{number}", deployed.deployment["id"])
        have = [each for each in deployed.automations if each["name"] == want["name"]]
        if len(have) != 1:
            return f"trigger {want['name']!r} has {len(have)} automations on the server, not one"
        what = first_difference(want, have[0], f"trigger {want['name']!r}")
        if what:
            return what
    return ""


def first_difference(want: Any, have: Any, where: str) -> str:
    """Return where the wanted JSON is not contained in the server's, which may add fields of its own."""
    if isinstance(want, dict) and isinstance(have, dict):
        parts = ((value, have.get(key), f"{where}, {key}") for key, value in want.items() if key != "id")
    elif _words(want) and _words(have):
        # Prefect keeps these as sets, which have no order.
        return differs(where, sorted(want), sorted(have))
    elif isinstance(want, list) and isinstance(have, list) and len(want) == len(have):
        pairs = enumerate(zip(want, have, strict=True))
        parts = ((one, other, f"{where}[{number}]") for number, (one, other) in pairs)
    else:
        return differs(where, want, have)
    return next((what for part in parts if (what := first_difference(*part))), "")


def _words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


DIFFERENCES: tuple[Callable[[dict[str, Any], Deployed], str], ...] = (
    tags, description, work_pool, folder, parameters, concurrency, schedules, triggers,
)  # fmt: skip
