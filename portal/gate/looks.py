"""Hides in Prefect's UI what the gate refuses: its menu then shows the rooms that a person can enter, and no other."""

from collections.abc import MutableMapping
from typing import Any

from starlette.types import Message, Send

PATH = "/jtai-menu.css"
"""Where the gate serves the stylesheet; Prefect has nothing at this address."""

FITS = frozenset({"3.9.1"})
"""The versions of Prefect whose pages the stylesheet was looked at with; others show their menu as it is."""

ROOMS = ("blocks", "variables", "automations", "concurrency-limits")
"""Rooms of the menu whose every list is refused to people."""

# The foot of the menu holds Prefect's own settings, which are refused, an offer to buy, and a switch to the older UI.
STYLESHEET = (
    ", ".join(f'[data-sidebar="menu"] li:has(> a[href="/v2/{room}"])' for room in ROOMS)
    + ', [data-sidebar="footer"] { display: none; }\n'
)
_LINK = f'<link rel="stylesheet" href="{PATH}">'.encode()
_END = b"</head>"
# A browser that kept the page as Prefect made it would ask whether that has changed, and be told no.
_DROPPED = frozenset({b"content-length", b"etag", b"last-modified"})


def with_menu(send: Send, version: str) -> Send:
    """Return a channel that puts the stylesheet into a page on its way out; what is no page passes as it is.

    Args:
        send: the channel to the browser.
        version: of the Prefect that made the page.
    """
    if version not in FITS:
        return send
    start: Message | None = None
    parts: list[bytes] = []

    async def give(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start" and message["status"] == 200 and _is_page(message):
            start = message
        elif start is None or message["type"] != "http.response.body":
            await send(message)
        else:
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                body = b"".join(parts).replace(_END, _LINK + _END, 1)
                headers = [pair for pair in start["headers"] if pair[0].lower() not in _DROPPED]
                await send({**start, "headers": [*headers, (b"content-length", str(len(body)).encode())]})
                await send({**message, "body": body})

    return give


def _is_page(message: MutableMapping[str, Any]) -> bool:
    headers = dict(message["headers"])
    return bytes(headers.get(b"content-type", b"")).startswith(b"text/html")
