"""The automations by which events wake flows: those that `prefect.yaml` lists, and putting the server right by them."""

from pathlib import Path
from typing import Any

import httpx
import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName
from prefect.events import DeploymentTriggerTypes
from prefect.events.filters import AutomationFilter, AutomationFilterName, AutomationFilterTags
from prefect.events.schemas.automations import Automation, AutomationCore
from pydantic import TypeAdapter

from models.settings import CHECKOUT, settings
from tasks.ground.prefect_api import PrefectUnreachableError

TAG = "jtai"
"""Marks an automation or a deployment as ours, so that one which is no longer listed can be removed."""
_TRIGGER: TypeAdapter[DeploymentTriggerTypes] = TypeAdapter(DeploymentTriggerTypes)
_NEW_EACH_TIME: Any = {"id": True, "triggers": {"__all__": {"id": True}}}


def prefect_client(url: str, auth: str = "") -> SyncPrefectClient:
    """Return Prefect's own client of a server, without any proxy; the caller enters and leaves it."""
    return SyncPrefectClient(url, auth_string=auth or None, httpx_settings={"trust_env": False, "timeout": 30})


def written(root: Path) -> list[dict[str, Any]]:
    """Return the deployments as `prefect.yaml` of a checkout lists them."""
    # The parser in C where PyYAML was built with it: the sweep reads this file each minute.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((root / "prefect.yaml").read_text(), loader).get("deployments") or []  # noqa: S506 - both are safe


def wanted_triggers(root: Path = CHECKOUT) -> list[tuple[str, str, dict[str, Any]]]:
    """Return deployment, automation's name and specification of every trigger in `prefect.yaml`."""
    triggers = []
    for deployment in written(root):
        for number, spec in enumerate(deployment.get("triggers") or [], start=1):
            # As Prefect itself calls a trigger without a name, so that one that it made is found and put right.
            name = spec.get("name") or f"{deployment['name']}__automation_{number}"
            triggers.append((deployment["name"], name, spec))
    return triggers


def put_right() -> list[str]:
    """Put right every automation of the server that the settings name.

    Returns:
        A sentence for each that was put right.

    Raises:
        PrefectUnreachableError: Prefect does not answer.
    """
    auth = settings().prefect_auth
    try:
        with prefect_client(settings().required("prefect_api_url"), auth.get_secret_value() if auth else "") as client:
            return reconcile(client)
    except httpx.HTTPError as error:
        raise PrefectUnreachableError(type(error).__name__) from None


def reconcile(client: SyncPrefectClient, root: Path = CHECKOUT) -> list[str]:
    """Make, correct and enable every automation that `prefect.yaml` lists; remove doubles and those it no longer lists.

    No step depends on another, so that a call which was killed half way is finished by the next one.

    Returns:
        A sentence for each that was put right.
    """
    triggers = wanted_triggers(root)
    present = _present(client, [name for _, name, _ in triggers])
    owners = _deployments(client, [deployment for deployment, _, _ in triggers])
    sentences = []
    for deployment, name, spec in triggers:
        # Taken out whatever becomes of it: what is left at the end is what nobody wants.
        same_name = present.pop(name, [])
        if deployment in owners:
            sentences += _put_right(client, _automation(spec, name, owners[deployment]), same_name)
        else:
            # An automation without its deployment would wake nothing and look as if it did.
            sentences.append(f"{name} has nothing to wake: {deployment} is not deployed")
    for name, unwanted in present.items():
        for automation in unwanted:
            client.delete_automation(automation.id)
        sentences.append(f"removed {name}, which prefect.yaml does not want")
    return sentences


def _present(client: SyncPrefectClient, names: list[str]) -> dict[str, list[Automation]]:
    """Return by name the automations that are called as those wanted, and those that are tagged as ours."""
    filters = (
        AutomationFilter(name=AutomationFilterName(any_=names)),
        AutomationFilter(tags=AutomationFilterTags(all_=[TAG])),
    )
    by_id = {each.id: each for wanted in filters for each in client.read_automations(automations=wanted)}
    by_name: dict[str, list[Automation]] = {}
    for automation in by_id.values():
        by_name.setdefault(automation.name, []).append(automation)
    return by_name


def _deployments(client: SyncPrefectClient, names: list[str]) -> dict[str, Any]:
    wanted = DeploymentFilter(name=DeploymentFilterName(any_=names))
    return {each.name: each.id for each in client.read_deployments(deployment_filter=wanted)}


def _automation(spec: dict[str, Any], name: str, deployment_id: Any) -> AutomationCore:
    """Return what a trigger of `prefect.yaml` must become.

    Its deployment does not own it, because Prefect removes what a deployment owns each time that it is deployed, and an
    event that came meanwhile would wake nobody.
    """
    trigger = _TRIGGER.validate_python({"name": name, **spec})
    trigger.set_deployment_id(deployment_id)
    core = trigger.as_automation().model_dump(exclude={"owner_resource"})
    return AutomationCore.model_validate(core | {"tags": [TAG]})


def _put_right(client: SyncPrefectClient, wanted: AutomationCore, present: list[Automation]) -> list[str]:
    if not present:
        client.create_automation(wanted)
        return [f"made {wanted.name} again"]
    # The one that is right is kept, so that an event on its way is not lost to a correction.
    kept, *doubles = sorted(present, key=lambda each: _effect(each) != _effect(wanted))
    sentences = []
    if _effect(kept) != _effect(wanted):
        client.update_automation(kept.id, wanted)
        sentences.append(f"corrected {wanted.name}")
    elif kept.enabled != wanted.enabled:
        client.update_automation(kept.id, wanted)
        sentences.append(f"enabled {wanted.name}" if wanted.enabled else f"disabled {wanted.name}")
    for double in doubles:
        client.delete_automation(double.id)
        sentences.append(f"removed a second {wanted.name}")
    return sentences


def _effect(automation: AutomationCore) -> tuple[object, ...]:
    """Return what an automation waits for and does, in Prefect's own terms; ids are new each time."""
    return automation.trigger.model_dump(exclude=_NEW_EACH_TIME), [each.model_dump() for each in automation.actions]
