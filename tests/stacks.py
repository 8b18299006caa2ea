"""How a test points this process at a stack, forgets another one, and waits for what the stack does."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deployments.stack import Stack
from models.settings import reread


@contextmanager
def no_addresses() -> Iterator[None]:
    """Forget every address of another stack for a while; a stack would take them for outside parts."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("JTAI_", "PREFECT_")):
            del os.environ[name]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        reread()


@contextmanager
def pointed_at(stack: Stack) -> Iterator[None]:
    """Let this process use a stack for a while."""
    before = dict(os.environ)
    os.environ.update(stack.addresses)
    reread()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        reread()


def until(what: str, true: Callable[[], object], seconds: float = 90.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so within {seconds:g} s: {what}"
        time.sleep(0.2)
