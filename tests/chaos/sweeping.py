"""Sweeps that come often, and the wait until nothing more is owed, for every kind of trial."""

import time
from contextlib import AbstractContextManager, suppress

from deployments.demo.watch import nudge_sweep
from tasks.ground.repeating import meanwhile
from tasks.ledger.work import unfinished
from tests.chaos.inspecting import FAULTS, remains


def swept_every(seconds: float) -> AbstractContextManager[None]:
    """Ask for a sweep every few seconds instead of every minute, so that each fault costs little of a test's time."""

    def ask() -> bool:
        with suppress(*FAULTS):
            nudge_sweep()
        return True

    return meanwhile("sweeps", seconds, ask)


def wait_until_quiet(seconds: float) -> None:
    """Wait, so many seconds at most, until all parts are back and nothing more is owed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(*FAULTS):
            if all(one.state == "dead" for one in unfinished()):
                remains()
                return
            nudge_sweep()
        time.sleep(2)
