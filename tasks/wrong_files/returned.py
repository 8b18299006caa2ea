"""Finds files that came back although they were destroyed, as from an older backup, and has them destroyed again."""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, select

from models.keys import CERTIFICATES
from models.states import WrongFileReason, WrongFileState
from models.tables import Agency, DocumentVersion, Inspection, Submission, WrongFile
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.retention.versions import versions_under
from tasks.wrong_files.deciding import owe_destruction
from tasks.wrong_files.erasing import CLASS
from tasks.wrong_files.putting_aside import set_aside


def find_returned_files() -> list[str]:
    """Find files that came back, owe their destruction again by the authority of the first, and return their new ids.

    Safe to repeat: what is owed already is left to be done.
    """
    return [identity for content in _certified() for identity in _returned(content)]


def _certified() -> Iterator[dict[str, Any]]:
    for key in store.keys_under(f"{CERTIFICATES}/"):
        # By its name first: certificates of whole classes lie beside, and none of them needs to be read.
        if "/W-" in key and "-certificate-" in key:
            content = json.loads(store.get(key))["certificate"]
            if content["class"]["name"] == CLASS:
                yield content


def _returned(content: dict[str, Any]) -> Iterator[str]:
    keys = sorted({each["key"] for each in content["objects"]})
    there = [key for key in keys if any(version.key == key for version in versions_under(key))]
    with transaction() as session:
        if (
            session.get(Inspection, content["inspection"]) is None
            or session.get(Agency, content["file"]["agency"]) is None
        ):
            # The ledger is older than the inspection, and no row can say that anything is owed.
            return
        rows = (
            session.get(Submission, each) or session.get(DocumentVersion, each) for each in content["file"]["versions"]
        )
        if not there and all(row is None or row.put_aside for row in rows):
            return
        inspection = inspection_of(session, content["inspection"], lock=True)
        # Asked under the lock: another run may have owed it while this one waited.
        if _waits(session, content):
            return
        yield _owe_again(session, inspection, content, there)


def _waits(session: Session, content: dict[str, Any]) -> bool:
    query = select(WrongFile.id).where(
        WrongFile.inspection == content["inspection"],
        WrongFile.agency_id == content["file"]["agency"],
        WrongFile.sha256 == content["file"]["sha256"],
        WrongFile.state == WrongFileState.CONFIRMED,
    )
    return session.exec(query).first() is not None


def _owe_again(session: Session, inspection: Inspection, content: dict[str, Any], there: list[str]) -> str:
    file, authority = content["file"], content["authority"]
    query = select(WrongFile).where(
        WrongFile.inspection == inspection.ref,
        WrongFile.agency_id == file["agency"],
        WrongFile.sha256 == file["sha256"],
        WrongFile.state == WrongFileState.PUT_ASIDE,
    )
    row = session.exec(query).one_or_none()
    if row is None:
        row = WrongFile(
            id=f"W-{secrets.token_hex(4).upper()}",
            inspection=inspection.ref,
            agency_id=file["agency"],
            subject=file["subject"],
            # A certificate does not say what the file was called, and the rows that did may not be there.
            name=file["subject"],
            sha256=file["sha256"],
            reason=WrongFileReason(file["reason"]),
            put_aside_by=str(authority["asked_by"]),
        )
        session.add(row)
        session.flush()
        # Rows that came back with the store have their references again, and lose them again.
        set_aside(session, inspection, row)
    row.versions = sorted({*row.versions, *file["versions"]})
    row.kept_references = [*row.kept_references, *({"table": "object", "id": key, "values": {}} for key in there)]
    row.state, row.confirmed_at, row.again_of = WrongFileState.CONFIRMED, utc_now(), content["id"]
    row.asked_by, row.confirmed_by = str(authority["asked_by"]), str(authority["confirmed_by"])
    session.add(row)
    facts = {"again_of": content["id"], "objects": len(there)}
    audit.append(session, inspection.ref, actor="system", action="file.returned", subject=row.id, facts=facts)
    owe_destruction(session, row)
    return row.id
