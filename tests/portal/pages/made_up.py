"""Requests of a made-up browser, and settings with a made-up key, for tests of pages without a server."""

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fastapi import Request

from models.settings import reread

with warnings.catch_warnings():
    # Starlette would rather be driven by the successor of the client that is in the lock.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["TestClient", "request", "set_to"]


@contextmanager
def set_to(**settings: object) -> Iterator[None]:
    """Give the settings a key and these values while a block runs; None takes a value away."""
    names = {f"JTAI_{name.upper()}": value for name, value in {"secret_key": "k" * 40, **settings}.items()}
    before = {name: os.environ.get(name) for name in names}
    _put(names)
    try:
        yield
    finally:
        _put(before)


def _put(names: Mapping[str, object]) -> None:
    for name, value in names.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = str(value)
    reread()


def request(path: str = "/", **cookies: str) -> Request:
    """Return the request of a browser that has these cookies."""
    text = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = [(b"cookie", text.encode())] if text else []
    return Request({"type": "http", "method": "GET", "path": path, "headers": headers, "query_string": b""})
