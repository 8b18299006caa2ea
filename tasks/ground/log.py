"""structlog, set up once: JSON lines with inspection, request and run ids, to standard output and to Prefect's UI."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import structlog

LOGGER = "jtai"


@lru_cache
def _set_up() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
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


def log() -> Any:
    """Return the project's logger; what is bound with `about` is on every line."""
    _set_up()
    return structlog.get_logger(LOGGER)


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Bind ids, for example inspection, request and run, to every line logged in the block."""
    with structlog.contextvars.bound_contextvars(**ids):
        yield
