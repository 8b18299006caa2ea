"""Inspections to begin with: one with open returns, and one that was taken further once and is put back each time."""

from datetime import date

import pytest

from models.events import Owed
from models.lifecycle import Stage
from models.settings import settings
from models.themes import theme
from tasks.ground import store
from tasks.inspection.announcing import Announcement, announce
from tasks.jobs.issue_request import issue_request
from tasks.jobs.open_evaluations import open_evaluations
from tasks.ledger.work import claim
from tasks.sampling.draws import decide
from tests.tasks.doubtful_cohort import keep_doubtful
from tests.tasks.snapshots import empty, keep, put_back
from tests.tasks.steps import APPROVE, moved_to, propose_all, taken
from validation.synthetic import synthesise
from validation.synthetic.writing import write


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


@pytest.fixture(scope="session")
def kept(storage: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Take Slough's rehearsal to open evaluations once, and keep what the ledger held on the way."""
    folder = tmp_path_factory.mktemp("slough")
    write(synthesise(theme("domestic-abuse-2024"), "E06000039", 300, 7), folder)
    empty()
    ref = announce(Announcement("E06000039", "domestic-abuse-2024", date(2025, 2, 24), "A Lee", rehearsal=True))
    while claimed := claim(Owed.ISSUE_REQUEST, ref):
        issue_request(claimed)
    propose_all(ref, folder)
    keep("proposed")
    decide(ref, APPROVE)
    open_evaluations(taken(Owed.OPEN_EVALUATIONS, ref))
    keep("chosen")
    return ref


@pytest.fixture
def asked(storage: dict[str, str]) -> str:
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
