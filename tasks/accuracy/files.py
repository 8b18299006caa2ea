"""Files that agencies attach to their comments: stored first, recorded, then scanned before anybody opens them (L1)."""

from typing import BinaryIO
from uuid import uuid4

from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import once_key
from models.keys import comment_file
from models.refusals import NothingThereError
from models.settings import settings
from models.tables import CommentFile, Correction
from tasks.accuracy.comments import CommentRefusedError, open_check, own_comment
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.outbox import send_soon, tell
from tasks.ledger.work import owe
from validation.files.documents import kind_of

READ = "comment-file.read"
MOST = 10
"""So many files may be attached to one comment."""


class NoFileError(NothingThereError):
    """There is no such file for whoever asks, it waits for the scanner, or it holds malware."""

    def __init__(self) -> None:
        super().__init__("There is no such file for you.")


def check_attaches(file: BinaryIO, size: int) -> str:
    """Return the kind of a file that may be attached to a comment.

    Raises:
        CommentRefusedError: it is empty or too large.
        DocumentRefusedError: it is of no kind that is taken.
    """
    most = settings().max_upload_bytes
    if not 0 < size <= most:
        large = f"The selected file must be smaller than {most // 2**20} MB."
        raise CommentRefusedError("The selected file is empty." if size <= 0 else large, field="file")
    return kind_of(file)


def attach(comment_id: str, agency_id: str, file: BinaryIO, size: int, *, filename: str, by: str) -> int:
    """Store a file with a comment of an agency and return its number; the same file again changes nothing.

    The receipt follows the object and the row. Nobody opens the file until the scanner has answered.

    Args:
        comment_id: the comment.
        agency_id: whose it must be.
        file: the bytes; its content says what kind of document it is.
        size: of it.
        filename: the sender's own name, which is kept beside the object alone: it may hold a child's name (L5).
        by: who sends it.

    Raises:
        NoCommentError: no such comment of this agency.
        CommentRefusedError: no comment is taken now, the comment is taken back, or the file cannot be taken.
        DocumentRefusedError: the file is of no kind that is taken.
    """
    kind = check_attaches(file, size)
    with transaction() as session:
        ref = own_comment(session, comment_id, agency_id).inspection
        open_check(session, ref)
    key = comment_file(ref, uuid4().hex)
    store.put_stream(key, file, filename=filename)
    # The receipt says what the store holds, and not what the sender says of it.
    stored = store.look(key)
    with transaction() as session:
        # Asked again under the lock: the check may have closed while the file was on its way.
        inspection = open_check(session, ref)
        row = own_comment(session, comment_id, agency_id)
        session.refresh(row, with_for_update=True)
        before = files_of(session, comment_id)
        if same := next((each for each in before if each.sha256 == stored.sha256 and not each.malware), None):
            return same.number
        if row.withdrawn_at or len(before) >= MOST:
            taken_back = "You have taken this comment back. Send another comment with the file."
            many = f"A comment has no more than {MOST} files. Send another comment with this one."
            raise CommentRefusedError(taken_back if row.withdrawn_at else many, field="file")
        added = CommentFile(
            id=once_key(comment_id, len(before) + 1),
            comment_id=comment_id,
            inspection=ref,
            number=len(before) + 1,
            key=stored.key,
            version_id=stored.version_id,
            sha256=stored.sha256,
            size=stored.size,
            kind=kind,
            by=by,
            received_at=inspection.now(),
        )
        session.add(added)
        facts = {"number": added.number, "sha256": added.sha256, "size": added.size, "kind": kind}
        audit.append(session, ref, actor=by, action="accuracy.file-sent", subject=comment_id, facts=facts)
        owe(session, Owed.SCAN_COMMENT_FILE, added.id, ref)
        tell(session, Event.DOCUMENT_SENT, ref, added.id)
        number = added.number
    send_soon()
    return number


def files_of(session: Session, comment_id: str) -> list[CommentFile]:
    """Return the files of a comment in the order in which they were sent."""
    query = select(CommentFile).where(CommentFile.comment_id == comment_id)
    return list(session.exec(query.order_by(col(CommentFile.number))))


def files_by_comment(session: Session, ref: str) -> dict[str, list[CommentFile]]:
    """Return the files of all comments of an inspection, by comment."""
    files: dict[str, list[CommentFile]] = {}
    for row in session.exec(select(CommentFile).where(CommentFile.inspection == ref).order_by(col(CommentFile.number))):
        files.setdefault(row.comment_id, []).append(row)
    return files


def open_file(session: Session, comment: Correction, number: int, *, by: str) -> tuple[str, CommentFile]:
    """Return our own name for a file of a comment, and the file; the audit has who opened it.

    Raises:
        NoFileError: there is no such file, it waits for the scanner, or it holds malware.
    """
    row = session.get(CommentFile, once_key(comment.id, number))
    if row is None or not row.readable:
        raise NoFileError
    facts = {"number": number, "sha256": row.sha256}
    audit.append(session, comment.inspection, actor=by, action=READ, subject=comment.id, facts=facts)
    return f"comment-{comment.id[:8]}-file-{number}.{row.kind}", row
