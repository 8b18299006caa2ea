"""Takes one file for several returns of the same agency that it holds."""

from sqlmodel import Session, select

from models.tables import Inspection, Request, Submission
from tasks.ground.database import transaction
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import locked
from tasks.returns.arrivals import FILE_COLUMNS, add_version, version_with
from tasks.returns.closing import refusal_of


def shareable(session: Session, submission: Submission) -> list[Request]:
    """Return the same agency's open requests for the other returns that a file holds, which do not have it yet."""
    if submission.put_aside:
        return []
    request = session.get_one(Request, submission.request_id)
    inspection = session.get_one(Inspection, submission.inspection)
    query = select(Request).where(Request.agency_id == request.agency_id).order_by(Request.id)
    return [
        other
        for other in session.exec(query)
        if other.return_code in submission.result.also
        and not refusal_of(other, inspection)
        and version_with(session, other.id, submission.key) is None
    ]


def beside(session: Session, request: Request) -> list[str]:
    """Return the codes of the other returns that the same agency may send a file for now."""
    inspection = session.get_one(Inspection, request.inspection)
    query = select(Request).where(Request.agency_id == request.agency_id, Request.id != request.id)
    others = session.exec(query.order_by(Request.id))
    return [other.return_code for other in others if not refusal_of(other, inspection)]


def share(session: Session, submission: Submission) -> list[Submission]:
    """Take the other returns of a file for their requests as well, each as a new version; return those versions.

    The caller has locked the inspection, and so nobody else changes its requests meanwhile.
    """
    versions = []
    for request in shareable(session, submission):
        same = {name: getattr(submission, name) for name in (*FILE_COLUMNS, "etag", "uploader", "received_at")}
        version = Submission(id="", request_id=request.id, inspection=request.inspection, version=0, **same)
        add_version(session, request, version)
        versions.append(version)
    return versions


def share_now(submission_id: str, *, agency_id: str | None = None) -> list[str]:
    """Take the other returns that a checked file holds for their requests as well; return the versions' ids.

    Raises:
        UnknownRequestError: no such submission, or another agency's.
    """
    with transaction() as session:
        submission = session.get(Submission, submission_id)
        # An unknown submission is refused in the words for an unknown request: its id is nobody's request either.
        locked(session, submission.request_id if submission else submission_id, agency_id)
        shared = [version.id for version in share(session, session.get_one(Submission, submission_id))]
    send_soon()
    return shared
