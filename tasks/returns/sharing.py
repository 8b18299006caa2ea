"""Takes one file for several returns of the same agency that it holds."""

from sqlmodel import Session, select

from models.tables import Inspection, Request, Submission
from tasks.ground.database import transaction
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.returns.arrivals import _FILE, _known, _new_version
from tasks.returns.closing import check_open


def shareable(session: Session, submission: Submission) -> list[Request]:
    """Return the same agency's open requests for the other returns that a file holds, which do not have it yet."""
    request = session.get_one(Request, submission.request_id)
    inspection = session.get_one(Inspection, submission.inspection)
    query = select(Request).where(Request.agency_id == request.agency_id).order_by(Request.id)
    return [
        one
        for one in session.exec(query)
        if one.return_code in submission.result.also
        and _is_open(one, inspection)
        and _known(session, one.id, submission.key) is None
    ]


def beside(session: Session, request: Request) -> list[str]:
    """Return the codes of the other returns that the same agency may send a file for now."""
    inspection = session.get_one(Inspection, request.inspection)
    query = select(Request).where(Request.agency_id == request.agency_id, Request.id != request.id)
    return [one.return_code for one in session.exec(query.order_by(Request.id)) if _is_open(one, inspection)]


def _is_open(request: Request, inspection: Inspection) -> bool:
    try:
        check_open(request, inspection)
    except ReturnRefusedError:
        return False
    return True


def share(session: Session, submission: Submission) -> list[Submission]:
    """Take the other returns of a file for their requests as well, each as a new version; return those versions.

    The caller has locked the inspection.
    """
    taken = []
    for request in shareable(session, submission):
        same = {name: getattr(submission, name) for name in (*_FILE, "etag", "uploader", "received_at")}
        one = Submission(id="", request_id=request.id, inspection=request.inspection, version=0, **same)
        _new_version(session, request, one)
        taken.append(one)
    return taken


def share_now(submission_id: str, *, agency_id: str | None = None) -> list[str]:
    """Take the other returns that a checked file holds for their requests as well; return the versions' ids.

    Raises:
        UnknownRequestError: no such submission, or another agency's.
    """
    with transaction() as session:
        found = session.get(Submission, submission_id)
        locked(session, found.request_id if found else submission_id, agency_id)
        taken = [one.id for one in share(session, session.get_one(Submission, submission_id))]
    send_soon()
    return taken
