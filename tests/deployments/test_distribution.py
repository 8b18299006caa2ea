"""The files by which it runs on several machines hold together: settings, modules, labels and templates are real."""

import importlib.util
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.deploy import queues, wanted
from deployments.pools import closed
from models.settings import CHECKOUT, Settings

ROOT = CHECKOUT / "deployments"
KUBERNETES, ECS = ROOT / "kubernetes", ROOT / "ecs"
DOCKERFILE = ROOT / "container" / "Dockerfile"
FILES = sorted(path for folder in (KUBERNETES, ECS) for path in folder.rglob("*") if path.is_file())
PART_OF = {"app.kubernetes.io/part-of": "jtai"}
RUNS = {"app.kubernetes.io/name": "jtai-run"}  # Prefect writes its own part-of over ours
SECRET_WORDS = ("DATABASE_URL", "SECRET", "JTAI_KEYS", "AUTH", "TOKEN", "ACCESS_KEY", "CONNECTION_URL")

pytestmark = pytest.mark.pure

Json = dict[str, Any]


@cache
def documents(path: Path) -> list[Json]:
    """Return what a file holds, and so show that it can be read at all; each file is read once for all tests."""
    text = path.read_text()
    return [json.loads(text)] if path.suffix == ".json" else [one for one in yaml.safe_load_all(text) if one]


@cache
def manifests() -> list[Json]:
    return [one for path in sorted(KUBERNETES.rglob("*.yaml")) for one in documents(path)]


def within(value: Any) -> Iterator[Json]:
    """Yield every object of a document."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from within(one)


def containers() -> list[Json]:
    """Return every container that Kubernetes or ECS is to start."""
    found = [one for document in manifests() for one in within(document) if {"image", "command"} <= one.keys()]
    tasks = [one for path in ECS.glob("*.json") for one in documents(path)[0].get("containerDefinitions", [])]
    return found + tasks


def pods() -> list[Json]:
    return [one["spec"]["template"] for one in manifests() if one["kind"] in {"Deployment", "Job"}]


def labels() -> list[Json]:
    """Return the labels of every pod, those of the pool of jobs among them."""
    return [RUNS, *(pod["metadata"]["labels"] | PART_OF for pod in pods())]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_setting_that_a_file_names_is_one(path: Path) -> None:
    assert documents(path)
    settings = {f"JTAI_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"JTAI_[A-Z0-9_]+", path.read_text())) <= settings


def test_every_setting_that_the_image_names_is_one() -> None:
    settings = {f"JTAI_{name.upper()}" for name in Settings.model_fields}
    named = set(re.findall(r"JTAI_[A-Z0-9_]+", DOCKERFILE.read_text()))
    assert named
    assert named <= settings


def test_every_file_that_the_image_copies_is_there_and_not_left_out() -> None:
    copied = [
        words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE.read_text(), re.MULTILINE)
    ]
    sources = {source for line in copied for source in line}
    assert {"requirements.txt", "portal/package-lock.json", "deployments/node.txt"} < sources
    assert all((CHECKOUT / source).exists() for source in sources)
    kept = {line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert all((CHECKOUT / one).exists() for one in kept)
    assert {Path(source).parts[0] for source in sources - {"."}} | {"flows", "models", "prefect.yaml"} <= kept


def test_every_command_runs_a_module_that_is_there() -> None:
    modules = {command[command.index("-m") + 1] for one in containers() for command in [one["command"]]}
    assert {
        "models.migrate",
        "deployments.deploy",
        "deployments.listen",
        "deployments.warm.worker",
        "portal.serve",
        "prefect",
        "portal.gate",
    } == modules
    assert all(importlib.util.find_spec(name) for name in modules)


def test_every_selector_finds_its_pods() -> None:
    selectors = [one["spec"]["selector"] for one in manifests() if one["kind"] in {"Deployment", "PodDisruptionBudget"}]
    asked = [one["matchLabels"] for one in selectors]
    asked += [one["spec"]["selector"] for one in manifests() if one["kind"] == "Service"]
    peers = [peer["podSelector"] for one in manifests() for peer in within(one) if "podSelector" in peer]
    asked += [one["matchLabels"] for one in peers]
    assert len(asked) > 10
    assert [one for one in asked if not any(one.items() <= pod.items() for pod in labels())] == []


def test_every_named_port_secret_volume_and_account_is_there() -> None:
    accounts = {one["metadata"]["name"] for one in manifests() if one["kind"] == "ServiceAccount"}
    kept = {(one["kind"], one["metadata"]["name"]) for one in manifests() if "metadata" in one}
    for pod in pods():
        spec = pod["spec"]
        assert spec["serviceAccountName"] in accounts
        for container in spec["containers"]:
            ports = {one["name"] for one in container.get("ports", [])}
            probed = {one["port"] for one in within(container) if "port" in one}
            assert probed <= ports
            mounted = {one["name"] for one in container["volumeMounts"]}
            assert mounted <= {one["name"] for one in spec["volumes"]}
            for source in container.get("envFrom", []):
                ((kind, reference),) = source.items()
                assert (kind[0].upper() + kind[1:].removesuffix("Ref"), reference["name"]) in kept


def test_a_kustomization_lists_every_manifest_beside_it() -> None:
    for path in KUBERNETES.rglob("kustomization.yaml"):
        (listed,) = [one["resources"] for one in documents(path)]
        there = {one.name for one in path.parent.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}
        assert {one for one in listed if not one.startswith("..")} == there


def test_no_container_runs_as_root_or_may_become_it() -> None:
    for pod in pods():
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        for one in pod["spec"]["containers"]:
            assert one["securityContext"]["readOnlyRootFilesystem"]
            assert "memory" in one["resources"]["limits"]
    template = documents(KUBERNETES / "jobs" / "work-pool.json")[0]["job_configuration"]["job_manifest"]["spec"]
    assert template["template"]["metadata"]["labels"] == RUNS
    assert template["template"]["spec"]["securityContext"]["runAsNonRoot"]
    assert all(one["user"] == "10001:10001" for path in ECS.glob("*.json") for one in containers_of(path))


def containers_of(path: Path) -> list[Json]:
    return list(documents(path)[0].get("containerDefinitions", []))


def test_no_file_holds_a_secret() -> None:
    (config,) = [one for one in manifests() if one["kind"] == "ConfigMap"]
    plain = set(config["data"]) | {each["name"] for one in containers() for each in one.get("environment", [])}
    plain |= {each["name"] for one in containers() for each in one.get("env", []) if "value" in each}
    assert [name for name in plain if any(word in name for word in SECRET_WORDS) and "_SECRET_" not in name] == []
    examples = [one for one in manifests() if one["kind"] == "Secret"]
    # The application's, Prefect's, and the one of the owner of the tables, which the migration alone reads.
    assert len(examples) == 3
    assert not any(value for one in examples for value in one["stringData"].values())


@pytest.mark.parametrize("path", [KUBERNETES / "jobs" / "work-pool.json", ECS / "work-pool.json"])
def test_no_run_may_say_anything_about_what_a_pool_starts(path: Path) -> None:
    template = documents(path)[0]
    assert template == closed(template)
    assert "{{" not in path.read_text()


def test_what_may_run_at_once_grows_with_the_workers() -> None:
    def limit(flow: str, workers: int) -> object:
        found = {one["name"]: one for one in wanted(CHECKOUT, workers, "jtai")}
        return found[flow]["concurrency_limit"]["limit"]

    assert (limit("receive-returns", 1), limit("receive-returns", 3)) == (2, 6)
    assert (queues(1)["events"][1], queues(3)["events"][1]) == (3, 11)
    assert limit("sweep", 1) == limit("sweep", 3)


def test_l2_the_products_own_role_destroys_nothing_and_lifts_no_lock() -> None:
    policy = json.loads((CHECKOUT / "deployments/ecs/policy-task.json").read_text())
    allowed = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert "s3:PutObject" in allowed
    forbidden = ("Delete", "Bypass", "*", "PutBucket", "PutLifecycle", "PutObjectLegalHold")
    of_the_store = {action for action in allowed if action.startswith("s3:")}
    assert [action for action in of_the_store if any(word in action for word in forbidden)] == []
