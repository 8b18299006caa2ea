"""One id for everything that one click starts: on log lines, in the audit and with the work that is owed for it.

It is made at a door, travels with owed work and events, and is the same from the upload's line in the portal's log to
the verdict's entry in the audit. It says nothing of a person.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

from tasks.ground.log import about

_trace: ContextVar[str] = ContextVar("trace", default="")
_origin: ContextVar[str] = ContextVar("origin", default="")


def new_trace() -> str:
    """Return the id of a new click, or of whatever else begins by itself."""
    return uuid4().hex


def current_trace() -> str:
    """Return the id of the click that is being answered, or whose work is being done; empty where nobody clicked."""
    return _trace.get()


def current_origin() -> str:
    """Return the name of the network from which the click came; empty where that is not kept."""
    return _origin.get()


@contextmanager
def traced(trace: str, origin: str = "") -> Iterator[None]:
    """Let everything in the block, and every line logged in it, belong to a click.

    Args:
        trace: its id.
        origin: the name of the network from which it came; it reaches no log.
    """
    token, came = _trace.set(trace), _origin.set(origin)
    try:
        with about(trace=trace):
            yield
    finally:
        _trace.reset(token)
        _origin.reset(came)
