"""The certificate of one file that was destroyed by itself, such as one with columns that nobody had asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import select

from models.keys import destruction_folder
from models.tables import AuditEntry
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.retention.certificates import ENTRY, signed

NOT_ASKED_FOR = "The file held columns that nobody had asked for; a copy without them is kept"
"""Why a file as it was sent does not stay."""


def certify_file(
    ref: str, objects: Sequence[Mapping[str, Any]], tombstone: Mapping[str, str], *, basis: str, by: str
) -> str:
    """Certify that one file was destroyed, and return where the certificate lies; a second time returns the same.

    Args:
        ref: the inspection.
        objects: every version that was there: `key`, `version`, `size`, `sha256` of what it held, `marker`.
        tombstone: of its key, as the vault returned it: `scope`, `key_id`, `at`.
        basis: why it was destroyed, as the certificate says it.
        by: who decided, as the audit names them; the system, where a rule did.
    """
    identity = f"R-{sha256(tombstone['scope'].encode())[:8].upper()}"
    listed = sorted((dict(each) for each in objects), key=lambda each: (each["key"], each["version"]))
    content = {
        "id": identity,
        "inspection": ref,
        "class": {"name": "file", "label": "One file as it was sent"},
        "policy": {"basis": basis},
        "authority": {"asked_by": by},
        "destroyed_at": tombstone["at"],
        "counts": {"objects": len(listed), "bytes": sum(each["size"] for each in listed), "rows": 0},
        "key": dict(tombstone),
        "objects": listed,
        "rows": [],
    }
    data = signed(content)
    digest = sha256(data)
    key = f"{destruction_folder(ref)}/{identity}-certificate-{digest[:16]}.json"
    with transaction() as session:
        inspection_of(session, ref, lock=True)
        before = session.exec(
            select(AuditEntry).where(
                AuditEntry.inspection == ref, AuditEntry.action == ENTRY, AuditEntry.subject == identity
            )
        ).first()
        stored = store.put_once(key, data).key
        if before is None:
            facts = {"certificate_sha256": digest, "class": "file", "asked_by": by}
            audit.append(session, ref, actor=by, action=ENTRY, subject=identity, facts=facts)
    return stored
