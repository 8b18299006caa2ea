"""structlog, set up once: JSON lines with inspection, request and run ids, to standard output and to Prefect's UI."""

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import FilteringBoundLogger

LOGGER = "jtai"

KEYS = frozenset(
    {
        *("event", "level", "timestamp"),
        # Where: a flow and its run, an inspection, a request, a piece of work, a part of the stack.
        *("flow", "run", "inspection", "request", "submission", "subject", "kind", "part", "pool", "pid", "log"),
        # Which click, whose, and in which session: ids alone.
        *("trace", "who", "session"),
        # What became of it: kinds of fault and counts, never a text that somebody else wrote.
        *("fault", "cause", "why", "came", "attempt", "dead", "moved", "woken", "events", "dropped"),
        *("method", "route", "status", "seconds", "code", "count", "now", "was", "type", "restart_in_seconds"),
    }
)
"""The keys that a log line may have; any other is dropped, so that no new key shows what nobody looked at (L5)."""


def only_listed(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key of a line that is not listed, and count those dropped on the line."""
    unlisted = [key for key in line if key not in KEYS]
    for key in unlisted:
        del line[key]
    if unlisted:
        line["dropped"] = len(unlisted)
    return line


@lru_cache
def _set_up() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_listed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
    logger = logging.getLogger(LOGGER)
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)


def log() -> FilteringBoundLogger:
    """Return the project's logger; what is bound with `about` is on every line."""
    _set_up()
    logger: FilteringBoundLogger = structlog.get_logger(LOGGER)
    return logger


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Bind ids, for example inspection, request and run, to every line logged in the block."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield
