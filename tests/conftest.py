"""The real parts that tests share: one PostgreSQL and one object store, and an empty ledger for each test."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import text

from models.frames import CELLS, DEPTH
from models.settings import settings

# Frames that cross from room to room are checked cell by cell.
os.environ[DEPTH] = CELLS

# Machines differ and are shared: no test is about time.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

_CHOSEN = ("DATABASE_URL", "S3_ENDPOINT_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "PREFECT_API_URL", "PREFECT_AUTH")


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Start PostgreSQL and the object store, and point the settings at them."""
    from deployments.stack import Stack

    for name in _CHOSEN:
        os.environ.pop(f"JTAI_{name}", None)
    stack = Stack(tmp_path_factory.mktemp("storage") / "state", prefect=False)
    with stack:
        before = dict(os.environ)
        os.environ.update(stack.addresses)
        forget()
        yield dict(stack.addresses)
        os.environ.clear()
        os.environ.update(before)
        forget()
    stack.destroy()


def forget() -> None:
    """Forget settings and clients that were made for other parts."""
    from tasks.ground import prefect_api, store

    settings.cache_clear()
    store.client.cache_clear()
    prefect_api._client.cache_clear()


@pytest.fixture
def ledger(storage: dict[str, str]) -> Iterator[None]:
    """Give a test an empty ledger."""
    from models.tables import Base
    from tasks.ground.database import transaction

    tables = ", ".join(f'"{name}"' for name in Base.metadata.tables)
    with transaction() as session:
        session.execute(text(f"TRUNCATE {tables} CASCADE"))
    yield


@pytest.fixture
def reading(ledger: None) -> str:
    """Return a rehearsal of Reading, announced, its requests issued and its returns open."""
    from models.events import Owed
    from tasks.inspection.announcing import Announcement, announce
    from tasks.jobs.issue_request import issue_request
    from tasks.ledger.work import claim

    ref = announce(Announcement("E06000038", "domestic-abuse-2024", date(2025, 2, 24), "A Lee", rehearsal=True))
    while claimed := claim(Owed.ISSUE_REQUEST, ref):
        issue_request(claimed)
    return ref


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the clean returns of 300 made-up children of Reading, and the truth."""
    from models.themes import theme
    from validation.synthetic import synthesise
    from validation.synthetic.writing import write

    folder = tmp_path_factory.mktemp("synthetic")
    write(synthesise(theme("domestic-abuse-2024"), "E06000038", 300, 7), folder)
    return folder
