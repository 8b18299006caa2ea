"""Inspections to begin with: one with open returns, and one that was taken further once and is put back each time."""

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
