"""Named checkpoints of the work that flows do, each an order to die that is carried out once.

An order is a file. Whoever reaches its checkpoint takes the file away and kills itself, so that what is left in the
folder are the checkpoints that nobody reached.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

_STORED: dict[str, tuple[str, ...]] = {
    "issue-request": ("templates",),
    "validate": ("report", "tables"),
    "build-cohort": ("frame", "identifiers", "links", "manifest"),
    "propose-sample": ("sample",),
    "open-evaluations": ("lists",),
    "compile-letter": ("letter",),
}
_AROUND = ("claimed", "before the commit", "after the commit")
EVENTS = ("before the events are sent", "after the events are sent")

ALL = tuple(
    f"{kind} {where}"
    for kind, things in _STORED.items()
    for where in (*_AROUND, *(f"{when} {thing} stored" for thing in things for when in ("before", "after")))
) + tuple(f"validate {where}" for where in EVENTS)
"""Every checkpoint, by the kind of work and the moment. One cohort is frozen: after a death nobody sends its events."""

_doing = {"kind": ""}
"""What the process does: a run does one piece of work after the other."""


def order(folder: Path, names: tuple[str, ...] = ALL) -> None:
    """Order a death at each of these checkpoints."""
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()


def left(folder: Path) -> list[str]:
    """Return the checkpoints that nobody has reached yet."""
    return sorted(one.name for one in folder.iterdir())


def reached(moment: str) -> None:
    """Die here if that was ordered and nobody has done it yet."""
    try:
        (Path(os.environ["JTAI_CHAOS_ORDERS"]) / f"{_doing['kind']} {moment}").unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def install() -> None:
    """Put the checkpoints around the ledger, the store and the outbox, before anything else has imported them."""
    from tasks import ledger, outbox, store

    ledger.held = _holding(ledger.held)  # type: ignore[assignment]
    ledger.finish = _finishing(ledger.finish)
    store.put_once = _storing(store.put_once)
    outbox.send_soon = _sending(outbox.send_soon)


def _holding(held: Callable[[Any], AbstractContextManager[None]]) -> Callable[[Any], AbstractContextManager[None]]:
    @contextmanager
    def holding(claimed: Any) -> Iterator[None]:
        _doing["kind"] = claimed.kind.value
        reached("claimed")
        with held(claimed):
            yield
        reached("after the commit")

    return holding


def _finishing(finish: Callable[..., None]) -> Callable[..., None]:
    def finishing(*args: Any) -> None:
        finish(*args)
        reached("before the commit")

    return finishing


def _storing(put_once: Callable[..., Any]) -> Callable[..., Any]:
    def storing(key: str, data: bytes, **more: Any) -> Any:
        thing = _thing(key)
        reached(f"before {thing} stored")
        stored = put_once(key, data, **more)
        reached(f"after {thing} stored")
        return stored

    return storing


def _thing(key: str) -> str:
    """Return what is stored at a key, in the words of the checkpoints."""
    things = _STORED.get(_doing["kind"], ("",))
    name = key.rsplit("/", 1)[-1]
    return next((one for one in things if name.startswith(one)), things[-1])


def _sending(send_soon: Callable[[], None]) -> Callable[[], None]:
    def sending() -> None:
        reached(EVENTS[0])
        send_soon()
        reached(EVENTS[1])

    return sending
