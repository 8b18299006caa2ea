"""The written statement of proposed action: received once, and chased while it is due."""

from pathlib import PurePosixPath

from sqlmodel import select

from models.england import ENGLAND
from models.events import Event
from models.ids import once_key
from models.keys import statement as statement_key
from models.lifecycle import Stage
from models.settings import settings
from models.tables import Agency, Statement
from models.timetable import working_days_between
from models.words import long, plain
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.letters.owed_statement import owed_by, statement_refusal
from tasks.letters.publication import PublicationRefusedError
from tasks.people.notices import write_notice
from tasks.returns.screening import ScreenedOutError, screen

STATEMENT_TYPES = (".pdf", ".docx", ".odt")
_REMIND_DAYS = 10


def keep_statement(ref: str, *, filename: str, data: bytes, by: str) -> str:
    """Store a file that may become the written statement, and return its name there: its digest and its kind.

    Nothing is received by that: its sender looks at it first, and `record_statement` receives it.

    Raises:
        PublicationRefusedError: none is due, or the file is not of a kind that is read, or did not pass the scanner.
    """
    kind = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    if kind not in STATEMENT_TYPES:
        raise PublicationRefusedError("The selected file must be a PDF, DOCX or ODT file.")
    if not 0 < len(data) <= settings().max_upload_bytes:
        raise PublicationRefusedError("The selected file is empty or too large.")
    with transaction() as session:
        if refusal := statement_refusal(inspection_of(session, ref)):
            raise PublicationRefusedError(refusal)
    try:
        screen(data, ref, by=by)
    except ScreenedOutError as screened_out:
        raise PublicationRefusedError(screened_out.sentence) from None
    store.put_once(statement_key(ref, sha256(data), kind), data, filename=filename)
    return f"{sha256(data)}{kind}"


def kept_statement(ref: str, name: str) -> store.Stored:
    """Return a file that `keep_statement` stored.

    Raises:
        NotStoredError: there is none of this name.
    """
    digest, dot, kind = name.partition(".")
    if len(digest) != len(sha256(b"")) or not digest.isalnum() or f"{dot}{kind}" not in STATEMENT_TYPES:
        raise store.NotStoredError(name)
    stored = store.look(statement_key(ref, digest, f"{dot}{kind}"))
    # The key has a part of the digest alone.
    if stored.sha256 != digest:
        raise store.NotStoredError(name)
    return stored


def record_statement(ref: str, name: str, *, by: str) -> None:
    """Receive a stored file as the written statement; the same file again changes nothing.

    Raises:
        NotStoredError: no such file is stored.
        PublicationRefusedError: none is due.
    """
    stored = kept_statement(ref, name)
    with transaction() as session:
        inspection = inspection_of(session, ref, lock=True)
        statement = session.get_one(Statement, ref)
        # Before it is asked whether one is due: the first receipt of this file has moved the stage on.
        if statement.sha256 == stored.sha256:
            return
        if refusal := statement_refusal(inspection):
            raise PublicationRefusedError(refusal)
        statement.key, statement.sha256, statement.received_at = stored.key, stored.sha256, inspection.now()
        session.add(statement)
        facts = {"sha256": stored.sha256, "size": stored.size, "late": inspection.now() > statement.due_at}
        move_stage(session, inspection, Stage.STATEMENT_RECEIVED, actor=by, facts=facts)
        for role in ("manager", "lead"):
            write_notice(session, "statement_received", role, once=once_key(ref, "statement", role), inspection=ref)
        tell(session, Event.STATEMENT_RECEIVED, ref, ref)


def chase_statements() -> list[tuple[str, str, str]]:
    """Send reminders of written statements and chasers of late ones, each once; return inspection, area and kind."""
    done = []
    # Only those still due; the key of each notice (`once`) keeps a second run on one day from sending it again.
    with transaction() as session:
        for statement in session.exec(select(Statement).where(Statement.needed, Statement.received_at == None)):  # noqa: E711
            inspection = inspection_of(session, statement.inspection)
            if inspection.stage != Stage.STATEMENT_DUE:
                continue
            days = working_days_between(inspection.now().astimezone(ENGLAND).date(), statement.due_day)
            kind = "statement_overdue" if days < 0 else "statement_reminder" if days <= _REMIND_DAYS else None
            if kind:
                authority = session.get_one(Agency, owed_by(statement))
                due = long(statement.due_day)
                once = once_key(inspection.ref, kind)
                write_notice(session, kind, authority, once=once, sign_in=True, facts={"due": due})
                done.append((inspection.ref, inspection.area_name, plain(kind)))
    return done
