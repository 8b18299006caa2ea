"""The supervisor's own log: one JSON object a line."""

import os
from collections.abc import Callable
from pathlib import Path

import structlog

from tasks.ground.log import only_listed


def journal(path: Path) -> Callable[..., object]:
    """Return a function that writes one event with its details to a log file of mode 0600."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600), "w", buffering=1)
    logger = structlog.wrap_logger(
        structlog.WriteLogger(file),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Keys that nobody has listed are dropped, so that no detail can carry personal data into the log (L5).
            only_listed,
            structlog.processors.JSONRenderer(),
        ],
    )

    def say(event: str, **details: object) -> None:
        logger.info(event, **details)

    return say
