"""`python -m deployments.deploy`: makes the Prefect server hold what `prefect.yaml` says, and nothing else of ours."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterName, DeploymentFilterTags, Operator
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound

from deployments.errors import DeploymentDiffersError, StackError
from deployments.pools import closed
from deployments.sources import sources
from deployments.state import State
from deployments.worker import LIMIT, PROCESS, cold_command
from models.settings import CHECKOUT, MissingSettingError, settings
from tasks.watch.automations import TAG, prefect_client, reconcile, written

_DEFAULTS: dict[str, Any] = {"schedules": [], "paused": False, "enforce_parameter_schema": True}
_STEP = "prefect.deployments.steps.set_working_directory"
_BESIDES = frozenset({"active", "parameters", "slug"})
_SHARED = "events"
"""The queue whose deployments have a limit for each worker."""
_PLAIN = (
    *("name", "entrypoint", "version", "tags", "description", "paused", "work_pool_name", "work_queue_name"),
    *("pull_steps", "parameters", "parameter_openapi_schema", "enforce_parameter_schema"),
    *("concurrency_options", "job_variables"),
)
_WATCHED: Any = dict.fromkeys(_PLAIN, True) | {
    "global_concurrency_limit": {"limit", "active"},
    "schedules": {"__all__": {"schedule", "active", "parameters", "slug"}},
}
"""What decides how a deployment runs, without what the server changes by itself."""


def queues(workers: int) -> dict[str, tuple[int, int | None]]:
    """Return each queue of the pool with its priority, 1 being the first, and how many runs it may have at once.

    What events wake leaves one place free, so that no flood of uploads keeps people or the sweep waiting.
    """
    return {"people": (1, None), "clock": (2, None), "events": (3, workers * LIMIT - 1)}


def digest(root: Path, workers: int, pool: str) -> str:
    """Return a digest of everything that a deployment is made from and that its runs read."""
    state = hashlib.sha256(f"{root}\0{workers}\0{pool}".encode())
    # Sorted, as a folder lists its files in any order and the digest must not depend on it.
    for path in sorted(sources(root)):
        state.update(f"\0{path.relative_to(root)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()[:16]


def wanted(root: Path, workers: int, pool: str, version: str = "") -> list[dict[str, Any]]:
    """Return the deployments of `prefect.yaml` for so many workers of a pool, in the words of `prefect.yaml`.

    The version is the digest, so that Prefect shows on every run what it was made from. `reconcile` takes the triggers.
    """
    imported = root == CHECKOUT
    return [_fitted(each, workers, pool, imported=imported) | {"version": version} for each in written(root)]


def _fitted(spec: dict[str, Any], workers: int, pool: str, *, imported: bool) -> dict[str, Any]:
    """Put a deployment into the pool; a limit of what events wake is each worker's share.

    Flows of the product as it is installed are imported: a run then executes no file anew and pulls nothing. Those of
    another checkout are read from its folder.
    """
    # What is not written is what it was before somebody changed it on the server.
    fitted = _DEFAULTS | spec | {"work_pool": spec.get("work_pool", {}) | {"name": pool}}
    fitted.pop("triggers", None)
    if imported:
        file, _, flow = fitted["entrypoint"].partition(":")
        fitted |= {"entrypoint": f"{file.removesuffix('.py').replace('/', '.')}.{flow}", "pull": []}
    limit = spec.get("concurrency_limit")
    if limit and fitted["work_pool"].get("work_queue_name") == _SHARED:
        shared = limit * workers if isinstance(limit, int) else limit | {"limit": limit["limit"] * workers}
        fitted["concurrency_limit"] = shared
    return fitted


def ensure_pool(client: SyncPrefectClient, name: str) -> None:
    """Make the process pool; of one that is there, only what a run could choose is taken away."""
    try:
        template = client.read_work_pool(name).base_job_template
    except ObjectNotFound:
        from prefect.workers.process import ProcessWorker

        template = closed(ProcessWorker.get_default_base_job_template(), command=cold_command())
        client.create_work_pool(WorkPoolCreate(name=name, type=PROCESS, base_job_template=template))
    else:
        if template != closed(template):
            client.update_work_pool(name, WorkPoolUpdate(base_job_template=closed(template)))


def ensure_queues(client: SyncPrefectClient, pool: str, workers: int) -> None:
    """Make the pool's queues, and give each its priority and limit."""
    present = {queue.name: queue.id for queue in client.read_work_queues(work_pool_name=pool)}
    for name, (priority, limit) in queues(workers).items():
        if name in present:
            client.update_work_queue(present[name], priority=priority, concurrency_limit=limit)
        else:
            client.create_work_queue(name, priority=priority, concurrency_limit=limit, work_pool_name=pool)


def deployed(client: SyncPrefectClient, names: list[str]) -> list[DeploymentResponse]:
    """Return the server's deployments that are tagged as ours or called as those wanted."""
    ours = DeploymentFilter(
        operator=Operator.or_,
        name=DeploymentFilterName(any_=names),
        tags=DeploymentFilterTags(all_=[TAG]),
    )
    return client.read_deployments(deployment_filter=ours)


def fingerprint(deployments: list[DeploymentResponse]) -> str:
    """Return a digest by which a change that somebody made on the server is noticed."""
    rows = sorted(json.dumps(each.model_dump(mode="json", include=_WATCHED), sort_keys=True) for each in deployments)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def put(client: SyncPrefectClient, root: Path, specs: list[dict[str, Any]]) -> None:
    """Make or replace one deployment after the other, by the request that Prefect's own command sends for each.

    The command itself would start an interpreter of its own, and ask the server for pool and workers each time.

    Raises:
        StackError: a flow could not be loaded, or the server refused its deployment.
    """
    from prefect.exceptions import PrefectException

    for spec in specs:
        try:
            _put(client, root, spec)
        except (PrefectException, httpx.HTTPStatusError, ImportError, AttributeError, OSError, ValueError) as error:
            name, flow = spec["name"], spec["entrypoint"]
            raise StackError(
                f"The deployment {name} of {flow} could not be put: {type(error).__name__}: {error}"
            ) from None


def _put(client: SyncPrefectClient, root: Path, spec: dict[str, Any]) -> None:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.objects import ConcurrencyOptions
    from prefect.flows import Flow, load_flow_from_entrypoint
    from prefect.utilities.callables import parameter_schema

    entrypoint, pull = spec["entrypoint"], spec.get("pull")
    # A path is one below the checkout, and a run goes to its folder; what is imported has no path.
    flow: Flow[..., Any] = load_flow_from_entrypoint(entrypoint if pull == [] else str(root / entrypoint))
    limit, pool = spec.get("concurrency_limit"), spec["work_pool"]
    # A limit is a number, or a number with what becomes of runs beyond it.
    options = dict(limit) if isinstance(limit, dict) else {"limit": limit}
    most = options.pop("limit")
    client.create_deployment(
        client.create_flow_from_name(flow.name),
        name=spec["name"],
        version=spec["version"],
        entrypoint=entrypoint,
        description=spec.get("description") or flow.description,
        tags=spec.get("tags"),
        paused=spec["paused"],
        schedules=[DeploymentScheduleCreate.model_validate(_schedule(each)) for each in spec["schedules"]],
        concurrency_limit=most,
        concurrency_options=ConcurrencyOptions.model_validate(options) if options else None,
        parameters=spec.get("parameters"),
        parameter_openapi_schema=parameter_schema(flow).model_dump(exclude_unset=True),
        enforce_parameter_schema=spec["enforce_parameter_schema"],
        work_pool_name=pool["name"],
        work_queue_name=pool.get("work_queue_name"),
        job_variables=pool.get("job_variables"),
        pull_steps=[{_STEP: {"directory": str(root)}}] if pull is None else pull,
    )


def _schedule(spec: dict[str, Any]) -> dict[str, Any]:
    """Return a schedule of `prefect.yaml` as the server takes it: what says when apart from what else it has."""
    besides = {name: value for name, value in spec.items() if name in _BESIDES}
    return {"active": True} | besides | {"schedule": {n: value for n, value in spec.items() if n not in _BESIDES}}


def remove_others(client: SyncPrefectClient, specs: list[dict[str, Any]]) -> list[DeploymentResponse]:
    """Remove deployments of ours that were not put just now, and return those that were.

    Raises:
        DeploymentDiffersError: one that should have been put was not.
    """
    versions = {spec["name"]: spec["version"] for spec in specs}
    kept = []
    for each in deployed(client, list(versions)):
        # The version is the digest, so an older deployment of the same name is no match.
        if each.name in versions and each.version == versions[each.name]:
            kept.append(each)
        elif TAG in each.tags:
            client.delete_deployment(each.id)
    for name in versions:
        times = sum(each.name == name for each in kept)
        if times != 1:
            raise DeploymentDiffersError(name, f"was put, and is {times} times on the server")
    return kept


def deploy(state: State, addresses: dict[str, str], root: Path = CHECKOUT, pool: str = "jtai", workers: int = 1) -> int:
    """Make pool, queues, deployments and automations of the server what `prefect.yaml` says.

    Deployments are put anew when anything that they are made from has changed, or the server no longer holds what it
    held after the last time. That is remembered last, so that a call which was killed half way is done again.

    Returns:
        How many deployments are on the server and right.

    Raises:
        StackError: they could not be put there.
    """
    version = digest(root, workers, pool)
    specs = wanted(root, workers, pool, version)
    names = [spec["name"] for spec in specs]
    with prefect_client(addresses["JTAI_PREFECT_API_URL"], addresses.get("JTAI_PREFECT_AUTH", "")) as client:
        ensure_pool(client, pool)
        ensure_queues(client, pool, workers)
        before = {"digest": version, "server": fingerprint(deployed(client, names))}
        if before != state.read("deployed"):
            put(client, root, specs)
            after = fingerprint(remove_others(client, specs))
            state.remember("deployed", before | {"server": after})
        reconcile(client, root)
    return len(specs)


def main() -> int:
    """Run the command; returns its exit code."""
    try:
        own = settings()
        addresses = {"JTAI_PREFECT_API_URL": settings().required("prefect_api_url")}
        if own.prefect_auth:
            addresses["JTAI_PREFECT_AUTH"] = own.prefect_auth.get_secret_value()
        count = deploy(State(own.state), addresses, pool=own.work_pool, workers=own.workers)
    except httpx.HTTPError as error:
        sys.stderr.write(f"The Prefect server does not answer ({type(error).__name__}).\n")
        return 1
    except (StackError, MissingSettingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{count} deployments are as prefect.yaml says.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
