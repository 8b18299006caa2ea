"""The newest letter of an inspection as a page's frame and as a download, for agencies and the team alike."""

from fastapi import Response
from sqlmodel import Session, select
from starlette.exceptions import HTTPException

from models.states import LetterStatus
from models.tables import Letter
from models.words import hyphened
from portal.pages.frame import MEDIA, attachment
from portal.pages.headers import LETTER_POLICY
from tasks.ground import store
from tasks.ground.database import transaction

_NEWEST_FIRST = (LetterStatus.PUBLISHED, LetterStatus.PRE_PUBLICATION, LetterStatus.DRAFT)
_NAMES = {
    LetterStatus.DRAFT: "Draft letter, to check its facts",
    LetterStatus.PRE_PUBLICATION: "Letter before it is published",
    LetterStatus.PUBLISHED: "Published letter",
}
_KINDS = ("pdf", "docx", "html", "json")


def newest(session: Session, ref: str) -> Letter | None:
    """Return the letter that counts now: the published one before the one before it, and that before the draft."""
    rows = session.exec(select(Letter).where(Letter.inspection == ref)).all()
    return min(rows, key=lambda row: (_NEWEST_FIRST.index(row.status), -row.version), default=None)


def _bytes(ref: str, kind: str) -> tuple[Letter, bytes]:
    with transaction() as session:
        found = newest(session, ref)
    keys = [key for key in found.keys if key.endswith(f".{kind}")] if found else []
    if found is None or not keys:
        raise HTTPException(404)
    return found, store.get(keys[0])


def _download(ref: str, kind: str) -> Response:
    if kind not in _KINDS:
        raise HTTPException(404)
    letter, data = _bytes(ref, kind)
    name = f"{ref}-{hyphened(letter.status)}-letter-version-{letter.version}.{kind}"
    return attachment(data, name, MEDIA[kind])


def _framed(ref: str) -> Response:
    headers = {"Content-Security-Policy": LETTER_POLICY}
    return Response(_bytes(ref, "html")[1], media_type=MEDIA["html"], headers=headers)
