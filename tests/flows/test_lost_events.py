"""Lost events: they cost time and change nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlmodel import select

from deployments.demo.web import sign_in
from deployments.stack import Stack
from models.events import Event, Owed
from models.lifecycle import RequestState
from models.tables import OutboxEvent
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call, start_run
from tasks.people.sign_in_links import outbox_key
from tasks.watch.sweep import waiting_kinds
from tests.flows.running import announced, runs_of, state_of
from tests.stacks import until

pytestmark = [pytest.mark.deaths, pytest.mark.timeout(900)]


@contextmanager
def _deaf() -> Iterator[None]:
    """Let Prefect hear of no upload for a while."""
    deployment = call("GET", "/deployments/name/receive-returns/receive-returns")["id"]
    (automation,) = call("GET", f"/automations/related-to/prefect.deployment.{deployment}")
    call("PATCH", f"/automations/{automation['id']}", json={"enabled": False})
    try:
        yield
    finally:
        call("PATCH", f"/automations/{automation['id']}", json={"enabled": True})


def _upload_was_told(ref: str) -> bool:
    with transaction() as session:
        query = select(OutboxEvent).where(OutboxEvent.inspection == ref, OutboxEvent.event == Event.RETURN_UPLOADED)
        return all(one.sent_at is not None for one in session.exec(query).all())


def test_l3_an_event_that_nobody_heard_is_made_good_by_the_sweep(stack: Stack, tmp_path: Path) -> None:
    ref = announced("E06000040", "Windsor and Maidenhead")
    file = tmp_path / "POL-1.csv"
    file.write_text("incident_ref\n1\n")
    with _deaf():
        police = sign_in(stack.addresses["JTAI_PORTAL_URL"], outbox_key(), f"{ref}/police", "Dan Webb", ref)
        police.upload(f"{ref}-pol-1", file)
        until("the event was sent", lambda: _upload_was_told(ref))
        until("the return waits for a sweep", lambda: Owed.VALIDATE in waiting_kinds())
        assert state_of(f"{ref}-pol-1") == RequestState.RECEIVED
        start_run("sweep")
        until("the return has its verdict", lambda: state_of(f"{ref}-pol-1") == RequestState.REJECTED)
        until("the run is named", lambda: bool(runs_of("receive-returns", tags={"all_": [f"inspection:{ref}"]})))
        (run,) = runs_of("receive-returns", tags={"all_": [f"inspection:{ref}"]})
        assert "woken-by-sweep" in run["tags"]
