"""Two people destroy a file that was sent in error, or release one that was put aside by mistake."""

from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.events import Event, Owed
from models.ids import VersionSubject
from models.lifecycle import RequestState
from models.retention import RecordClass
from models.states import DocumentState, WrongFileState
from models.tables import Agency, DocumentItem, DocumentVersion, Inspection, Request, Submission, Work, WrongFile
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.inspection.holds import covers, holds_on
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import send_soon, tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import owe
from tasks.retention.gone import refusing_classes
from tasks.retention.holding import HOLD_LABELS
from tasks.returns.closing import close_if_complete
from tasks.returns.verdicts import STATE_FOR
from tasks.wrong_files.putting_aside import WrongFileError, open_of
from tasks.wrong_files.references import put_back
from tasks.wrong_files.telling import tell_end


def legal_hold_on(session: Session, ref: str) -> str:
    """Return why nothing about children of an inspection may be destroyed now, a sentence; empty where it may.

    What was sent in error is destroyed while its inspection goes on, so that holds alone stand against it.
    """
    for hold in holds_on(session, ref):
        if hold.ended_at is None and covers(hold, ref, RecordClass.CHILDREN):
            matter = f", matter {hold.matter}" if hold.matter else ""
            return f"{HOLD_LABELS[hold.reason]}{matter}: a legal hold covers it."
    return ""


def confirm_file(identity: str, *, by: str, second: str) -> WrongFile:
    """Record that two people confirmed that a file is destroyed, so that this is owed from the commit on.

    Raises:
        NoVersionError: there is no such file.
        WrongFileError: it is not put aside, or a legal hold covers it.
    """
    with transaction() as session:
        row = open_of(session, identity, WrongFileState.PUT_ASIDE)
        if RecordClass.CHILDREN in refusing_classes(session, row.inspection):
            raise WrongFileError("The data about children of this inspection is destroyed, and this file with it.")
        if why := legal_hold_on(session, row.inspection):
            raise WrongFileError(f"{row.name} cannot be destroyed now. {why}")
        row.state, row.asked_by, row.confirmed_by = WrongFileState.CONFIRMED, by, second
        row.confirmed_at = utc_now()
        session.add(row)
        facts = {"second": second, "sha256": row.sha256}
        audit.append(
            session, row.inspection, actor=by, action="file.destruction-confirmed", subject=identity, facts=facts
        )
        owe_destruction(session, row)
    send_soon()
    return row


def owe_destruction(session: Session, row: WrongFile) -> None:
    """Owe that a file is destroyed; what was halted and is confirmed again is owed again, beside what was done."""
    query = select(func.count()).where(Work.kind == Owed.DESTROY, col(Work.subject).startswith(f"{row.id}/"))
    number = session.exec(query).one() + 1
    owe(session, Owed.DESTROY, str(VersionSubject(row.id, number)), row.inspection)
    tell(session, Event.DESTRUCTION_CONFIRMED, row.inspection, row.id)


def release(identity: str, *, by: str, second: str) -> WrongFile:
    """Write back what was taken out for a file that is right after all; its requests stand as they did, where they can.

    Raises:
        NoVersionError: there is no such file.
        WrongFileError: it is not put aside any more.
    """
    with transaction() as session:
        row = open_of(session, identity, WrongFileState.PUT_ASIDE)
        put_back(session, row.kept_references)
        session.expire_all()
        row = session.get_one(WrongFile, identity)
        inspection = inspection_of(session, row.inspection, lock=True)
        for subject, before in sorted(row.requests.items()):
            _stand_again(session, row, subject, before, by)
        row.state, row.asked_by, row.confirmed_by, row.confirmed_at = WrongFileState.RELEASED, by, second, utc_now()
        row.kept_references = []
        session.add(row)
        facts = {"second": second, "sha256": row.sha256, "versions": row.versions}
        audit.append(session, row.inspection, actor=by, action="file.released", subject=identity, facts=facts)
        tell_end(session, row, session.get_one(Agency, row.agency_id), "file_released")
        close_if_complete(session, inspection)
    send_soon()
    return row


def _stand_again(session: Session, row: WrongFile, subject: str, before: dict[str, Any], by: str) -> None:
    """Give a request or an item the state that it had, unless another file has come for it meanwhile."""
    item = session.get(DocumentItem, subject)
    if item is not None:
        if item.state is DocumentState.ASKED and session.get_one(DocumentVersion, item.newest_id).id in row.versions:
            item.state = DocumentState(before["state"])
            session.add(item)
        return
    request = session.get_one(Request, subject, with_for_update=True)
    # What putting aside made of it, or what became of that by waiting.
    again = {RequestState.ACKNOWLEDGED, RequestState.OVERDUE, RequestState.WAIVED}
    if request.newest_id not in row.versions or request.state not in again:
        return
    if before["admitted"]:
        request.admitted = None
        session.add(request)
    facts = {"file": row.id, "version": request.current_version}
    verdict = session.get_one(Submission, request.newest_id).result.verdict
    move_request(session, request, RequestState.RECEIVED, actor=by, facts=facts)
    if verdict is None:
        # It was put aside before it was checked, and that work was ended: it is owed again.
        work = session.get(Work, (Owed.VALIDATE, request.newest_id))
        if work is not None:
            session.delete(work)
            session.flush()
        owe(session, Owed.VALIDATE, request.newest_id, request.inspection)
        tell(session, Event.RETURN_UPLOADED, request.inspection, request.newest_id, {"return": request.return_code})
        return
    # Step by step, as the lifecycle has no move from received to a verdict.
    move_request(session, request, RequestState.VALIDATING, actor=by, facts=facts)
    move_request(session, request, STATE_FOR[verdict], actor=by, facts=facts)


def asks_about(session: Session, verb: str, identity: str) -> str:
    """Return what is asked for, without a full stop."""
    row = session.get(WrongFile, identity)
    if row is None:
        return f"{verb} {identity}"
    area = session.get_one(Inspection, row.inspection).area_name
    agency = session.get_one(Agency, row.agency_id).name
    tail = "for good, with everything that was made of it" if verb == "Destroy" else "so that it can be opened again"
    return f"{verb} a file that {agency} sent for the inspection of {area}, {row.name}, {tail}"
