"""Reads forms: each carries a token that other sites cannot know, and none is larger than it may be."""

import hmac
import secrets
from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from models.refusals import check_text
from models.settings import required
from portal.pages.session import COOKIE as SESSION
from tasks.ground.digests import keyed

COOKIE = "jtai_form"
HEADER = "x-csrf-token"
_FIELDS = 500


def browser_of(request: Request) -> str:
    """Return the random name of this browser, made on its first page."""
    known = request.cookies.get(COOKIE, "")
    if not known:
        known = getattr(request.state, "browser", "") or secrets.token_urlsafe(24)
        request.state.browser = known
    return known


def token(request: Request) -> str:
    """Return the token of forms for this browser and sign-in."""
    text = f"form/{browser_of(request)}/{request.cookies.get(SESSION, '')}"
    return keyed(required("secret_key"), text)[:40]


def check_token(request: Request, given: str) -> None:
    """Refuse what another site may have sent in the visitor's name.

    Raises:
        HTTPException: the token is missing or not this browser's.
    """
    if COOKIE not in request.cookies or not hmac.compare_digest(token(request).encode(), given.encode()):
        raise HTTPException(403)


async def read_form(request: Request) -> FormData:
    """Read a form, its files spooled to disk, once its token is checked.

    Raises:
        HTTPException: the token is missing or not this browser's.
        ControlCharacterError: a field holds characters that no keyboard makes.
    """
    form = await request.form(max_files=1, max_fields=_FIELDS)
    check_token(request, text_of(form, "csrf"))
    for field, value in form.multi_items():
        if isinstance(value, str):
            check_text(field, value)
    return form


Form = Annotated[FormData, Depends(read_form)]


def text_of(form: FormData, name: str) -> str:
    """Return one text field, trimmed; empty where it is missing."""
    found = form.get(name)
    return found.strip() if isinstance(found, str) else ""


def texts_of(form: FormData, name: str) -> tuple[str, ...]:
    """Return all values of a field that may be given several times."""
    found: Iterable[UploadFile | str] = form.getlist(name)
    return tuple(one for one in found if isinstance(one, str) and one)


def file_of(form: FormData, name: str) -> UploadFile | None:
    """Return the chosen file, or None where none was chosen."""
    found = form.get(name)
    return found if isinstance(found, UploadFile) and found.filename else None
