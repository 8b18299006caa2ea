"""Requests of a made-up browser, and settings with a made-up key, for tests of pages without a server."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import Thread
from typing import Any

import httpx
from fastapi import FastAPI, Request

from models.roles import Role
from models.settings import reread
from models.tables.base import utc_now
from tasks.people.access import Door
from tasks.people.sessions import SignedIn


class TestClient(httpx.Client):
    """A client of an application in this process: it follows redirections and raises what the application raises.

    Starlette's own starts a thread and a loop for each request and changes threads eight times; of a page's answer in
    tests that was half the time.
    """

    __test__ = False

    def __init__(self, app: FastAPI, **chosen: Any) -> None:
        super().__init__(transport=_InProcess(app), base_url="http://testserver", follow_redirects=True, **chosen)


class _InProcess(httpx.BaseTransport):
    def __init__(self, app: FastAPI) -> None:
        self._served = httpx.ASGITransport(app=app, client=("testclient", 50000))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        # What comes piece by piece is sent as what it is, but an application that is asked without a wire has all.
        request.read()
        return asyncio.run_coroutine_threadsafe(self._answer(request), _loop()).result()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._served.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await _whole(answer.stream))


async def _whole(stream: Any) -> bytes:
    return b"".join([piece async for piece in stream])


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop that serves all clients, in a thread of its own: a browser's may run in the test's."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="made-up server", daemon=True).start()
    return loop


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
