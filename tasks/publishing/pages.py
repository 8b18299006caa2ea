"""Keeps the public pages in the store: each file by its content, and the list by which they are served."""

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.keys import PUBLIC, PUBLIC_FILES, by_content
from models.settings import settings
from models.tables import PublicSite
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.digests import canonical_document, sha256

FORMAT = "jtai-site-1"
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "atom": "application/atom+xml; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
}
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('public pages'))")


def address() -> str:
    """Return the address at which the public pages are served."""
    return settings().public_url or f"{(settings().portal_url or '').rstrip('/')}/public"


def alone(session: Session) -> None:
    """Wait until nobody else makes the pages: whoever reads first must not be the last to write."""
    session.execute(_ONE_AT_A_TIME)


def keep_pages(session: Session, files: Mapping[str, bytes]) -> PublicSite:
    """Store the files of the public pages, and record the list by which they are served from now on."""
    before, newest = {}, newest_pages(session)
    if newest:
        # Most files are those of the making before: the store is not asked about them again.
        before = {entry["sha256"]: entry["key"] for entry in listed(newest.key).values()}
    entries = {path: _kept(path, content, before) for path, content in sorted(files.items())}
    data = canonical_document({"format": FORMAT, "files": entries})
    if newest and newest.sha256 == sha256(data):
        return newest
    key = store.put_once(by_content(PUBLIC, "pages", sha256(data), "json"), data).key
    number = newest.number + 1 if newest else 1
    row = PublicSite(number=number, key=key, sha256=sha256(data), files=len(files), made_at=utc_now())
    session.add(row)
    return row


def _kept(path: str, content: bytes, before: Mapping[str, str]) -> dict[str, Any]:
    digest, extension = sha256(content), PurePosixPath(path).suffix.removeprefix(".")
    key = before.get(digest)
    # Equal bytes under another ending are kept again: the media type is stored with the object.
    if key is None or not key.endswith(f".{extension}"):
        name = by_content(PUBLIC_FILES, "file", digest, extension)
        key = store.put_once(name, content, content_type=type_of(path)).key
    return {"key": key, "sha256": digest, "size": len(content)}


def type_of(path: str) -> str:
    """Return the media type of a file of the public pages."""
    return _TYPES[PurePosixPath(path).suffix.removeprefix(".")]


def newest_pages(session: Session) -> PublicSite | None:
    """Return the newest making of the public pages."""
    return session.exec(select(PublicSite).order_by(col(PublicSite.number).desc()).limit(1)).one_or_none()


# Written once under a key with its digest, a list never changes.
@lru_cache(maxsize=4)
def listed(key: str) -> dict[str, dict[str, Any]]:
    """Return the files of one making of the pages: path -> key, digest and size."""
    files: dict[str, dict[str, Any]] = json.loads(store.get(key))["files"]
    return files
