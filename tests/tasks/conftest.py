"""Inspections to begin with: one with open returns, and one that was taken further once and is put back each time."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from models.lifecycle import Stage
from models.settings import settings
from tasks.ground import store
from tests.tasks.doubtful_cohort import keep_doubtful
from tests.tasks.snapshots import put_back
from tests.tasks.steps import moved_to


@pytest.fixture
def area(reading: str) -> str:
    """Return Reading's rehearsal with open returns; what earlier tests stored under its name is set aside.

    The evidence store keeps every version for ever, so a marker hides the old ones.
    """
    for page in store.client().get_paginator("list_objects_v2").paginate(Bucket=settings().s3_bucket):
        keys = [one["Key"] for one in page.get("Contents", ())]
        ours = [{"Key": key} for key in keys if f"/{reading}" in key and not key.startswith("templates/")]
        if ours:
            store.client().delete_objects(Bucket=settings().s3_bucket, Delete={"Objects": ours})  # type: ignore[typeddict-item]
    return reading


@pytest.fixture
def asked(storage: dict[str, str]) -> str:  # noqa: ARG001 - both are there
    """Return an inspection whose cohort is frozen and has doubtful pairs."""
    ref = keep_doubtful()
    put_back("doubtful")
    return ref


@pytest.fixture
def proposed(kept: str) -> str:
    """Return an inspection whose sample waits for a decision."""
    put_back("proposed")
    return kept


@pytest.fixture
def chosen(kept: str) -> str:
    """Return an inspection whose evaluations are open."""
    put_back("chosen")
    return kept


@pytest.fixture
def fieldwork(chosen: str) -> str:
    """Return an inspection in fieldwork."""
    moved_to(chosen, Stage.FIELDWORK)
    return chosen


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a stand-in for SQS, KMS and another store; return its address."""
    from deployments.ports import choose

    port, folder = choose("ministack", set()), tmp_path_factory.mktemp("ministack")
    environment = {
        **os.environ,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "SERVICES": "s3,sqs,kms",
        "STATE_DIR": str(folder),
    }
    program = Path(sys.executable).with_name("ministack")
    started = subprocess.Popen([program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(address, trust_env=False)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield address
    finally:
        started.terminate()
        started.wait(10)
