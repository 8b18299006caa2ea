"""What happens to the hosts of a history: chosen by its seed alone, so that the same seed is the same history."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from tests.chaos.hosts.network import HOSTS, OUTSIDE, WORKERS
from tests.chaos.hosts.switch import Line

Kind = Literal["parted", "one way lost", "slow", "lossy", "doubled frames", "doubled events", "gone", "no names"]

_KINDS: tuple[Kind, ...] = (
    *("parted", "parted", "parted", "one way lost", "one way lost"),
    *("slow", "lossy", "doubled frames", "doubled events", "no names"),
)
LINES: dict[str, Line] = {
    "parted": Line(cut=True),
    "one way lost": Line(cut=True),
    "slow": Line(delay=0.2),
    "lossy": Line(loss=0.05),
    "doubled frames": Line(doubled=0.3),
}
_GAPS, _LASTS = (2.0, 8.0), (4.0, 20.0)
APART = (-600, 600)
"""Seconds by which the clock of one host may be wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that happens.

    Attributes:
        after: seconds after the one before was healed.
        kind: what it is.
        hosts: whom it happens to: a pair, in the order in which one loses the other, or one host.
        lasts: seconds until it heals.
    """

    after: float
    kind: Kind
    hosts: tuple[str, ...]
    lasts: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in one history.

    Attributes:
        seed: it was chosen by.
        wrong_clock: the host whose clock is wrong, and by how many seconds; None where all agree.
        gone: the worker that goes for good, and after how many faults; None where all stay.
    """

    seed: int
    wrong_clock: tuple[str, int] | None
    gone: tuple[str, int] | None

    def faults(self) -> Iterator[Fault]:
        """Give one fault after another, for as long as anybody asks: every pair is parted before any is again."""
        chance = random.Random(self.seed)  # noqa: S311 - when what happens is no secret
        pairs = list(permutations((*HOSTS, OUTSIDE), 2))
        waiting: list[tuple[str, str]] = []
        number = 0
        while True:
            if self.gone and number == self.gone[1]:
                yield Fault(chance.uniform(*_GAPS), "gone", (self.gone[0],), 0.0)
            number += 1
            kind = chance.choice(_KINDS)
            if not waiting:
                waiting = chance.sample(pairs, len(pairs))
            hosts: tuple[str, ...] = waiting.pop()
            if kind == "no names":
                hosts = (chance.choice(HOSTS[1:]),)
            elif kind == "doubled events":
                hosts = ()
            yield Fault(chance.uniform(*_GAPS), kind, hosts, chance.uniform(*_LASTS))


def plan(seed: int) -> Plan:
    """Return what happens in the history of a seed."""
    chance = random.Random(f"plan {seed}")  # noqa: S311 - as above
    wrong = (chance.choice(("prefect", "portal", *WORKERS)), chance.choice(APART)) if chance.random() < 0.5 else None
    gone = (chance.choice(WORKERS), chance.randrange(2, 8)) if chance.random() < 0.5 else None
    return Plan(seed, wrong, gone)
