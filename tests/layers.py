"""In which layer a test is, which tests share a worker, and what a pure test may not touch."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

import pytest

from models.frames import DEPTH
from models.settings import reread

LAYERS = {
    "pure": "this process alone: no database, store, stack, browser, socket or other program",
    "parts": "a database, a store, the portal in this process, a browser, or another program",
    "whole": "a stack with Prefect, or a part of it that is started and ended by the test",
    "deaths": "parts are killed at named points",
}
COUNTS = pytest.StashKey[Counter[str]]()
LONG = "takes long and runs by `make test-long`; tests/README.md says why"
UNMEASURED = (
    "about time, memory, thousands of draws or pages, of which measuring takes too much; not in `make coverage`"
)
FURTHER = "a case behind the first ones of a test, or one of seconds, which `make test-fast` leaves out"
FIRST_CASES = 3
"""Cases of one test that the fast layer runs: the others take the same lines over other data."""
_FOLDERS = {"validation": "pure", "models": "pure", "flows": "whole", "deployments": "whole"}
_STARTED = {
    "parts": {"storage", "portal", "chromium", "scanner", "ministack"},
    "whole": {"stack", "new_stack", "warm", "house"},
}


def layer_of(item: pytest.Item) -> str:
    """Return the layer of a test: what it says itself, then what its fixtures start, then that of its folder."""
    for mark in item.iter_markers():
        if mark.name in LAYERS:
            return mark.name
    fixtures = set(getattr(item, "fixturenames", ()))
    folder = PurePosixPath(item.nodeid).parts[1]
    if _FOLDERS.get(folder) == "pure":
        return "pure"
    for layer in ("whole", "parts"):
        if fixtures & _STARTED[layer]:
            return layer
    return _FOLDERS.get(folder, "pure")


def further_cases(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield each case of a test behind its first ones, by the order of its parameters."""
    seen: Counter[str] = Counter()
    for item in items:
        name = item.nodeid.split("[")[0]
        seen[name] += 1
        if seen[name] > FIRST_CASES:
            yield item


def started_by(item: pytest.Item) -> set[str]:
    """Return the fixtures of a test that start something, which a pure test may not have."""
    return set(getattr(item, "fixturenames", ())) & (_STARTED["parts"] | _STARTED["whole"])


_STACKS = {
    # They share one stack, and one inspection that was rehearsed on it.
    "flows": ("chaos", "gate", "lost_events", "rehearsal", "restored", "watch"),
    # They share another: together these would take twice as long as all other tests of the other worker.
    "names": ("destroyed_traces", "flood", "personal_data", "rehearse"),
}
_ON_ONE_STACK = {f"tests/flows/test_{name}.py": scope for scope, names in _STACKS.items() for name in names}
# They share the product as it was parsed, or what it shows to people, which takes seconds to read out of it.
_ON_ONE_READING = frozenset(f"tests/test_{name}.py" for name in ("attacks", "patterns", "sentences", "style", "words"))
# Nothing in them takes long to make, so that their tests go to whichever worker is free.
_ALONE = ("tests/validation/", "tests/models/", "tests/benchmarks/", "tests/test_")


def scope_of(nodeid: str) -> str:
    """Return what a test shares a worker with: others on its stack, others of its file, or its own cases."""
    path = nodeid.split("::")[0]
    if path in _ON_ONE_STACK:
        return _ON_ONE_STACK[path]
    if path in _ON_ONE_READING:
        return "texts"
    # Cases of one test share what they are made of; and with thousands of scopes the controller does little but count.
    return nodeid.split("[")[0] if path.startswith(_ALONE) else path


# One test of each takes minutes by itself.
_LONGEST = ("tests/journeys/test_themes.py", "tests/chaos/test_hosts.py")


def turn_of(nodeid: str) -> int:
    """Return when a test's turn comes: what takes longest begins first, so that no worker ends alone with it."""
    if scope_of(nodeid) in _STACKS or nodeid.startswith(_LONGEST):
        return 0
    return 1 if nodeid.startswith(("tests/flows/", "tests/deployments/", "tests/portal/", "tests/cli/")) else 2


_REFUSED = frozenset(
    {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.fork", "os.posix_spawn"}
)


class ImpureError(BaseException):
    """A pure test reached out of its process; no `except Exception` of the code under test takes it away."""


class _Guard:
    """Refuses sockets and programs while a pure test runs; an audit hook cannot be taken away, so it is switched."""

    def __init__(self) -> None:
        self.on = False
        self.installed = False

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in _REFUSED:
            raise ImpureError(f"A pure test reached out of its process: {event} {arguments}")


_GUARD = _Guard()


def _addresses() -> dict[str, str]:
    # How deep frames are checked is no address.
    return {
        name: value for name, value in os.environ.items() if name.startswith(("JTAI_", "PREFECT_")) and name != DEPTH
    }


@contextmanager
def kept_addresses() -> Iterator[None]:
    """Leave the addresses as they were, whatever a test and its fixtures make of them.

    What a fixture such as `monkeypatch` puts back, once the test is over, is what it found while `guarded` hid them.
    """
    before = _addresses()
    try:
        yield
    finally:
        if _addresses() != before:
            for name in _addresses():
                del os.environ[name]
            os.environ.update(before)
            reread()


_NOWHERE = "/nonexistent/jtai"


@contextmanager
def guarded() -> Iterator[None]:
    """Let a pure test reach nothing outside its process, and no address of what other tests have started."""
    if not _GUARD.installed:
        sys.addaudithook(_GUARD)
        _GUARD.installed = True
    with kept_addresses():
        for name in _addresses():
            del os.environ[name]
        # A stack that a developer keeps up in this checkout would be found by its state folder.
        os.environ["JTAI_STATE"] = _NOWHERE
        reread()
        _GUARD.on = True
        try:
            yield
        finally:
            _GUARD.on = False
