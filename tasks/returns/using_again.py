"""Uses an earlier version of a return again, where a wrong file took its place: a new version of the same bytes."""

from models.states import VersionKind, VersionReason
from models.tables import Submission
from tasks.ground.database import transaction
from tasks.ledger.outbox import send_soon
from tasks.ledger.rows import ReturnRefusedError, locked
from tasks.returns.arrivals import FILE_COLUMNS, add_version, files_of
from tasks.returns.offers import again_refusal
from tasks.returns.version_kinds import AGAIN_REASONS


def use_again(submission_id: str, reason: str, *, by: str, agency_id: str | None = None) -> Submission:
    """Make an earlier version the newest again, and return the new version; checking gives it its own verdict.

    Args:
        submission_id: the version that is right.
        reason: a value of VersionReason that is listed for this.
        by: who decides.
        agency_id: whose version it must be, where somebody of an agency decides.

    Raises:
        UnknownRequestError: no such version, or another agency's.
        ReturnRefusedError: the returns are closed, the version was not accepted, or the reason is not listed.
    """
    with transaction() as session:
        version = session.get(Submission, submission_id)
        # An unknown version is refused in the words for an unknown request: its id is nobody's request either.
        inspection, request = locked(session, version.request_id if version else submission_id, agency_id)
        earlier = session.get_one(Submission, submission_id)
        newest = session.get(Submission, request.newest_id)
        if (
            newest is not None
            and newest.again_of == earlier.version
            and not again_refusal(request, inspection, earlier)
        ):
            # A form sent twice makes one version.
            return newest
        if refusal := again_refusal(request, inspection, earlier):
            raise ReturnRefusedError(refusal)
        if reason not in AGAIN_REASONS:
            raise ReturnRefusedError("Choose why this version is used again.")
        again = Submission(
            id="",
            request_id=request.id,
            inspection=request.inspection,
            version=0,
            **{name: getattr(earlier, name) for name in (*FILE_COLUMNS, "etag")},
            parts=files_of(earlier)[:-1],
            kind=VersionKind.AGAIN,
            reason=VersionReason(reason),
            again_of=earlier.version,
            uploader=by,
            received_at=inspection.now(),
        )
        add_version(session, request, again)
    send_soon()
    return again
