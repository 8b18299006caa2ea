"""Files that came with columns or sheets that were not asked for, and the copies without them that stand for them.

Whoever reads what an agency sent asks here for the files of a version: where there is a copy, that is the file from
its row on, and the file as it came waits for its destruction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlmodel import Session, col, select

from models.events import Owed
from models.ids import VersionSubject
from models.settings import settings
from models.tables import ReducedFile, Request, Submission, UploadSession
from models.tables.base import utc_now
from models.words import plural
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.store import Stored
from tasks.ledger import audit
from tasks.ledger.rows import UnknownRequestError
from tasks.ledger.work import owe
from tasks.returns.arrivals import files_of
from validation.files.copies import EXTENSION

FILE_READ = "return-file.read"


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """The stored copy of one file of a version.

    Attributes:
        file: as `files_of` has it.
        stored: the copy.
        columns: how many columns with cells are not in it.
        sheets: how many sheets with cells are not in it.
    """

    file: Mapping[str, Any]
    stored: Stored
    columns: int
    sheets: int


def kept_files(session: Session, submission: Submission) -> list[dict[str, Any]]:
    """Return the files of a version as they are kept: as `files_of`, with `copy` set where a copy stands for one."""
    files = files_of(submission)
    rows = reduced_of(session, submission)
    return [_kept(file, rows.get(file["key"])) for file in files]


def kept_now(submission: Submission) -> list[dict[str, Any]]:
    """Return the files of a version as they are kept, read in a transaction of its own."""
    with transaction() as session:
        return kept_files(session, submission)


def _kept(file: dict[str, Any], row: ReducedFile | None) -> dict[str, Any]:
    if row is None:
        return {**file, "copy": False}
    stands = {"key": row.copy_key, "version_id": row.copy_version_id, "sha256": row.copy_sha256}
    return {**stands, "size": row.copy_size, "extension": EXTENSION, "copy": True}


def reduced_of(session: Session, submission: Submission) -> dict[str, ReducedFile]:
    """Return key in the store -> row of each file of a version that came with what was not asked for."""
    keys = [file["key"] for file in files_of(submission)]
    query = select(ReducedFile).where(col(ReducedFile.key).in_(keys))
    return {row.key: row for row in session.exec(query)}


def note_reduced(session: Session, submission: Submission, copies: Sequence[StoredCopy], *, by: str) -> None:
    """Let each stored copy stand for its file from now on, and owe the destruction of the file as it came.

    The caller commits, with the verdict that was reached on the copy. Of a file that has a copy already it stays.
    """
    rows = reduced_of(session, submission)
    for copy in copies:
        key = copy.file["key"]
        if key not in rows:
            rows[key] = _noted(session, submission, copy, by=by)


def _noted(session: Session, submission: Submission, copy: StoredCopy, *, by: str) -> ReducedFile:
    now = utc_now()
    row = ReducedFile(
        id=upload_of(copy.file["key"]),
        inspection=submission.inspection,
        key=copy.file["key"],
        sha256=copy.file["sha256"],
        size=copy.file["size"],
        columns=copy.columns,
        sheets=copy.sheets,
        copy_key=copy.stored.key,
        copy_version_id=copy.stored.version_id,
        copy_sha256=copy.stored.sha256,
        copy_size=copy.stored.size,
        noted_at=now,
        due_at=now + timedelta(hours=settings().unasked_hours),
    )
    session.add(row)
    session.flush()
    owe_destruction(session, row)
    facts = {"sha256": row.sha256, "copy_sha256": row.copy_sha256, "columns": row.columns, "sheets": row.sheets}
    facts |= {"until": row.due_at.isoformat(), "upload": row.id}
    audit.append(session, row.inspection, actor=by, action="file.reduced", subject=submission.id, facts=facts)
    return row


def owe_destruction(session: Session, row: ReducedFile) -> None:
    """Owe the destruction of a file as it came, from its moment on."""
    owe(session, Owed.DESTROY_FILE, str(VersionSubject(row.id, row.times)), row.inspection, at=row.due_at)


def upload_of(key: str) -> str:
    """Return the id of the upload that brought the object at a key."""
    return PurePosixPath(key).stem


def note_repeats(session: Session, row: ReducedFile) -> list[ReducedFile]:
    """Return rows for uploads of the very same bytes, which made no version: what they brought is destroyed as well."""
    versions = [version.id for version in versions_with(session, row.key)]
    query = select(UploadSession).where(col(UploadSession.same_as).in_(versions), UploadSession.key != row.key)
    noted = set(session.exec(select(ReducedFile.key).where(ReducedFile.inspection == row.inspection)))
    made = []
    for upload in session.exec(query.order_by(UploadSession.id)):
        if upload.key not in noted:
            same = row.model_dump(include={"inspection", "sha256", "size", "columns", "sheets"})
            copied = row.model_dump(include={"copy_key", "copy_version_id", "copy_sha256", "copy_size"})
            again = ReducedFile(id=upload_of(upload.key), key=upload.key, **same, **copied)
            session.add(again)
            session.flush()
            owe_destruction(session, again)
            made.append(again)
    return made


def versions_with(session: Session, key: str) -> list[Submission]:
    """Return the versions of returns that have the object at a key among their files, by id."""
    own = session.exec(select(Submission).where(Submission.key == key).order_by(Submission.id)).all()
    if not own:
        return []
    # A file that others were added to is among the files of the versions after it, all of one request.
    requests = {version.request_id for version in own}
    query = select(Submission).where(col(Submission.request_id).in_(requests)).order_by(Submission.id)
    return [version for version in session.exec(query) if key in {file["key"] for file in files_of(version)}]


def what_went(columns: int, sheets: int) -> str:
    """Return in words what a file came with that was not asked for."""
    parts = [plural(columns, "column")] if columns else []
    parts += [plural(sheets, "sheet")] if sheets else []
    return " and ".join(parts)


def open_file(
    session: Session, submission: Submission, request: Request, number: int, *, by: str
) -> tuple[str, dict[str, Any]]:
    """Return a name for one file of a version, counted from 1, and the file as it is kept; the audit has who opens it.

    Raises:
        UnknownRequestError: there is no such file, or it holds malware, which is handed out to nobody.
        PutAsideError: the version was sent in error.
    """
    if submission.put_aside:
        raise store.PutAsideError
    files = kept_files(session, submission)
    if submission.result.malware or not 1 <= number <= len(files):
        raise UnknownRequestError(submission.id)
    file = files[number - 1]
    facts = {"file": number, "sha256": file["sha256"]}
    audit.append(session, request.inspection, actor=by, action=FILE_READ, subject=submission.id, facts=facts)
    part = f"-file-{number}" if submission.parts else ""
    kept = "-kept" if file["copy"] else ""
    return f"{request.return_code}-version-{submission.version}{part}{kept}{file['extension']}", file


def filename_of(submission: Submission) -> str:
    """Return the name under which the newest file of a version was sent; empty where it has none, or none any more."""
    return store.filename_of(kept_now(submission)[-1]["key"])


def receipts_of(session: Session, submission: Submission) -> list[dict[str, Any]]:
    """Return the receipt of each file that came with what was not asked for: its digest, its copy, and its end."""
    rows = reduced_of(session, submission)
    return [
        {
            "file": number,
            "sha256": row.sha256,
            "columns": row.columns,
            "sheets": row.sheets,
            "copy_sha256": row.copy_sha256,
            "kept_until": None if row.destroyed_at else row.due_at.isoformat(),
            "destroyed": row.destroyed_at.isoformat() if row.destroyed_at else None,
            "certificate_sha256": row.certificate_sha256 or None,
        }
        for number, file in enumerate(files_of(submission), 1)
        if (row := rows.get(file["key"]))
    ]
