"""Destroys files as they came, where a copy without what was not asked for stands for them (the exception of L2).

The steps are those of any destruction: list, erase, destroy the key, certify. Each is done first and recorded after,
so that whoever was killed goes on and finds nothing left. Nobody is asked: the period is a setting, and nothing that
was asked for goes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from models.events import Owed
from models.keys import INCOMING
from models.retention import RecordClass
from models.scopes import scope_of
from models.states import DestructionStep, WorkState
from models.tables import Recheck, ReducedFile, Submission, Work
from models.tables.base import utc_now
from models.words import moment
from tasks.ground import store, vault
from tasks.ground.database import transaction
from tasks.inspection.holds import holds_on, may_be_destroyed
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.retention import steps
from tasks.retention.certificates import ENTRY
from tasks.retention.facts import each_once, lists_of
from tasks.retention.gone import refusing_classes
from tasks.retention.versions import Version, versions_under
from tasks.returns.arrivals import files_of
from tasks.returns.reduced_files import note_repeats, owe_destruction, reduced_of, versions_with, what_went

ACTOR = "system"
CLASS = "unasked"
"""In place of a class of record on a certificate."""

LOOKED_AT_AGAIN = timedelta(hours=1)
"""What is held is looked at again so much later."""


class CopyMissingError(RuntimeError):
    """The copy that stands for a file is not what its row says; the file stays."""


def carry_out_file(identity: str) -> str:
    """Do whatever is left of the destruction of a file as it came, and return what came of it in words.

    Raises:
        CopyMissingError: the copy is damaged or gone: nothing is destroyed (L1).
    """
    row = _row(identity)
    if row is None:
        return "gone with its class of record"
    # Of a file that was destroyed with all that was made of it, as one sent in error, nothing is left to be lost.
    if row.step == DestructionStep.NONE and _versions(row):
        _check_copy(row)
    for step, work in STEPS:
        if steps.is_before(_row_now(identity).step, step):
            work(identity, step)
    done = _row_now(identity)
    return f"{what_went(done.columns, done.sheets)} destroyed, certificate {done.certificate_sha256[:16]}"


def why_kept(session: Session, row: ReducedFile) -> str:
    """Return why a file as it came cannot go now, in words; empty where it can."""
    if row.step != DestructionStep.NONE:
        return ""
    if not may_be_destroyed(row.inspection, holds_on(session, row.inspection), RecordClass.CHILDREN):
        return "a hold stops all destruction"
    for version in versions_with(session, row.key):
        result = version.result
        if result.verdict is None or result.not_checked or _is_checked(session, version):
            return "a check of it is owed"
    return ""


def _is_checked(session: Session, version: Submission) -> bool:
    rechecks = session.exec(select(Recheck.id).where(Recheck.submission_id == version.id)).all()
    query = select(Work.subject).where(
        col(Work.kind).in_((Owed.VALIDATE, Owed.RECHECK)),
        col(Work.subject).in_([version.id, *rechecks]),
        Work.state != WorkState.DONE,
    )
    return session.exec(query).first() is not None


def _check_copy(row: ReducedFile) -> None:
    try:
        stored = store.look(row.copy_key, row.copy_version_id)
    except (store.NotStoredError, vault.DestroyedError):
        raise CopyMissingError from None
    if stored.sha256 != row.copy_sha256:
        raise CopyMissingError


def _row(identity: str) -> ReducedFile | None:
    with transaction() as session:
        return session.get(ReducedFile, identity)


def _row_now(identity: str) -> ReducedFile:
    with transaction() as session:
        return session.get_one(ReducedFile, identity)


def _record(identity: str, step: DestructionStep, **changes: Any) -> None:
    with transaction() as session:
        row = session.get_one(ReducedFile, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        for name, value in changes.items():
            setattr(row, name, value)
        row.step = step
        session.add(row)
        facts = {"lists": [each["sha256"] for each in row.lists]} if "lists" in changes else {}
        action = f"file.{step.value.replace('_', '-')}"
        audit.append(session, row.inspection, actor=ACTOR, action=action, subject=identity, facts=facts)


def _versions(row: ReducedFile) -> list[Version]:
    """Return all versions of the very object, markers among them."""
    # The store lists by prefix, and other keys may begin with this one.
    return [version for version in versions_under(row.key) if version.key == row.key]


def _list(identity: str, step: DestructionStep) -> None:
    row = _row_now(identity)
    _record(identity, step, lists=[*row.lists, steps.keep_list(row, _versions(row))])


def _erase(identity: str, step: DestructionStep) -> None:
    steps.erase_listed(partial(_row_now, identity), _versions, partial(_record, identity), step)


def _destroy_key(identity: str, step: DestructionStep) -> None:
    """Destroy the file's own key: what backups have of it cannot be read any more either."""
    scope = scope_of(_row_now(identity).key)
    # Recorded after it: whoever was killed in between destroys it again, and the same tombstone comes back.
    tombstone = vault.destroy(scope).to_json() if scope else {}
    _record(identity, step, tombstone=tombstone, backups=steps.keys_out_of_backups(), destroyed_at=utc_now())


def _certify(identity: str, step: DestructionStep) -> None:
    with transaction() as session:
        row = session.get_one(ReducedFile, identity)
        inspection_of(session, row.inspection, lock=True)
        session.refresh(row, with_for_update=True)
        digest = steps.keep_certificate(row, certificate_of(row))
        row.step = step
        session.add(row)
        facts = {"certificate_sha256": digest, "class": CLASS, "sha256": row.sha256, "copy_sha256": row.copy_sha256}
        audit.append(session, row.inspection, actor=ACTOR, action=ENTRY, subject=row.id, facts=facts)


def certificate_of(row: ReducedFile) -> dict[str, Any]:
    """Return what the certificate of a file that was destroyed says: references, digests and counts."""
    objects = each_once((each for part in lists_of(row) for each in part["objects"]), "key", "version")
    # From the row and not from the setting, which may have been changed since.
    hours = round((row.due_at - row.noted_at).total_seconds() / 3600)
    return {
        "id": row.id,
        "inspection": row.inspection,
        "class": {
            "name": CLASS,
            "label": "A file as it came",
            "holds": f"{what_went(row.columns, row.sheets)} that nobody had asked for, and what is in the copy",
        },
        "policy": {"hours": hours, "counted_from": row.noted_at.isoformat(), "due_at": row.due_at.isoformat()},
        "authority": {"setting": "JTAI_UNASKED_HOURS"},
        "destroyed_at": _text(row.destroyed_at),
        "again_of": None,
        "counts": {"objects": len(objects), "bytes": sum(each["size"] for each in objects), "rows": 0},
        # A destruction that an earlier release began asked no backup, and says nothing of any.
        **({"backups": row.backups["reached"]} if row.backups else {}),
        "key": row.tombstone or None,
        "kept": {"copy": row.copy_key, "sha256": row.copy_sha256},
        "objects": objects,
        "rows": [],
    }


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


STEPS: tuple[tuple[DestructionStep, Callable[[str, DestructionStep], None]], ...] = (
    (DestructionStep.LISTED, _list),
    (DestructionStep.ERASED, _erase),
    (DestructionStep.KEY_DESTROYED, _destroy_key),
    (DestructionStep.CERTIFIED, _certify),
)
"""What is done, in this order; each step can be done again."""


def find_sent_again() -> list[str]:
    """Owe the destruction of what brought the same bytes again, or came back from a backup; return the ids. Repeatable.

    A file of which nothing is recorded but its bytes, because a version has them already, is never opened: it goes as
    the first did.
    """
    # Listed once and before: to ask the store for each file would keep the transaction open for as long.
    stored = set(store.keys_under(INCOMING))
    owed = []
    with transaction() as session:
        for row in session.exec(select(ReducedFile).order_by(ReducedFile.id)).all():
            # It goes, or went, with its whole class of record, and needs no destruction of its own.
            if RecordClass.CHILDREN in refusing_classes(session, row.inspection):
                continue
            owed += [made.id for made in note_repeats(session, row)]
            if row.step == DestructionStep.CERTIFIED and row.key in stored:
                _owe_again(session, row)
                owed.append(row.id)
    return owed


def _owe_again(session: Session, row: ReducedFile) -> None:
    # Counted, so that the work has a subject of its own: that of the first destruction is done.
    row.step, row.times = DestructionStep.NONE, row.times + 1
    session.add(row)
    session.flush()
    owe_destruction(session, row)
    facts = {"sha256": row.sha256}
    audit.append(session, row.inspection, actor=ACTOR, action="file.returned", subject=row.id, facts=facts)


def files_in_words(session: Session, submission: Submission) -> list[str]:
    """Return what is so now of each file of a version that came with what was not asked for, a sentence or two each."""
    files, rows = files_of(submission), reduced_of(session, submission)
    numbered = len(files) > 1
    return [
        in_words(session, rows[file["key"]], f"File {number}" if numbered else "The file")
        for number, file in enumerate(files, 1)
        if file["key"] in rows
    ]


def in_words(session: Session, row: ReducedFile, name: str = "The file") -> str:
    """Return until when a file is kept as it came and why, or since when it is not.

    Args:
        session: in which the row was read.
        row: the file.
        name: how the sentence calls it.
    """
    went = what_went(row.columns, row.sheets)
    single = row.columns + row.sheets == 1
    because = f"it came with {went} that {'was' if single else 'were'} not asked for"
    copy = f"A copy without {'it' if single else 'them'} is what we read, count and open."
    if row.step == DestructionStep.CERTIFIED and row.destroyed_at is not None:
        since = f"{name} has not been kept as you sent it since {moment(row.destroyed_at)}, because {because}."
        return f"{since} {copy} The certificate of its destruction has the SHA-256 {row.certificate_sha256[:16]}."
    if row.step != DestructionStep.NONE:
        return f"{name} is being destroyed as you sent it, because {because}. {copy}"
    if not may_be_destroyed(row.inspection, holds_on(session, row.inspection), RecordClass.CHILDREN):
        return f"{name} is kept as you sent it for as long as a hold stops all destruction, though {because}. {copy}"
    if row.due_at <= utc_now():
        return f"{name} is still kept as you sent it, and its destruction is owed, because {because}. {copy}"
    return f"{name} is kept as you sent it until {moment(row.due_at)}, and then destroyed, because {because}. {copy}"


def reduced_in(session: Session, ref: str) -> list[tuple[ReducedFile, str]]:
    """Return the files of an inspection that came with what was not asked for, each with what is so of it."""
    query = select(ReducedFile).where(ReducedFile.inspection == ref).order_by(col(ReducedFile.noted_at), ReducedFile.id)
    return [(row, in_words(session, row).replace("as you sent it", "as it came")) for row in session.exec(query)]
