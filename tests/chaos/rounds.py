"""One round of chaos: an inspection from announcement to letter while a killer is about."""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from models.settings import reread, settings
from tests.chaos.checkpoints import ALL, left, order
from tests.chaos.drill import Drill
from tests.chaos.inspecting import FAULTS, Receipts, Remains, Tried, faults_of_law, remains
from tests.chaos.supervised import TARGETS, Supervised
from tests.chaos.sweeping import swept_every, wait_until_quiet
from tests.stacks import no_addresses

_GAPS = (1.0, 9.0)
"""Seconds between two kills, at least and at most."""

_SWEEP_SECONDS, _QUIET_SECONDS = 6.0, 120.0
_MOST_SECONDS = 1500


@dataclass
class Round:
    """What a round came to."""

    kills: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    again: int = 0
    receipts: int = 0
    seconds: float = 0.0
    backups: int = 0
    left: Remains | None = None
    wrong: list[str] = field(default_factory=list)


class Killer(threading.Thread):
    """Kills at random moments until it has killed enough or is told to stop; the same seed chooses the same."""

    def __init__(self, stack: Supervised, most: int, seed: int, targets: tuple[str, ...]) -> None:
        super().__init__(name="killer", daemon=True)
        self.kills: Counter[str] = Counter()
        self.fault: BaseException | None = None
        self._stack, self._most, self._targets = stack, most, targets
        self._chance = random.Random(seed)  # noqa: S311 - which part dies is no secret
        self._over = threading.Event()

    def run(self) -> None:
        """Kill one thing after the other."""
        try:
            while self.kills.total() < self._most and not self._over.wait(self._chance.uniform(*_GAPS)):
                target = self._chance.choice(self._targets)
                if self._stack.kill(target, self._chance):
                    self.kills[target] += 1
        except BaseException as fault:
            self.fault = fault
            raise

    def stop(self) -> None:
        """Let it finish what it does."""
        self._over.set()
        self.join()


@contextmanager
def using(stack: Supervised) -> Iterator[None]:
    """Let this process use a stack for a while."""
    with no_addresses():
        os.environ["JTAI_STATE"] = str(stack.state.folder)
        reread()
        yield


def undisturbed(folder: Path, say: Callable[[str], None]) -> Round:
    """Run the inspection without any fault."""
    return _round(Supervised(folder / "state"), folder, say)


def at_random(folder: Path, say: Callable[[str], None], most: int, seed: int) -> Round:
    """Run it with kills at random moments, `most` at most."""
    stack = Supervised(folder / "state")
    return _round(stack, folder, say, killer=Killer(stack, most, seed, TARGETS), drill=Drill(folder / "drill"))


def at_checkpoints(folder: Path, say: Callable[[str], None]) -> Round:
    """Run it with one death at each checkpoint, each of which must be reached."""
    orders = folder / "orders"
    order(orders, ALL)
    found = _round(Supervised(folder / "state", orders, lease_seconds=3), folder, say)
    unreached = left(orders)
    found.kills.update(one for one in ALL if one not in unreached)
    found.wrong += [f"never reached: {one}" for one in unreached]
    return found


def at_both(folder: Path, say: Callable[[str], None], names: tuple[str, ...], most: int, seed: int) -> Round:
    """Run the rehearsal alone with one death at each of these checkpoints, and `most` kills at random."""
    orders = folder / "orders"
    order(orders, names)
    stack = Supervised(folder / "state", orders, lease_seconds=3)
    found = _round(stack, folder, say, killer=Killer(stack, most, seed, TARGETS), further=False)
    found.wrong += [f"never reached: {one}" for one in left(orders)]
    return found


def _round(
    stack: Supervised,
    folder: Path,
    say: Callable[[str], None],
    *,
    killer: Killer | None = None,
    drill: Drill | None = None,
    further: bool = True,
) -> Round:
    began, came = time.monotonic(), Round()
    stack.start()
    try:
        with using(stack), swept_every(_SWEEP_SECONDS):
            story = Tried(settings().required("portal_url"), folder / "demo", say, further=further)
            with _killing(killer, came), drill.meanwhile() if drill else nullcontext():
                story.persist(_MOST_SECONDS)
            wait_until_quiet(_QUIET_SECONDS)
            came.left, came.tries, came.again = remains(), story.tries, story.again
            came.receipts = len(story.receipts.kept)
            came.wrong += faults_of_law(story.receipts)
            came.wrong += _drilled(drill, stack, story.receipts, came) if drill else []
    except FAULTS as fault:
        came.wrong.append(f"{type(fault).__name__}: {fault}")
    finally:
        stack.stop()
    came.seconds = time.monotonic() - began
    return came


def _drilled(drill: Drill, stack: Supervised, receipts: Receipts, came: Round) -> list[str]:
    """Put back the newest backup that was made under fire, then one of now, which must be the same in all."""
    keys_file, wrong = stack.state.keys_file, list[str]()
    if drill.whole:
        then = drill.put_back(keys_file, receipts.by(drill.whole[1]))
        # Work that had been put aside at that moment was started again by hand later.
        wrong += [each for each in then if " dead: " not in each]
    drill.make()
    came.backups = drill.tries
    return wrong + drill.put_back(keys_file, receipts, came.left)


@contextmanager
def _killing(killer: Killer | None, came: Round) -> Iterator[None]:
    """Let a killer about, and note afterwards what it did."""
    if killer is None:
        yield
        return
    killer.start()
    try:
        yield
    finally:
        killer.stop()
        came.kills = killer.kills
        came.wrong += [f"the operator: {killer.fault}"] if killer.fault else []
