"""Requests of a made-up browser, and settings with a made-up key, for tests of pages without a server."""

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from fastapi import Request

from models.roles import Role
from models.settings import reread
from models.tables.base import utc_now
from tasks.people.access import Door
from tasks.people.sessions import SignedIn

with warnings.catch_warnings():
    # Starlette would rather be driven by the successor of the client that is in the lock.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["TestClient", "request", "set_to", "visit"]


@contextmanager
def set_to(**settings: object) -> Iterator[None]:
    """Give the settings one key and these values while a block runs; None takes a value away."""
    # A stack that runs beside has a file of keys, which would go before the one key.
    chosen = {"secret_key": "k" * 40, **settings} | (
        {} if "keys_file" in settings else {"keys": settings.get("keys", "")}
    )
    names = {f"JTAI_{name.upper()}": value for name, value in chosen.items()}
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


def visit(*doors: Door, path: str = "/", acts_as: str = "", **cookies: str) -> Request:
    """Return the request of a browser at which somebody with these roles is signed in."""
    made = request(path, **cookies)
    made.state.signed_in = SignedIn("session", "P-00000001", "A Lee", True, acts_as, utc_now(), doors)
    return made


POLICE = Door("M-1", Role.OFFICER, "jtai-1", "jtai-1/police")
INSPECTOR = Door("M-2", Role.INSPECTOR, "jtai-1")
MANAGER = Door("M-3", Role.MANAGER)
