"""How far a long piece of work has come, said by whoever does it and shown by whoever runs it."""

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
    """Let what is called in the block say how far it is, on `progress`."""
    token = _CURRENT.set(progress)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def at(share: float, step: str) -> None:
    """Say that the work under way has come to a step; nothing happens where nobody watches."""
    progress = _CURRENT.get()
    if progress is not None:
        progress.share, progress.step = share, step
