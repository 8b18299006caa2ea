"""Named checkpoints of what flows and the portal do, each an order to die that is carried out once.

An order is a file. Whoever reaches its checkpoint takes the file away and kills itself, so that what is left in the
folder are the checkpoints that nobody reached.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STORED: dict[str, tuple[str, ...]] = {
    "issue-request": ("templates",),
    "validate": ("report", "tables"),
    "recheck": ("report", "tables"),
    "check-across": ("across",),
    "build-cohort": ("frame", "identifiers", "links", "doubtful", "model", "manifest"),
    "propose-sample": ("coverage", "manifest"),
    "open-evaluations": ("lists",),
    "compile-letter": ("letter",),
}
"""Kind of owed work -> what it stores."""

_FLOWS = (
    *("announce-inspection", "extend-request", "waive-rule", "recheck-returns", "record-recipient", "chase-returns"),
    *("admit-return", "decide-cohort", "decide-sample", "factual-accuracy", "publish", "track-statement"),
    *("end-inspection", "sweep"),
)
"""Flows that decide something themselves, in one transaction or several."""

PORTAL = "portal"
_CLAIMED, _BEGUN, _BEFORE, _AFTER, _ENDED = "claimed", "begun", "before the commit", "after the commit", "ended"
_EVENTS = ("before the events are sent", "after the events are sent")
_OWED_MOMENTS = {
    kind: (_CLAIMED, *(f"{when} {thing} stored" for thing in things for when in ("before", "after")), _BEFORE, _AFTER)
    for kind, things in _STORED.items()
}

ALL = (
    *(f"{kind} {moment}" for kind, moments in _OWED_MOMENTS.items() for moment in moments),
    *(f"{flow} {moment}" for flow in _FLOWS for moment in (_BEGUN, _BEFORE, _AFTER, _ENDED)),
    *(f"receive-returns {moment}" for moment in _EVENTS),
    *(f"{PORTAL} {moment}" for moment in (_BEFORE, _AFTER)),
)
"""Every checkpoint, by the work or flow and the moment."""


@dataclass
class _Doing:
    """What this process is about: a flow, and the piece of owed work that it does."""

    flow: str = ""
    kind: str = ""

    @property
    def name(self) -> str:
        return self.kind or self.flow


_doing = _Doing()


def order(folder: Path, names: tuple[str, ...]) -> None:
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
        (Path(os.environ["JTAI_CHAOS_ORDERS"]) / f"{_doing.name} {moment}").unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def install(*, portal: bool) -> None:
    """Put the checkpoints around the ledger, the store and the outbox, before anything else has imported them."""
    from tasks.ground import log, store
    from tasks.ledger import outbox, work

    work.renewing = _holding(work.renewing)  # type: ignore[assignment]
    work.finish = _finishing(work.finish)
    store.put_once = _storing(store.put_once)
    outbox.send_soon = _sending(outbox.send_soon)
    log.about = _running(log.about)  # type: ignore[assignment]
    _doing.flow = PORTAL if portal else ""
    _watch_commits("Submission" if portal else "AuditEntry", "Submission" if portal else "Link")


def _holding(renewing: Callable[[Any], AbstractContextManager[None]]) -> Callable[[Any], AbstractContextManager[None]]:
    @contextmanager
    def holding(claimed: Any) -> Iterator[None]:
        _doing.kind = claimed.kind.value
        reached(_CLAIMED)
        with renewing(claimed):
            yield
        reached(_AFTER)
        _doing.kind = ""

    return holding


def _finishing(finish: Callable[..., None]) -> Callable[..., None]:
    def finishing(*args: Any) -> None:
        finish(*args)
        reached(_BEFORE)

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
    things = _STORED.get(_doing.kind, ("",))
    name = key.rsplit("/", 1)[-1]
    return next((one for one in things if name.startswith(one)), things[-1])


def _sending(send_soon: Callable[[], None]) -> Callable[[], None]:
    def sending() -> None:
        reached(_EVENTS[0])
        send_soon()
        reached(_EVENTS[1])

    return sending


def _running(about: Callable[..., AbstractContextManager[None]]) -> Callable[..., AbstractContextManager[None]]:
    """Know which flow begins and ends: every run binds the name of its flow to its log."""

    @contextmanager
    def running(**ids: str) -> Iterator[None]:
        with about(**ids):
            if "flow" not in ids:
                yield
                return
            _doing.flow = ids["flow"]
            reached(_BEGUN)
            yield
            reached(_ENDED)

    return running


def _watch_commits(*rows: str) -> None:
    """Put checkpoints around each commit outside owed work that writes one of these rows."""
    from sqlalchemy import event
    from sqlmodel import Session

    def note(session: Session, *_: object) -> None:
        if not _doing.kind and any(type(row).__name__ in rows for row in session.new):
            session.info["tells"] = True

    def before(session: Session) -> None:
        note(session)
        if session.info.get("tells"):
            reached(_BEFORE)

    def after(session: Session) -> None:
        if session.info.pop("tells", False):
            reached(_AFTER)

    event.listen(Session, "before_flush", note)
    event.listen(Session, "before_commit", before)
    event.listen(Session, "after_commit", after)
