"""Destroys a file that was sent in error, step by step: killed at any point it goes on, and nothing is done twice."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.keys import return_folder
from models.retention import RecordClass
from models.scopes import class_scope, scope_of
from models.states import DestructionStep, WrongFileState
from models.tables import Agency, Explanation, Recheck, Submission, WrongFile
from models.tables.base import utc_now
from models.words import plural
from tasks.ground import vault
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.retention import steps
from tasks.retention.certificates import ENTRY
from tasks.retention.facts import each_once, lists_of
from tasks.retention.versions import Version, versions_under
from tasks.wrong_files.deciding import legal_hold_on
from tasks.wrong_files.putting_aside import REASONS
from tasks.wrong_files.references import objects_of
from tasks.wrong_files.telling import tell_end

ACTOR = "system"
CLASS = "file"
"""What a certificate calls the class of what it is of, beside the classes of record."""


def carry_out(identity: str) -> str:
    """Do whatever is left of one confirmed destruction of a file, and return what came of it in words.

    Each step is done first and recorded after. Before the first object goes, it is asked once more whether a legal hold
    covers it.
    """
    row = _row(identity)
    if row.state != WrongFileState.CONFIRMED:
        return "nothing left to do"
    if row.step == DestructionStep.NONE and not row.again_of and (why := _halted(identity)):
        return f"held: {why}"
    for step, work in STEPS:
        if steps.is_before(_row(identity).step, step):
            work(identity, step)
    done = _row(identity)
    number = plural(int(done.counts.get("objects", 0)), "object")
    return f"{number} destroyed, certificate {done.certificate_sha256[:16]}"


def _row(identity: str) -> WrongFile:
    with transaction() as session:
        return session.get_one(WrongFile, identity)


def _halted(identity: str) -> str:
    """Take back the confirmation of what a legal hold covers now, and return why; empty where none does."""
    with transaction() as session:
        row = session.get_one(WrongFile, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        why = legal_hold_on(session, row.inspection)
        if why:
            row.state, row.asked_by, row.confirmed_by, row.confirmed_at = WrongFileState.PUT_ASIDE, "", "", None
            session.add(row)
            audit.append(session, row.inspection, actor=ACTOR, action="file.destruction-halted", subject=identity)
        return why


def _record(identity: str, step: DestructionStep, **changes: Any) -> None:
    with transaction() as session:
        row = session.get_one(WrongFile, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        _recorded(session, row, step, **changes)


def _recorded(session: Session, row: WrongFile, step: DestructionStep, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    row.step = step
    session.add(row)
    facts = {"lists": [each["sha256"] for each in row.lists]} if "lists" in changes else {}
    action = f"file.{step.value.replace('_', '-')}"
    audit.append(session, row.inspection, actor=ACTOR, action=action, subject=row.id, facts=facts)


def _there(row: WrongFile) -> list[Version]:
    """Return every version of every object of a file, and of what was made of each version that holds it."""
    files, made = objects_of(row)
    with transaction() as session:
        versions = session.exec(select(Submission).where(col(Submission.id).in_(row.versions))).all()
    folders = [f"{return_folder(each.request_id, each.version)}/" for each in versions]
    listed = ((prefix, version) for prefix in (*files, *made, *folders) for version in versions_under(prefix))
    # A key is the beginning of others; a folder, which ends with a slash, of its own alone.
    return list(dict.fromkeys(version for prefix, version in listed if prefix.endswith("/") or version.key == prefix))


def _list(identity: str, step: DestructionStep) -> None:
    row = _row(identity)
    versions = _there(row)
    counts = {"objects": len(versions), "bytes": sum(each.size for each in versions)}
    _record(identity, step, lists=[*row.lists, steps.keep_list(row, versions)], counts=counts)


def _erase(identity: str, step: DestructionStep) -> None:
    """Remove every version of the file, and of what was made of it, that was listed."""
    steps.erase_listed(partial(_row, identity), _there, partial(_record, identity), step)


def _destroy_key(identity: str, step: DestructionStep) -> None:
    """Destroy the keys under which the file itself was sealed: copies in backups cannot be read any more either."""
    row = _row(identity)
    shared = {class_scope(row.inspection, kind) for kind in RecordClass}
    for key in objects_of(row)[0]:
        scope = scope_of(key)
        # A document is sealed under the key of its class, which stays for all others.
        if scope and scope.startswith(f"{row.inspection}/") and scope not in shared:
            vault.destroy(scope)
    _record(identity, step, backups=steps.keys_out_of_backups())


def _remove_rows(identity: str, step: DestructionStep) -> None:
    """Remove the rows of what was said of the file and found in it, and forget where it lay; receipts stay."""
    with transaction() as session:
        row = session.get_one(WrongFile, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        gone = []
        for table in (Explanation, Recheck):
            of_file = col(table.submission_id).in_(row.versions)
            for each in session.exec(select(table).where(of_file)).all():
                gone.append(
                    {
                        "table": str(table.__tablename__),
                        "sha256": sha256(canonical_json(each.model_dump())),
                        "removed": True,
                    }
                )
            session.execute(delete(table).where(of_file))
        listed = steps.keep_list(row, (), gone)
        counts = {**row.counts, "rows": len(gone)}
        # The end is dated here: whoever signs a second time signs the same words.
        changes = {
            "lists": [*row.lists, listed],
            "counts": counts,
            "kept_references": [],
            "done_at": row.done_at or utc_now(),
        }
        _recorded(session, row, step, **changes)


def _certify(identity: str, step: DestructionStep) -> None:
    """Sign the certificate, put it into the store, and end the destruction with its digest in the audit."""
    with transaction() as session:
        row = session.get_one(WrongFile, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        digest = steps.keep_certificate(row, _content(row, lists_of(row)))
        row.step, row.state = step, WrongFileState.DESTROYED
        session.add(row)
        facts = {"certificate_sha256": digest, "class": CLASS, "asked_by": row.asked_by}
        facts |= {"confirmed_by": row.confirmed_by, **({"again_of": row.again_of} if row.again_of else {})}
        audit.append(session, row.inspection, actor=ACTOR, action=ENTRY, subject=row.id, facts=facts)
        tell_end(session, row, session.get_one(Agency, row.agency_id), "file_destroyed")


def _content(row: WrongFile, lists: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the certificate of a file says: references, digests and counts, and nobody's name."""
    objects = each_once((each for part in lists for each in part["objects"]), "key", "version")
    rows = sorted((each for part in lists for each in part["rows"]), key=lambda each: (each["table"], each["sha256"]))
    return {
        "id": row.id,
        "inspection": row.inspection,
        "class": {"name": CLASS, "label": "A file that was sent in error", "holds": "it and what was made of it"},
        "file": {
            "sha256": row.sha256,
            "subject": row.subject,
            "agency": row.agency_id,
            "versions": row.versions,
            "reason": row.reason.value,
        },
        "policy": {"basis": f"Sent in error. {REASONS[row.reason]}"},
        "authority": {
            "asked_by": row.asked_by,
            "confirmed_by": row.confirmed_by,
            "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        },
        "destroyed_at": row.done_at.isoformat() if row.done_at else "",
        "again_of": row.again_of or None,
        "counts": {
            "objects": len(objects),
            "bytes": sum(each["size"] for each in objects),
            "rows": len(rows),
        },
        # A destruction that an earlier release began asked no backup, and says nothing of any.
        **({"backups": row.backups["reached"]} if row.backups else {}),
        "left_in_backups": steps.left_in_backups(objects, row.inspection),
        "objects": objects,
        "rows": rows,
    }


STEPS: tuple[tuple[DestructionStep, Callable[[str, DestructionStep], None]], ...] = (
    (DestructionStep.LISTED, _list),
    (DestructionStep.ERASED, _erase),
    (DestructionStep.KEY_DESTROYED, _destroy_key),
    (DestructionStep.ROWS_REMOVED, _remove_rows),
    (DestructionStep.CERTIFIED, _certify),
)
"""What is done, in this order; each step can be done again."""
