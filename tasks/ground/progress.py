"""How far a long piece of work has come: set where it is done, shown where it is run."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass
class Progress:
    """How far a piece of work is: a share from 0 to 1, and the step that is being done, in words that name nobody."""

    share: float = 0.0
    step: str = ""


_CURRENT: ContextVar[Progress | None] = ContextVar("progress", default=None)


@contextmanager
def tracked(progress: Progress) -> Iterator[None]:
    """Collect on `progress` how far the work in the block has come."""
    # A context variable, since the work is many calls deep and most of them need not know that anybody watches.
    token = _CURRENT.set(progress)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def at(share: float, step: str) -> None:
    """Set the step to which the work under way has come; nothing happens where nobody watches."""
    progress = _CURRENT.get()
    if progress is not None:
        progress.share, progress.step = share, step
