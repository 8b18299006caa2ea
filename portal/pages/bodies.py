"""Reads what a sender sends: nothing of it is parsed before its size is within what that page takes."""

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive

T = TypeVar("T", bound=BaseModel)

MOST_JSON = 2**16
"""A message in JSON says what to do with a file, and never holds one."""

MOST_FORM = 2**20
"""A form of texts; one that brings a file may be as large as an upload."""


def limited(request: Request, most: int) -> Request:
    """Return a request whose body ends in a refusal once more than `most` bytes of it have come.

    Raises:
        HTTPException: the sender says itself that there is more.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise HTTPException(413)
    # Counted as well: a body in pieces announces no length, and what is announced may be false.
    return Request(request.scope, _counted(request.receive, most))


def _counted(receive: Receive, most: int) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413)
        return message

    return counted


async def body_of(request: Request, most: int = MOST_JSON) -> bytes:
    """Return the body of a request that may send so much.

    Raises:
        HTTPException: it is larger.
    """
    return await limited(request, most).body()


async def message_of(request: Request, kind: type[T]) -> T:
    """Return the message of a program or a script, once its shape is checked.

    Raises:
        HTTPException: it is larger than such messages are, no JSON, nested too deep, or of another shape.
    """
    try:
        return kind.model_validate_json(await body_of(request))
    except ValueError:
        # The error itself quotes what was sent (L5).
        raise HTTPException(422) from None
