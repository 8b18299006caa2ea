"""Two workers on one database and one store share the load, and one alone finishes what a killed one was amid."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlmodel import select

from deployments.deploy import deploy
from deployments.stack import Stack
from models.events import Event, Owed
from models.settings import CHECKOUT
from models.states import WorkState
from models.tables import Notice, OutboxEvent, Submission, Work
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call, start_run
from tasks.ledger.audit import chain, verify
from tasks.returns.uploads import open_upload, upload_completed
from tests.deployments.probes import alive, family
from tests.flows.running import announced, being_done
from tests.stacks import no_addresses, pointed_at, until
from validation.synthetic import synthesise
from validation.synthetic.writing import write

pytestmark = pytest.mark.timeout(600)
AHEAD = 6
LEASE_SECONDS = 5


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start the shared parts without a worker, and deploy as a deploy job does."""
    folder = tmp_path_factory.mktemp("apart")
    with no_addresses():
        os.environ["JTAI_LEASE_SECONDS"] = str(LEASE_SECONDS)
        stack = Stack(folder / "state", worker=False)
        with stack, pointed_at(stack):
            deploy(stack.state, stack.addresses)
            yield stack
        stack.destroy()


@contextmanager
def worker(stack: Stack, name: str, folder: Path) -> Iterator[psutil.Popen]:
    """Run a worker that has nothing in common with another but the addresses, one run at a time."""
    folder.mkdir()
    own = {each: str(folder) for each in ("JTAI_STATE", "TMPDIR", "PREFECT_HOME")}
    command = [
        *(sys.executable, "-m", "deployments.warm.worker"),
        *("--pool", "jtai", "--name", name, "--limit", "1"),
    ]
    # So long that each run is one of which the worker was told.
    environment = stack.env | own | {"PREFECT_WORKER_QUERY_SECONDS": "600", "DO_NOT_TRACK": "1"}
    with (folder / "log").open("w") as log:
        started = psutil.Popen(command, cwd=CHECKOUT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield started
    finally:
        kill(started)


def kill(process: psutil.Process) -> None:
    """End a worker and its runs at once, as the loss of its machine would."""
    lost = family(process.pid)
    for each in lost:
        if each.is_running():
            each.kill()
    assert not alive(lost)


def upload(ref: str, data: bytes) -> None:
    arrival = open_upload(f"{ref}-pol-1", "a.csv", uploader="test")
    store.put_once(arrival.key, data)
    upload_completed(arrival.id)


def doing(process: psutil.Process) -> set[str]:
    """Return the runs that a worker's own processes work at, by the ids that Prefect gave them."""
    pids = {each.pid for each in family(process.pid)}
    # Prefect keeps a process as host:number.
    return {run["id"] for run in underway() if int((run["infrastructure_pid"] or ":0").rsplit(":", 1)[-1]) in pids}


def underway(*states: str) -> list[dict[str, Any]]:
    """Return the runs of receive-returns that are in one of some states; those that run, if none is named."""
    wanted = {
        "flow_runs": {"state": {"type": {"any_": list(states) or ["RUNNING"]}}},
        "flows": {"name": {"any_": ["receive-returns"]}},
    }
    return list(call("POST", "/flow_runs/filter", json=wanted))


def has_worked(run: str) -> bool:
    """Tell whether a run has come to a verdict: each is a task of its own that ended well."""
    query = {"flow_runs": {"id": {"any_": [run]}}, "task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}}
    return bool(call("POST", "/task_runs/filter", json=query))


def owed() -> list[str]:
    """Return what is not done, but for anchors of the audit: each stage owes one, and they are no part of this load."""
    with transaction() as session:
        query = select(Work).where(Work.state != WorkState.DONE, Work.kind != Owed.ANCHOR)
        rows = session.exec(query).all()
    return [f"{one.kind} {one.subject} {one.state}" for one in rows]


def assert_done_once(ref: str, sent: int) -> None:
    with transaction() as session:
        rows = session.exec(select(Submission).where(Submission.inspection == ref)).all()
        decided = session.exec(
            select(OutboxEvent.subject).where(OutboxEvent.inspection == ref, OutboxEvent.event == Event.RETURN_DECIDED)
        ).all()
        told = session.exec(select(Notice.once).where(Notice.inspection == ref, Notice.kind == "accepted")).all()
        assert verify(*chain(session, ref)) is None
    assert {one.result.verdict for one in rows} == {"accepted"}
    assert len(rows) == sent
    assert sorted(decided) == sorted(one.id for one in rows), "each version is decided once"
    assert len(told) == len({once.split("/")[0] for once in told}), "no verdict is told twice"
    assert f"{ref}-pol-1-v{sent}/accepted" in told


def test_two_workers_share_the_load_and_one_finishes_alone(apart: Stack, tmp_path: Path) -> None:
    with ExitStack() as both:
        first, other = (both.enter_context(worker(apart, name, tmp_path / name)) for name in ("first", "other"))
        ref = announced("E06000042", "Milton Keynes")
        write(synthesise(theme("domestic-abuse-2024"), "E06000042", 60, 5), tmp_path)
        file = (tmp_path / "POL-1.csv").read_bytes()
        shared: set[int] = set()
        sent = 0

        def busy() -> None:
            """Let there be work for both: however quick one is, it does not find the other's share done."""
            nonlocal sent
            while len(owed()) < AHEAD:
                sent += 1
                # The same bytes again would make no version, and so no work.
                upload(ref, file + b"\r\n" * sent)
            for _ in range(len(underway("SCHEDULED", "PENDING", "RUNNING")), 2):
                start_run("receive-returns")

        def both_have_worked() -> bool:
            busy()
            shared.update(each.pid for each in (first, other) if any(has_worked(run) for run in doing(each)))
            return len(shared) == 2

        def other_is_amid_a_check() -> bool:
            busy()
            return being_done("validate") and bool(doing(other))

        until("both workers have come to a verdict", both_have_worked)
        until("the other is amid a check", other_is_amid_a_check)
        kill(other)
        time.sleep(LEASE_SECONDS)
        start_run("sweep")
        until("everything that was owed is done", lambda: not owed(), 180)
    assert_done_once(ref, sent)
