"""The menu of Prefect shows no room that is refused, in the version that was looked at, and the page stays whole."""

import re
from importlib.metadata import version
from pathlib import Path

import prefect
import pytest
from starlette.types import Message

from portal.gate.looks import FITS, PATH, ROOMS, STYLESHEET, with_menu
from portal.gate.routes import RouteUse, uses
from tests.portal.apart_loop import run

PAGE = b"<html><head><title>x</title></head><body></body></html>"


def sent(content_type: bytes, body: list[bytes], made_by: str = "3.9.1") -> tuple[list[Message], bytes]:
    """Return what reaches the browser of an answer that comes in parts."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def answer() -> None:
        channel = with_menu(send, made_by)
        headers = [(b"content-type", content_type), (b"content-length", b"9"), (b"etag", b"x")]
        await channel({"type": "http.response.start", "status": 200, "headers": headers})
        for part in body[:-1]:
            await channel({"type": "http.response.body", "body": part, "more_body": True})
        await channel({"type": "http.response.body", "body": body[-1]})

    run(answer())
    return messages, b"".join(message.get("body", b"") for message in messages)


def test_a_page_names_the_stylesheet_and_says_its_new_length() -> None:
    messages, body = sent(b"text/html; charset=utf-8", [PAGE[:20], PAGE[20:]])
    assert body == PAGE.replace(b"</head>", f'<link rel="stylesheet" href="{PATH}"></head>'.encode())
    headers = dict(messages[0]["headers"])
    assert headers[b"content-length"] == str(len(body)).encode()
    assert b"etag" not in headers


@pytest.mark.parametrize(
    ("content_type", "made_by"), [(b"application/json", "3.9.1"), (b"text/css", "3.9.1"), (b"text/html", "3.10.0")]
)
def test_what_is_no_page_or_of_another_version_passes_as_it_is(content_type: bytes, made_by: str) -> None:
    _, body = sent(content_type, [PAGE], made_by)
    assert body == PAGE


def test_the_stylesheet_fits_the_installed_prefect() -> None:
    """Where this fails after an upgrade: look at the menu in a browser, correct the stylesheet, add the version."""
    assert version("prefect") in FITS
    assets = Path(prefect.__file__).parent / "server" / "ui-v2" / "assets"
    scripts = "".join(path.read_text(errors="replace") for path in assets.glob("*.js"))
    for name in re.findall(r'data-sidebar="(\w+)"', STYLESHEET):
        assert re.search(rf'"data-sidebar":\s*[`"]{name}[`"]', scripts), name
    for room in ROOMS:
        assert f"/{room}" in scripts


def test_every_room_that_is_hidden_is_one_whose_list_is_refused() -> None:
    lists = {"blocks": "block_documents", "variables": "variables", "automations": "automations"}
    for api in (*lists.values(), "v2/concurrency_limits"):
        assert uses()[f"POST /{api}/filter"] is RouteUse.REFUSED
    assert set(lists) | {"concurrency-limits"} == set(ROOMS)
