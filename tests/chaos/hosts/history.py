"""One history: an inspection from its announcement to its letter, while hosts part, heal, go and are slow."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import select

from deployments.demo.cast import Setting
from deployments.demo.watch import stage
from models.lifecycle import Stage
from models.tables import OutboxEvent
from tasks.ground.database import transaction
from tasks.ground.prefect_api import call
from tasks.ledger.outbox import as_prefect_event
from tests.chaos.hosts.faults import LINES, Fault, Plan
from tests.chaos.hosts.house import House, can_have_wrong_clocks
from tests.chaos.hosts.network import Network
from tests.chaos.hosts.seen import Observation, impossible
from tests.chaos.inspecting import FAULTS, Remains, Tried, ends_before, faults_of_law, remains
from tests.chaos.sweeping import swept_every, wait_until_quiet

CHILDREN = 300
_MOST_SECONDS = 3000
_SWEEP_SECONDS, _QUIET_SECONDS = 15.0, 240.0


@dataclass
class History:
    """What a history came to.

    Attributes:
        faults: what happened how often, of each kind.
        pairs: which pairs were parted, in whatever way.
        seen: what people got as answers.
        left: what the inspection left behind.
        wrong: what must not be; empty where all is well.
    """

    seed: int
    faults: Counter[str] = field(default_factory=Counter)
    pairs: set[tuple[str, ...]] = field(default_factory=set)
    seen: list[Observation] = field(default_factory=list)
    left: Remains | None = None
    wrong: list[str] = field(default_factory=list)
    tries: int = 0
    seconds: float = 0.0
    frames: int = 0
    lost: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "seed": self.seed,
            "faults": dict(self.faults),
            "pairs": sorted(map(list, self.pairs)),
            "answers": len(self.seen),
            "wrong": self.wrong,
            "tries": self.tries,
            "seconds": round(self.seconds),
            "frames": self.frames,
            "lost": self.lost,
        }


def lived(
    folder: Path, plan: Plan | None, say: Callable[[str], None], wanted: Remains | None = None, until: str = ""
) -> History:
    """Live through one history and return what it came to.

    Args:
        folder: for its stack and files.
        plan: what happens; None for an undisturbed one.
        say: takes a line for whoever watches.
        wanted: what an undisturbed one leaves behind; nothing is compared where it is None.
        until: the step before which it ends; the letter and all that follows it where it is empty.
    """
    began = time.monotonic()
    history = History(plan.seed if plan else 0)
    wrong_clock = plan.wrong_clock if plan and can_have_wrong_clocks() else None
    house = House(folder, wrong_clock)
    if wrong_clock:
        history.faults["wrong clock"] += 1
    with Network(history.seed) as network, house.running():
        setting = replace(Setting.of(), children=CHILDREN)
        story = Tried(
            house.addresses["JTAI_PORTAL_URL"], folder / "demo", say, before=ends_before(until), setting=setting
        )
        story.further = not until
        try:
            with (
                _looked_on(story, history),
                _happening(plan, network, house, history, say),
                swept_every(_SWEEP_SECONDS),
            ):
                story.persist(_MOST_SECONDS)
            wait_until_quiet(_QUIET_SECONDS)
            history.left = remains()
            history.wrong += wanted.differences(history.left) if wanted else []
            history.wrong += faults_of_law(story.receipts)
            history.wrong += impossible(history.seen)
            history.wrong += [f"audit: {said}" for said in [house.audit_is_whole()] if said]
        except FAULTS as fault:
            history.wrong.append(f"{type(fault).__name__}: {fault}")
        history.tries = story.tries
        history.frames, history.lost = network.switch.frames, network.switch.lost
    history.seconds = time.monotonic() - began
    return history


@contextmanager
def _happening(
    plan: Plan | None, network: Network, house: House, history: History, say: Callable[[str], None]
) -> Iterator[None]:
    """Let happen what is planned during the block, and heal everything at its end."""
    if plan is None:
        yield
        return
    over = threading.Event()
    faults = plan.faults()

    def happen() -> None:
        while not over.is_set():
            fault = next(faults)
            if over.wait(fault.after):
                return
            say(f"  -- {fault.kind} {' -> '.join(fault.hosts)} for {fault.lasts:.0f} s")
            history.faults[fault.kind] += 1
            if fault.kind in LINES:
                history.pairs.add(fault.hosts)
            _begin(fault, network, house)
            over.wait(fault.lasts)
            _heal(fault, network)

    happening = threading.Thread(target=happen, name="faults", daemon=True)
    happening.start()
    try:
        yield
    finally:
        over.set()
        happening.join()
        network.switch.heal()


def _begin(fault: Fault, network: Network, house: House) -> None:
    if fault.kind in LINES:
        one, other = fault.hosts
        network.switch.set(one, other, LINES[fault.kind])
        if fault.kind != "one way lost":
            network.switch.set(other, one, LINES[fault.kind])
    elif fault.kind == "no names":
        network.tell_names(fault.hosts[0], told=False)
    elif fault.kind == "gone":
        house.end_host(fault.hosts[0])
    else:
        with suppress(*FAULTS):
            _double_events()


def _heal(fault: Fault, network: Network) -> None:
    if fault.kind in LINES:
        network.switch.heal()
    elif fault.kind == "no names":
        network.tell_names(fault.hosts[0], told=True)


def _double_events() -> None:
    """Send again events that Prefect has had, the newest last and as others: it knows the ids of those it had."""
    with transaction() as session:
        rows = session.exec(select(OutboxEvent).where(OutboxEvent.sent_at != None)).all()  # noqa: E711 -- SQL's IS NULL
    events = [as_prefect_event(row) for row in rows[-20:]]
    again = [{**each, "id": f"{each['id'][:-4]}{random.randrange(16**4):04x}"} for each in events]  # noqa: S311 - no secret
    call("POST", "/events", json=[*events, *again])


@contextmanager
def _looked_on(story: Tried, history: History) -> Iterator[None]:
    """Note during the block what people see: acknowledgements, receipts that they open again, and the stage."""
    over, noted = threading.Event(), set[str]()
    chance = random.Random(history.seed)  # noqa: S311 - whose receipt is opened is no secret

    def look() -> None:
        while not over.wait(2):
            for identity, digest in list(story.receipts.kept.items()):
                if identity not in noted:
                    noted.add(identity)
                    now = time.monotonic()
                    history.seen.append(Observation(now, now, "acknowledged", identity, digest))
            _see_stage(history)
            if noted:
                _see_receipt(story, history, chance.choice(sorted(noted)))

    looking = threading.Thread(target=look, name="looking on", daemon=True)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


def _see_stage(history: History) -> None:
    asked = time.monotonic()
    with suppress(*FAULTS):
        now = stage()
        if now is not None and now not in {Stage.DEFERRED, Stage.CANCELLED}:
            history.seen.append(Observation(asked, time.monotonic(), "stage", now.value))


def _see_receipt(story: Tried, history: History, identity: str) -> None:
    """Open a receipt as whoever got it, and note the digest on it; no answer, or one of a fault, is not noted."""
    digest, asked = story.receipts.kept[identity], time.monotonic()
    for person in list(story.people.values()):
        with suppress(httpx.HTTPError):
            answer = person.browser.get(f"/submissions/{identity}", timeout=20)
            if answer.status_code == httpx.codes.OK:
                seen = digest if digest in answer.text else "another"
                history.seen.append(Observation(asked, time.monotonic(), "receipt", identity, seen))
                return
