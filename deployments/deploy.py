"""`python -m deployments.deploy`: puts every deployment of `prefect.yaml` on the server and reads it back."""

import hashlib
import subprocess
import sys
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import httpx
import yaml

from deployments.errors import DeploymentDiffersError, StackError
from deployments.part import full_environment
from deployments.prefect_server import api, prefect_client
from deployments.readback import DIFFERENCES, Deployed
from deployments.state import State
from deployments.worker import LIMIT
from models.settings import CHECKOUT, MissingSettingError, required, settings

ROOMS = ("flows", "tasks", "models")
PROCESS = "process"
_SHARED = "events"
"""The queue whose deployments have a limit for each worker."""


def queues(workers: int) -> dict[str, tuple[int, int | None]]:
    """Return each queue of the pool with its priority, 1 being the first, and how many runs it may have at once.

    What events wake leaves one place free, so that no flood of uploads keeps people or the sweep waiting.
    """
    return {"people": (1, None), "clock": (2, None), "events": (3, workers * LIMIT - 1)}


def digest(root: Path, workers: int, pool: str) -> str:
    """Return a digest of everything that a deployment is made from: the yaml and the flows' signatures."""
    sources = sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))
    state = hashlib.sha256(f"{root}\0{workers}\0{pool}".encode())
    for path in (root / "prefect.yaml", *sources):
        state.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return state.hexdigest()


def wanted(root: Path, workers: int, pool: str) -> list[dict[str, Any]]:
    """Return the deployments of `prefect.yaml` for so many workers of a pool.

    The limit of what events wake is each worker's share; that of what the clock wakes is the deployment's own.
    """
    return [_shared(each, workers) for each in _for_pool(root, pool).get("deployments") or []]


def _for_pool(root: Path, pool: str) -> dict[str, Any]:
    """Return `prefect.yaml` with all its work in one pool, whichever it names."""
    written: dict[str, Any] = yaml.safe_load((root / "prefect.yaml").read_text())
    for each in written.get("deployments") or []:
        each["work_pool"] = each.get("work_pool", {}) | {"name": pool}
    return written


def _shared(wanted: dict[str, Any], workers: int) -> dict[str, Any]:
    limit = wanted.get("concurrency_limit")
    if wanted.get("work_pool", {}).get("work_queue_name") != _SHARED or not limit:
        return wanted
    if isinstance(limit, int):
        return wanted | {"concurrency_limit": limit * workers}
    return wanted | {"concurrency_limit": limit | {"limit": limit["limit"] * workers}}


def ensure_pool(client: httpx.Client, name: str) -> str:
    """Make the process work pool and return its type; one that is there stays as its operator made it."""
    for found in client.post("/work_pools/filter", json={"work_pools": {"name": {"any_": [name]}}}).json():
        return str(found["type"])
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    client.post("/work_pools/", json={"name": name, "type": PROCESS, "base_job_template": template})
    return PROCESS


def ensure_queues(client: httpx.Client, pool: str, workers: int) -> None:
    """Make the pool's queues, and give each its priority and limit."""
    there = {one["name"] for one in client.post(f"/work_pools/{pool}/queues/filter", json={}).json()}
    for name, (priority, limit) in queues(workers).items():
        body = {"priority": priority, "concurrency_limit": limit}
        if name in there:
            client.patch(f"/work_pools/{pool}/queues/{name}", json=body)
        else:
            client.post(f"/work_pools/{pool}/queues", json={"name": name, **body})


def find(client: httpx.Client, name: str) -> list[dict[str, Any]]:
    """Return the server's deployments of that name; there is at most one for each flow."""
    return list(client.post("/deployments/filter", json={"deployments": {"name": {"any_": [name]}}}).json())


def automations(client: httpx.Client, deployment_id: str) -> list[dict[str, Any]]:
    """Return the automations that belong to a deployment."""
    return list(client.get(f"/automations/related-to/prefect.deployment.{deployment_id}").json())


def remove(client: httpx.Client, names: set[str]) -> None:
    """Remove deployments that `prefect.yaml` no longer has, with their automations."""
    for deployment in (found for name in names for found in find(client, name)):
        client.delete(f"/automations/owned-by/prefect.deployment.{deployment['id']}")
        client.delete(f"/deployments/{deployment['id']}")


def put(root: Path, addresses: dict[str, str], pool: str) -> None:
    """Deploy everything to a pool with Prefect's own command.

    Raises:
        DeploymentDiffersError: a deployment's flow is not there.
        StackError: the command failed.
    """
    written = _for_pool(root, pool)
    for each in written.get("deployments") or []:
        path = each["entrypoint"].split(":")[0]
        if not (root / path).exists():
            raise DeploymentDiffersError(each["name"], f"its flow's file {path} does not exist")
    environment = full_environment(prefect_client(addresses))
    with NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump(written, file, sort_keys=False)
        file.flush()
        command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", file.name]
        if subprocess.run(command, cwd=root, env=environment, stdin=subprocess.DEVNULL).returncode != 0:
            raise StackError("`prefect deploy --all` failed; its output is above")


def widen(client: httpx.Client, all_wanted: list[dict[str, Any]]) -> None:
    """Let as many runs of a deployment go on at once as all workers share; Prefect's command knows of one."""
    for each in all_wanted:
        limit = each.get("concurrency_limit")
        if limit:
            more = limit if isinstance(limit, dict) else {"limit": limit}
            body: dict[str, Any] = {"concurrency_limit": more["limit"]}
            if "collision_strategy" in more:
                body["concurrency_options"] = {"collision_strategy": more["collision_strategy"]}
            for found in find(client, each["name"]):
                client.patch(f"/deployments/{found['id']}", json=body)


def check(client: httpx.Client, wanted: dict[str, Any], root: Path, pool: str) -> None:
    """Read one deployment back.

    Raises:
        DeploymentDiffersError: it is missing, doubled or not as written.
    """
    name = wanted["name"]
    found = [each for each in find(client, name) if each["entrypoint"] == wanted["entrypoint"]]
    if len(found) != 1:
        raise DeploymentDiffersError(name, f"found {len(found)} times on the server, not once")
    deployed = Deployed(found[0], automations(client, found[0]["id"]), root, pool)
    for difference in DIFFERENCES:
        what = difference(wanted, deployed)
        if what:
            raise DeploymentDiffersError(name, what)


def all_right(client: httpx.Client, all_wanted: list[dict[str, Any]], root: Path, pool: str) -> bool:
    """Tell whether every deployment is on the server as written."""
    try:
        for each in all_wanted:
            check(client, each, root, pool)
    except DeploymentDiffersError:
        return False
    return True


def deploy(state: State, addresses: dict[str, str], root: Path = CHECKOUT, pool: str = "jtai", workers: int = 1) -> int:
    """Deploy what changed since last time, remove what is no longer wanted, and read everything back.

    Returns:
        How many deployments are on the server and right.

    Raises:
        StackError: they could not be put there, or are not right although they were just put there.
    """
    all_wanted = wanted(root, workers, pool)
    names = {each["name"] for each in all_wanted}
    before = state.read("deployed")
    now = {"digest": digest(root, workers, pool), "server": addresses["JTAI_PREFECT_API_URL"], "names": sorted(names)}
    with api(addresses) as client:
        ensure_pool(client, pool)
        ensure_queues(client, pool, workers)
        if before == now and all_right(client, all_wanted, root, pool):
            return len(all_wanted)
        remove(client, set(before.get("names", ())) - names)
        put(root, addresses, pool)
        widen(client, all_wanted)
        for each in all_wanted:
            check(client, each, root, pool)
    state.remember("deployed", now)
    return len(all_wanted)


def main() -> int:
    """Run the command; returns its exit code."""
    try:
        known = settings()
        addresses = {"JTAI_PREFECT_API_URL": required("prefect_api_url")}
        if known.prefect_auth:
            addresses["JTAI_PREFECT_AUTH"] = known.prefect_auth.get_secret_value()
        count = deploy(State(known.state), addresses, pool=known.work_pool, workers=known.workers)
    except (StackError, MissingSettingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{count} deployments are as prefect.yaml says.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
