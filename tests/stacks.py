"""How a test points this process at a stack, forgets another one, and waits for what the stack does."""

import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from deployments.stack import Stack
from models.settings import reread, settings


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


def trusting() -> ssl.SSLContext:
    """Return whom a sender's program believes that the store is the store: the authority of the stack, and nobody."""
    return ssl.create_default_context(cafile=str(settings().s3_ca_file))


def put_at(url: str, data: bytes, headers: dict[str, str]) -> httpx.Response:
    """Put a file at an address for an upload as a sender's program does."""
    return httpx.put(url, content=data, headers=headers, trust_env=False, verify=trusting())


def until(what: str, true: Callable[[], object], seconds: float = 90.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so within {seconds:g} s: {what}"
        time.sleep(0.2)
