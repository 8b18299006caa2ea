"""The automations by which events wake flows: those that `prefect.yaml` wants, and putting them right on the server."""

from pathlib import Path
from typing import Any
from uuid import UUID

from models.settings import CHECKOUT
from tasks.ground.prefect_api import call

_COMPARED = ("name", "enabled", "trigger", "actions")


def expected_automation(spec: dict[str, Any], name: str, deployment_id: str) -> dict[str, Any]:
    """Return the automation that a trigger of `prefect.yaml` must become, as its JSON on the server."""
    whole = _whole(spec, name, deployment_id)
    return {key: whole[key] for key in _COMPARED}


def _whole(spec: dict[str, Any], name: str, deployment_id: str) -> dict[str, Any]:
    from prefect.events import DeploymentTriggerTypes
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Any] = TypeAdapter(DeploymentTriggerTypes)
    trigger = adapter.validate_python({"name": name, **spec})
    trigger.set_deployment_id(UUID(deployment_id))
    found: dict[str, Any] = trigger.as_automation().model_dump(mode="json")
    return found


def wanted_triggers(root: Path = CHECKOUT) -> list[tuple[str, str, dict[str, Any]]]:
    """Return deployment, automation's name and specification of every trigger in `prefect.yaml`."""
    import yaml

    found = []
    for deployment in yaml.safe_load((root / "prefect.yaml").read_text())["deployments"]:
        for number, spec in enumerate(deployment.get("triggers") or [], start=1):
            name = spec.get("name") or f"{deployment['name']}__automation_{number}"
            found.append((deployment["name"], name, spec))
    return found


def put_right(root: Path = CHECKOUT) -> list[str]:
    """Make every automation that is missing, enable those that were disabled, remove those that are there twice.

    Returns:
        A sentence for each that was put right.

    Raises:
        PrefectUnreachableError: Prefect does not answer.
    """
    there: dict[str, list[dict[str, Any]]] = {}
    for one in call("POST", "/automations/filter", json={"limit": 200}):
        there.setdefault(one["name"], []).append(one)
    said = []
    for deployment, name, spec in wanted_triggers(root):
        have = there.get(name, [])
        if not have:
            owner = call("GET", f"/deployments/name/{deployment}/{deployment}")["id"]
            call("POST", "/automations/", json=_new(spec, name, owner))
            said.append(f"made {name} again")
        elif not have[0]["enabled"]:
            call("PATCH", f"/automations/{have[0]['id']}", json={"enabled": True})
            said.append(f"enabled {name}")
        for twin in have[1:]:
            call("DELETE", f"/automations/{twin['id']}")
            said.append(f"removed a second {name}")
    return said


def _new(spec: dict[str, Any], name: str, deployment_id: str) -> dict[str, Any]:
    whole = _whole(spec, name, deployment_id)
    return {**whole, "owner_resource": f"prefect.deployment.{deployment_id}"}
