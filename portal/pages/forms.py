"""Reads forms: each carries a token that other sites cannot know, and none is larger than it may be."""

import re
import secrets
from collections.abc import Iterable
from datetime import date, time
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser

from models.refusals import check_kept, check_text
from models.settings import settings
from portal.pages.bodies import MOST_FORM, limited
from portal.pages.session import COOKIE as SESSION
from portal.pages.signing import signer
from tasks.ground.passing import passing_file
from tasks.people.sessions import name_in

COOKIE = "jtai_form"
HEADER = "x-csrf-token"
_FIELDS = 500  # more than any page of ours has, and few enough that reading them costs nothing
_SALT = "form"
_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)", re.ASCII)

EVIDENCE = frozenset({"text", "heading", "who", "danger", "wrong", "statement"})
"""Free text that the evidence store alone keeps; it may say what it must."""
STAFF = frozenset({"address", "mailbox", "telephone"})
"""How staff are reached; the tables of people alone keep it."""
MACHINE = frozenset(
    {
        *("at", "csrf", "file", "finding", "following", "key", "leads_to", "link", "notes", "once", "seen"),
        *("signature", "subject"),
    }
)
"""Ids, digests and secrets that we made ourselves, and keys and signatures, which people make by a program."""
LOOKED_FOR = frozenset({"words"})
"""What somebody looks for on a page; nothing keeps it."""
SOUGHT = frozenset(f"sought-{kind}" for kind in ("nhs", "upn", "la_child", "pnc", "crn", "noms", "reference"))
"""Numbers by which a person is sought who asks for data about them; the evidence store alone keeps them."""
UNCHECKED = SOUGHT | EVIDENCE | STAFF | MACHINE | LOOKED_FOR
"""Fields that may look like a person's number; every other is refused where it does (L5)."""


def browser_of(request: Request) -> str:
    """Return the random name of this browser, made on its first page."""
    browser = request.cookies.get(COOKIE, "")
    if not browser:
        # The page asks twice, for its form and for its cookie: both get the same name.
        browser = getattr(request.state, "browser", "") or secrets.token_urlsafe(24)
        request.state.browser = browser
    return browser


def token(request: Request) -> str:
    """Return the token of forms for this browser and sign-in."""
    return signer(_SALT).get_signature(_owner(request)).decode()


def _owner(request: Request) -> str:
    # The session is part of it: a form that was opened before somebody else signed in is refused, and that of whoever
    # signed in again is not. No cookie holds a newline, so that no two pairs of cookies are one text.
    return f"{browser_of(request)}\n{name_in(request.cookies.get(SESSION, ''))}"


def check_token(request: Request, csrf: str) -> None:
    """Refuse a form that another site may have sent in the visitor's name.

    Raises:
        HTTPException: the token is missing or not this browser's.
    """
    if COOKIE not in request.cookies or not signer(_SALT).verify_signature(_owner(request), csrf):
        raise HTTPException(403)


def check_field(field: str, value: str) -> None:
    """Refuse what a field must not hold.

    Raises:
        ControlCharacterError: characters that no keyboard makes.
        PersonsNumberError: the shape of a person's number, where the text is kept outside the evidence store.
    """
    (check_text if field in UNCHECKED else check_kept)(field, value)


async def read_form(request: Request) -> FormData:
    """Return a form of texts, once its token is checked.

    Raises:
        HTTPException: it is larger than forms of texts are, or the token is missing or not this browser's.
        ControlCharacterError: a field holds characters that no keyboard makes.
    """
    return await _read(request, MOST_FORM)


async def read_file_form(request: Request) -> FormData:
    """Return a form with a file, of which nothing is plain on a disk; else as `read_form`."""
    return await _read(request, settings().max_upload_bytes + MOST_FORM)


async def _read(request: Request, most: int) -> FormData:
    form = await _parsed(limited(request, most))
    check_token(request, text_of(form, "csrf"))
    for field, value in form.multi_items():
        if isinstance(value, str):
            check_field(field, value)
    return form


async def _parsed(request: Request) -> FormData:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return await request.form(max_files=0, max_fields=_FIELDS)
    try:
        return await _SealingParser(request.headers, request.stream(), max_files=1, max_fields=_FIELDS).parse()
    except MultiPartException as refused:
        raise HTTPException(400, refused.message) from None


class _SealingParser(MultiPartParser):
    """Reads a form whose file waits sealed: the parser's own would put a larger one plain onto a disk."""

    def on_headers_finished(self) -> None:
        """Begin a part; where it is a file, give it another place to wait."""
        super().on_headers_finished()
        if self._current_part.file is not None:
            self._current_part.file.file.close()
            self._current_part.file.file = passing_file()
            self._files_to_close_on_error[-1] = self._current_part.file.file  # type: ignore[call-overload]


Form = Annotated[FormData, Depends(read_form)]
FileForm = Annotated[FormData, Depends(read_file_form)]


def text_of(form: FormData, name: str) -> str:
    """Return one text field, trimmed; empty where it is missing."""
    text = form.get(name)
    return text.strip() if isinstance(text, str) else ""


def date_of(form: FormData, name: str) -> date | None:
    """Return the day of a field of day, month and year; None where they make no date."""
    parts = [text_of(form, f"{name}-{part}") for part in ("year", "month", "day")]
    # `int` would also read signs, spaces, underscores and the digits of other scripts.
    if not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except (ValueError, OverflowError):
        return None


def clock_of(text: str) -> time | None:
    """Return the time of day that a person typed, such as `14:35` or `9.30`; None where it is no such time."""
    match = _CLOCK.fullmatch(text)
    return time(int(match[1]), int(match[2])) if match else None


def texts_of(form: FormData, name: str) -> tuple[str, ...]:
    """Return all values of a field that may be given several times."""
    fields: Iterable[UploadFile | str] = form.getlist(name)
    return tuple(text for text in fields if isinstance(text, str) and text)


def file_of(form: FormData, name: str) -> UploadFile | None:
    """Return the chosen file, or None where none was chosen."""
    file = form.get(name)
    # A browser sends a file without a name where none was chosen.
    return file if isinstance(file, UploadFile) and file.filename else None
