"""Nothing that a sender sends is parsed before the sender is known and its size is within what the page takes."""

import asyncio
import json
import logging
from collections.abc import MutableMapping
from typing import Any

import pytest
from fastapi.routing import APIRoute

from portal.app import app
from portal.pages import bodies, headers
from tests.portal.apart_loop import run
from tests.portal.pages.made_up import TestClient, set_to

_NESTED = b'{"x":[' + b"[]," * 2**18 + b"[]]}"
# Pages on which nobody is known yet: what they take is a form of texts.
_FOR_ANYBODY = {"/operator", "/sign-in/new", "/sign-in/{link_id}/{secret}", "/sign-out"}
_ROUTES = [route for route in app.routes if isinstance(route, APIRoute)]
_POSTS = sorted({route.path for route in _ROUTES if "POST" in (route.methods or ())})
_HOOK = {"Authorization": f"Bearer {'t' * 20}"}


@pytest.fixture
def browser() -> TestClient:
    return TestClient(app)


def test_no_page_leaves_its_body_to_be_parsed_before_the_page_asks_who_sends_it() -> None:
    assert len(_POSTS) > 20
    assert [route.path for route in _ROUTES if route.body_field] == []


@pytest.mark.parametrize("path", sorted(set(_POSTS) - _FOR_ANYBODY))
@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"]
)
def test_of_a_stranger_nothing_is_parsed(path: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("parsed")

    for parser in (
        "json.loads",
        "starlette.requests.FormParser.__init__",
        "starlette.requests.MultiPartParser.__init__",
    ):
        monkeypatch.setattr(parser, parse)
    with set_to(hook_token="t" * 20):
        status, sent = run(_posted(path, kind, _NESTED))
    assert status in {401, 403, 404}, path
    assert sent == len(_NESTED)


async def _posted(path: str, kind: str, body: bytes) -> tuple[int, int]:
    """Post a body in pieces; return the status, and how many bytes were taken before the answer."""
    sent, status = 0, 0

    async def receive() -> MutableMapping[str, Any]:
        nonlocal sent
        piece = body[sent : sent + 2**16]
        sent += len(piece)
        return {"type": "http.request", "body": piece, "more_body": sent < len(body)}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    line = [(b"content-type", kind.encode()), (b"content-length", str(len(body)).encode()), (b"host", b"testserver")]
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    scope |= {"headers": line, "http_version": "1.1", "scheme": "http", "root_path": "", "server": ("testserver", 80)}
    await app(scope, receive, send)
    return status, sent


@pytest.mark.parametrize("announced", [True, False])
def test_a_form_of_texts_takes_no_more_than_texts(browser: TestClient, announced: bool) -> None:
    body = b"csrf=x&email=" + b"a" * bodies.MOST_FORM
    pieces = (body[at : at + 2**16] for at in range(0, len(body), 2**16))
    with set_to():
        answer = browser.post(
            "/sign-out",
            content=body if announced else pieces,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 400_000,
        b'{"a":' * 100_000,
        b'{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "incoming/\\ud800"}}}]}',
        b'{"Type": "Notification", "a": "\\udfff"}',
        b"\xff\xfe",
        b"9" * 5000,
        b"",
    ],
    ids=["lists", "objects", "half a key", "half a character", "no text", "a long number", "nothing"],
)
def test_a_message_of_a_store_that_no_store_sends_is_400(browser: TestClient, body: bytes) -> None:
    with set_to(hook_token="t" * 20):
        answer = browser.post("/hooks/store", content=body, headers=_HOOK)
    assert answer.status_code == 400
    assert answer.json() == {"error": "The message is not JSON."}


def test_what_an_envelope_holds_is_looked_at_as_closely(browser: TestClient) -> None:
    for inner in ("[" * 400_000, '{"Records": "\\ud800"}', "9" * 5000):
        body = json.dumps({"Type": "Notification", "Message": inner}).encode()
        with set_to(hook_token="t" * 20):
            answer = browser.post("/hooks/store", content=body, headers=_HOOK)
        assert (answer.status_code, answer.json()) == (200, {"taken": 0})


def test_whoever_breaks_off_is_no_fault_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "jtai")

    async def broken_off() -> None:
        told = iter([{"type": "http.request", "body": b"csrf=", "more_body": True}])

        async def receive() -> MutableMapping[str, Any]:
            return next(told, {"type": "http.disconnect"})

        async def send(message: MutableMapping[str, Any]) -> None:
            raise AssertionError(f"an answer to nobody: {message['type']}")

        line = [(b"content-type", b"application/x-www-form-urlencoded")]
        scope = {"type": "http", "method": "POST", "path": "/sign-out", "raw_path": b"/sign-out", "query_string": b""}
        scope |= {
            "headers": line,
            "http_version": "1.1",
            "scheme": "http",
            "root_path": "",
            "server": ("testserver", 80),
        }
        await app(scope, receive, send)

    with set_to():
        run(broken_off())
    [record] = [record for record in caplog.records if record.name == "jtai"]
    assert record.levelno == logging.INFO
    assert "499" in record.getMessage()
    assert "fault" not in record.getMessage()


def test_a_sender_who_never_ends_is_answered_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "_DRAIN_SECONDS", 0.05)
    statuses: list[int] = []

    async def stalled() -> None:
        async def receive() -> MutableMapping[str, Any]:
            await asyncio.sleep(60)
            raise AssertionError

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {"type": "http", "method": "POST", "path": "/hooks/store", "raw_path": b"/", "query_string": b""}
        scope |= {"headers": [], "http_version": "1.1", "scheme": "http", "root_path": "", "server": ("testserver", 80)}
        await app(scope, receive, send)

    with set_to(hook_token="t" * 20):
        run(stalled())
    assert statuses == [401]
