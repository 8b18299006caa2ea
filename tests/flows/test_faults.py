"""Lost events and killed parts: they cost time and change nothing else."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from sqlmodel import select

from deployments.demo.story import Story
from deployments.demo.watch import REF, StoryError, stage
from deployments.demo.web import PageError, sign_in
from deployments.stack import Stack
from models.events import Event, Owed
from models.lifecycle import RequestState
from models.settings import reread
from models.tables import Cohort, Letter, OutboxEvent, SampleDraw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.prefect_api import PrefectUnreachableError, call, start_run
from tasks.ledger.audit import chain, verify
from tasks.people.sign_in_links import outbox_key
from tasks.watch.sweep import waiting_kinds
from tests.deployments.probes import family
from tests.flows.running import announced, being_done, runs_of, state_of
from tests.letters_apart import without_anchor
from tests.stacks import no_addresses, pointed_at, until

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


class Saboteur:
    """Ends parts of a stack in the middle of what they do, each moment once."""

    def __init__(self, stack: Stack, done: list[str]) -> None:
        self.stack = stack
        self.done = done
        self._end = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Saboteur":
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._watcher.join()

    def _watch(self) -> None:
        """Kill the worker with its runs while work of a kind is being done."""
        kinds = (Owed.VALIDATE, Owed.BUILD_COHORT, Owed.COMPILE_LETTER)
        for kind in (one for one in kinds if f"worker amid {one}" not in self.done):
            while not being_done(kind):
                if self._end.wait(0.05):
                    return
            parents = [part.pid for name, part in self.stack.parts.items() if name in {"worker", "zygote"}]
            for run in family(*parents) - {psutil.Process(pid) for pid in parents}:
                with contextlib.suppress(psutil.NoSuchProcess):
                    run.kill()
            self.stack.kill("worker")
            self.done.append(f"worker amid {kind}")
            self.stack.wait_ready("worker")

    def before(self, title: str) -> None:
        """Kill the server or the portal just before a step needs it."""
        part = {"Police correct POL-1": "prefect", "Findings recorded": "portal"}.get(title)
        if part and f"{part} before {title}" not in self.done:
            self.done.append(f"{part} before {title}")
            self.stack.kill(part)


class Interruption(Exception):  # noqa: N818 - what a person does, not an error
    """Somebody ends the whole rehearsal."""


def _interrupt_at(title: str, other: Callable[[str], None]) -> Callable[[str], None]:
    def before(now: str) -> None:
        other(now)
        if now == title:
            raise Interruption

    return before


def _persist(stack: Stack, story: Story) -> None:
    """Go on with a story after every fault, as a person would who tries again."""
    for _ in range(8):
        try:
            story.run()
        except (httpx.HTTPError, PageError, StoryError, PrefectUnreachableError):
            stack.wait_ready("prefect", "portal", "worker")
        else:
            return
    pytest.fail("The rehearsal did not end in eight tries.")


def _remains() -> dict[str, object]:
    """Return digests of everything that an inspection leaves behind, letters without the anchor of their own record."""
    with transaction() as session:
        letters = session.exec(select(Letter).where(Letter.inspection == REF)).all()
        drawn = session.exec(select(SampleDraw).where(SampleDraw.inspection == REF)).one()
        cohort = session.exec(select(Cohort).where(Cohort.inspection == REF)).one()
    left: dict[str, object] = {
        f"{one.status} {kind}": sha256(without_anchor(store.get(key), kind))
        for one in letters
        for key in one.keys
        for kind in [key.rsplit(".", 1)[-1]]
    }
    keys = {"sample": drawn.manifest_key, "cohort": cohort.manifest_key, "frame": cohort.frame_key}
    return left | {name: sha256(store.get(key)) for name, key in keys.items()}


@contextmanager
def _another(folder: Path) -> Iterator[Stack]:
    with no_addresses():
        os.environ["JTAI_LEASE_SECONDS"] = "10"
        stack = Stack(folder)
        with stack, pointed_at(stack):
            yield stack


@pytest.mark.usefixtures("rehearsed")
def test_l4_killed_workers_servers_and_portals_end_in_the_same_letter_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    reread()
    wanted = _remains()
    assert len(wanted) == 5 * 3 + 3
    folder = tmp_path_factory.mktemp("killed") / "state"
    done: list[str] = []
    with _another(folder) as stack, Saboteur(stack, done) as saboteur:
        story = Story(stack.addresses["JTAI_PORTAL_URL"], folder / "demo", print)
        story.before = _interrupt_at("One child replaced", saboteur.before)
        with pytest.raises(Interruption):
            _persist(stack, story)
    with _another(folder) as stack, Saboteur(stack, done) as saboteur:
        story = Story(stack.addresses["JTAI_PORTAL_URL"], folder / "demo", print, before=saboteur.before)
        _persist(stack, story)
        assert stage() == "statement_due"
        assert _remains() == wanted
        with transaction() as session:
            entries, head = chain(session, REF)
            assert verify(entries, head) is None
        assert len([one for one in entries if one.action == "letter.compiled"]) == 3
    stack.destroy()
    assert sorted(done) == [
        "portal before Findings recorded",
        "prefect before Police correct POL-1",
        "worker amid build-cohort",
        "worker amid compile-letter",
        "worker amid validate",
    ]
