"""The layers of the tests, and the real parts that they share: one PostgreSQL and one store for each worker of pytest.

`tests/README.md` says what stands where.
"""

import gc
import os
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import httpx._transports.default as transports
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from models.frames import CELLS, DEPTH
from models.settings import reread
from tests.examples import register_profiles
from tests.layers import (
    COUNTS,
    FURTHER,
    LAYERS,
    LONG,
    UNMEASURED,
    further_cases,
    guarded,
    kept_addresses,
    layer_of,
    scope_of,
    started_by,
    turn_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Frames that cross from room to room are checked cell by cell.
os.environ[DEPTH] = CELLS

register_profiles()

if {"JTAI_COVERAGE", "PYTEST_XDIST_WORKER"} <= os.environ.keys():
    # SlipCover measures this worker, and coverage what it starts; see `tests/covered.py`.
    from coverage import Coverage

    os.environ["COVERAGE_PROCESS_CONFIG"] = Coverage().config.serialize()

# One for all clients of a process: each would read the certificates of the world first, a tenth of a second each time.
transports.create_ssl_context = cache(transports.create_ssl_context)  # type: ignore[attr-defined]

_LAYER = pytest.StashKey[str]()

_CHOSEN = ("DATABASE_URL", "S3_ENDPOINT_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "PREFECT_API_URL", "PREFECT_AUTH")


def pytest_configure(config: pytest.Config) -> None:
    """Make the layers known."""
    for mark, meaning in {**LAYERS, "long": LONG, "unmeasured": UNMEASURED, "further": FURTHER}.items():
        config.addinivalue_line("markers", f"{mark}: {meaning}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test with its layer, and put the longest first.

    Raises:
        UsageError: a pure test asks for something that is started.
    """
    config.stash[COUNTS] = Counter()
    for item in items:
        layer = item.stash[_LAYER] = layer_of(item)
        if layer == "pure" and (started := started_by(item)):
            raise pytest.UsageError(f"{item.nodeid} is pure, yet asks for {', '.join(sorted(started))}.")
        item.add_marker(layer)
        config.stash[COUNTS][layer] += 1
    for item in further_cases(items):
        item.add_marker("further")
    items.sort(key=lambda item: turn_of(item.nodeid))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Set aside what was made by collection: it stays to the end, and the collector would walk it again and again."""
    gc.collect()
    gc.freeze()


class _Scopes(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives workers what belongs together in one piece, in the order in which tests were sorted."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Forget a scope once it is done: at each test, xdist counts all that a worker was ever given."""
        super().mark_test_complete(node, item_index, duration)
        given = self.assigned_work[node]
        scope = scope_of(self.registered_collections[node][item_index])
        if all(given[scope].values()):
            del given[scope]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Return the scheduler of `tests/layers.py`; marks of groups do not reach xdist 3.8 under pytest 9."""
    config.option.loadscopereorder = False
    return _Scopes(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let no pure test point those behind it at other parts."""
    with kept_addresses() if item.stash[_LAYER] == "pure" else nullcontext():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let a pure test reach for nothing that runs beside it."""
    with guarded() if item.stash[_LAYER] == "pure" else nullcontext():
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def forked() -> Iterator[None]:
    """Have checks of returns forked from one process a worker, as they are in a run: imports are paid once."""
    from validation.engine.isolation import prepared

    with prepared(now=False):
        yield


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each check import everything itself: for what becomes of a child, or of the process that others share."""
    from validation.engine import isolation

    monkeypatch.setattr(isolation, "_prepared", None)


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Start PostgreSQL and the object store, and point the settings at them."""
    from deployments.postgres import TUNING
    from deployments.stack import Stack

    for name in _CHOSEN:
        os.environ.pop(f"JTAI_{name}", None)
    stack = Stack(tmp_path_factory.mktemp("storage") / "state", prefect=False)
    # What a machine's own crash would lose is lost with the tests anyway; a process that is killed loses nothing by it.
    # Rows lie as they were written for as long as nothing cleans up behind them: no test passes or fails by chance.
    with pytest.MonkeyPatch.context() as patched:
        for name in ("fsync", "full_page_writes", "autovacuum"):
            patched.setitem(TUNING, name, "off")
        stack.start()
    before = dict(os.environ)
    os.environ.update(stack.addresses)
    reread()
    try:
        yield dict(stack.addresses)
    finally:
        os.environ.clear()
        os.environ.update(before)
        reread()
        stack.stop()
    stack.destroy()


@pytest.fixture(scope="session")
def administration(storage: dict[str, str]) -> dict[str, str]:
    """Return the addresses with the store's other key, which may make buckets and lift locks."""
    from deployments.state import State
    from tests.deployments.probes import with_administration

    return with_administration(storage, State(Path(storage["JTAI_STATE"])))


@pytest.fixture
def own_bucket(administration: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give a test an evidence bucket of its own, for what stays in a bucket for good, by the key that may make one."""
    from uuid import uuid4

    from deployments.store import client, provision
    from models.settings import settings

    bucket = f"own-{uuid4().hex[:12]}"
    provision(client(administration, settings().s3_region), bucket, administration["JTAI_PORTAL_URL"])
    with monkeypatch.context() as patched:
        for name in ("JTAI_S3_ACCESS_KEY", "JTAI_S3_SECRET_KEY"):
            patched.setenv(name, administration[name])
        patched.setenv("JTAI_S3_BUCKET", bucket)
        reread()
        yield bucket
    reread()


@pytest.fixture
def unanchored(administration: dict[str, str]) -> Iterator[None]:
    """Take away what other tests have anchored of rehearsals, and what this one does: a rehearsal's is not locked."""
    from deployments.store import client
    from models.settings import settings

    def forget() -> None:
        s3, bucket = client(administration, settings().s3_region), settings().s3_bucket
        for prefix in ("anchors/", "commitments/"):
            for each in s3.list_object_versions(Bucket=bucket, Prefix=prefix).get("Versions", []):
                s3.delete_object(Bucket=bucket, Key=each["Key"], VersionId=each["VersionId"])

    forget()
    yield
    forget()


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Return a real browser: one for each worker of pytest, since a thread can have no second that drives browsers."""
    import asyncio

    from playwright.sync_api import sync_playwright

    from tests.browsers import FLAGS, program

    # What ran here before may have left its loop as the one that runs, in which no browser would be driven.
    asyncio._set_running_loop(None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a real clamd, one for each file of tests."""
    from tests.scanning import clamd

    with clamd(tmp_path_factory.mktemp("clamd")) as address:
        yield address


@pytest.fixture
def ledger(storage: dict[str, str]) -> None:  # noqa: ARG001 - there is a database
    """Give a test an empty ledger."""
    from tests.tasks.snapshots import empty

    empty()


@pytest.fixture(scope="session")
def kept_reading(storage: dict[str, str]) -> str:  # noqa: ARG001 - there is a database
    """Announce a rehearsal of Reading once, issue its requests, and keep what the ledger holds then."""
    from tests.tasks.snapshots import empty, keep
    from tests.tasks.steps import announced

    empty()
    ref = announced("E06000038")
    keep("reading")
    return ref


@pytest.fixture
def reading(kept_reading: str) -> str:
    """Return a rehearsal of Reading, announced, its requests issued and its returns open."""
    from tests.tasks.snapshots import put_back

    put_back("reading")
    return kept_reading


@pytest.fixture(scope="session")
def kept(storage: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> str:  # noqa: ARG001 - both are there
    """Take Slough's rehearsal to open evaluations once, and keep what the ledger held on the way."""
    from models.events import Owed
    from models.themes import theme
    from tasks.jobs.open_evaluations import open_evaluations
    from tasks.sampling.draws import decide
    from tests.tasks.snapshots import empty, keep
    from tests.tasks.steps import APPROVE, announced, propose_all, taken
    from validation.synthetic import synthesise
    from validation.synthetic.writing import write

    folder = tmp_path_factory.mktemp("slough")
    write(synthesise(theme("domestic-abuse-2024"), "E06000039", 300, 7), folder)
    empty()
    ref = announced("E06000039")
    propose_all(ref, folder)
    keep("proposed")
    decide(ref, APPROVE)
    open_evaluations(taken(Owed.OPEN_EVALUATIONS, ref))
    keep("chosen")
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


@pytest.fixture(scope="session")
def portal(storage: dict[str, str]) -> Iterator[str]:
    """Serve the real application on the port that the store lets pages upload from; return its address."""
    import threading
    import time
    from urllib.parse import urlsplit

    import uvicorn

    from portal.serve import config

    address = storage["JTAI_PORTAL_URL"]
    port = urlsplit(address).port or 0
    server = uvicorn.Server(config("127.0.0.1", port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the portal did not start; is there another on its port?"
        time.sleep(0.02)
    yield address
    server.should_exit = True
    thread.join(10)
