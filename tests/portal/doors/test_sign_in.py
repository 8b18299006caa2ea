"""Asking for a new link: the answer is the same, and has left, before anybody looks whether we know the address."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlencode

import pytest

from portal.app import app
from portal.doors import sign_in
from portal.pages.forms import COOKIE
from portal.pages.signing import signer
from tests.portal.apart_loop import run
from tests.portal.pages.made_up import set_to


@pytest.mark.parametrize("field", ["mailbox", "link"])
def test_the_answer_has_left_before_anybody_looks_for_the_address(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    order: list[str] = []

    def look(*_: object) -> None:
        order.append("look")

    monkeypatch.setattr(sign_in, "_write_new", look)
    monkeypatch.setattr(sign_in, "start_soon", lambda: None)
    # Whatever the page itself would read, the time of the reading would tell.
    monkeypatch.setattr("portal.pages.session.transaction", look)
    monkeypatch.setattr(sign_in, "transaction", look)

    async def ask() -> None:
        form = urlencode(
            {field: "inspections@police.jtai-area.uk", "csrf": signer("form").get_signature("a\n").decode()}
        )

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": form.encode(), "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                order.append("answer")

        line = [(b"content-type", b"application/x-www-form-urlencoded"), (b"cookie", f"{COOKIE}=a".encode())]
        scope = {"type": "http", "method": "POST", "path": "/sign-in/new", "raw_path": b"/sign-in/new"}
        scope |= {"headers": line, "http_version": "1.1", "scheme": "http", "root_path": "", "query_string": b""}
        await app(scope, receive, send)

    with set_to():
        run(ask())
    assert order == ["answer", "look"]
