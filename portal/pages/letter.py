"""The newest letter of an inspection as a page's frame and as a download, for agencies and the team alike."""

from fastapi import Response
from sqlmodel import Session, select
from starlette.exceptions import HTTPException

from models.ids import LetterSubject, agency_name
from models.states import LetterStatus
from models.tables import Inspection, Letter
from models.words import hyphened
from portal.pages.frame import MEDIA, attachment
from portal.pages.headers import LETTER_POLICY
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.letters.embargo import may_open_copy

_NEWEST_FIRST = (LetterStatus.PUBLISHED, LetterStatus.PRE_PUBLICATION, LetterStatus.DRAFT)
TITLES = {
    LetterStatus.DRAFT: "Draft letter: check the facts",
    LetterStatus.PRE_PUBLICATION: "Letter before it is published",
    LetterStatus.PUBLISHED: "Published letter",
}
_PROOF = "proof.json"
_KINDS = ("pdf", "docx", "odt", "html", "json", _PROOF)


def newest(session: Session, ref: str) -> Letter | None:
    """Return the letter that counts now: the published one, else the pre-publication letter, else the newest draft."""
    rows = session.exec(select(Letter).where(Letter.inspection == ref)).all()
    return min(rows, key=lambda row: (_NEWEST_FIRST.index(row.status), -row.version), default=None)


def for_agency(session: Session, ref: str, agency_id: str) -> Letter | None:
    """Return the letter that counts now as an agency may open it; before publication not all of them may."""
    letter = newest(session, ref)
    if letter is None or letter.status != LetterStatus.PRE_PUBLICATION:
        return letter
    return letter if may_open_copy(session, session.get_one(Inspection, ref), agency_id) else None


def record_letter_read(session: Session, letter: Letter, form: str, *, by: str, agency_id: str = "") -> None:
    """Record who read a letter, of which agency and in which form, before it leaves; the published one anybody may."""
    if letter.status != LetterStatus.PUBLISHED:
        subject, facts = _subject(letter), {"as": form}
        facts |= {"agency": agency_name(agency_id)} if agency_id else {}
        audit.append(session, letter.inspection, actor=by, action="letter.read", subject=subject, facts=facts)


def _subject(letter: Letter) -> str:
    return LetterSubject(letter.inspection, letter.status, letter.version).name


def _bytes(ref: str, kind: str, form: str, by: str, agency_id: str) -> tuple[Letter, bytes]:
    with transaction() as session:
        letter = for_agency(session, ref, agency_id) if agency_id else newest(session, ref)
        key = _key_of(letter, kind) if letter else ""
        if letter is None or not key:
            raise HTTPException(404)
        record_letter_read(session, letter, form, by=by, agency_id=agency_id)
    return letter, store.get(key)


def _key_of(letter: Letter, kind: str) -> str:
    """Return where a letter lies in a format; empty where it has no such format."""
    if kind == _PROOF:
        return letter.proof_key
    return next((key for key in letter.keys if key.endswith(f".{kind}")), "")


def download_of(ref: str, kind: str, *, by: str, agency_id: str = "") -> Response:
    """Return the newest letter as a download in one of its formats; the audit records who took it.

    Raises:
        HTTPException: there is no letter, or no such format.
    """
    if kind not in _KINDS:
        raise HTTPException(404)
    letter, content = _bytes(ref, kind, kind, by, agency_id)
    name = f"{ref}-{hyphened(letter.status)}-letter-version-{letter.version}.{kind}"
    return attachment(content, name, MEDIA[kind.rpartition(".")[2]])


def evidence_download(ref: str, kind: str, *, by: str) -> Response:
    """Return what stands behind the newest letter as a download; the audit records who took it.

    Raises:
        HTTPException: there is no letter, it has no such document, or no such format.
    """
    with transaction() as session:
        letter = newest(session, ref)
        keys = [key for key in letter.evidence_keys if key.endswith(f".{kind}")] if letter else []
        if letter is None or not keys:
            raise HTTPException(404)
        subject, facts = _subject(letter), {"as": kind}
        audit.append(session, ref, actor=by, action="evidence.read", subject=subject, facts=facts)
    name = f"{ref}-{hyphened(letter.status)}-letter-evidence-version-{letter.version}.{kind}"
    return attachment(store.get(keys[0]), name, MEDIA[kind])


def framed_letter(ref: str, *, by: str, agency_id: str = "") -> Response:
    """Return the newest letter as a page of its own, for the frame on the page about it; the audit records who read it.

    Raises:
        HTTPException: there is no letter.
    """
    headers = {"Content-Security-Policy": LETTER_POLICY}
    return Response(_bytes(ref, "html", "page", by, agency_id)[1], media_type=MEDIA["html"], headers=headers)
