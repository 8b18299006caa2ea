"""Check your answers: a file that would take the place of something good is shown to its sender before it counts."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.lifecycle import TAKEN
from models.refusals import Mistake
from models.tables import Submission
from portal.agency.requests import context_of
from portal.agency.verdicts import submission_of
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import check_fresh
from portal.pages.session import AgencyPerson, Sender, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.rows import ReturnRefusedError, UnknownRequestError
from tasks.people.sessions import SignInAgainError
from tasks.returns.arrivals import seal_held
from tasks.returns.offers import again_refusal
from tasks.returns.reduced_files import filename_of
from tasks.returns.uploads import confirm_upload, held_upload, is_signed, is_signed_upload, set_aside
from tasks.returns.using_again import use_again
from tasks.returns.version_kinds import AGAIN_REASONS, REASONS, same_again

router = APIRouter()


@router.get("/uploads/{upload_id}/check")
def check_page(request: Request, upload_id: str, sender: Sender) -> Response:
    """Show what will be sent, for whom, and what it replaces."""
    return _check(request, upload_id, sender)


def _check(request: Request, upload_id: str, sender: Visitor, mistakes: tuple[Mistake, ...] = ()) -> Response:
    upload = held_upload(upload_id, sender.agency_id)
    # A browser may come here without having said that it has put the file.
    seal_held(upload)
    stored = store.look(upload.key)
    with transaction() as session:
        context = context_of(session, upload.request_id, sender)
        row = context["return_request"]
        newest = session.get(Submission, row.newest_id)
        same = same_again(row, newest, stored.sha256, upload.extension, adds=upload.adds)
    title = f"Check what you are sending for {row.return_code}"
    context |= {
        "upload": upload,
        "replaces": row.state in TAKEN and not upload.adds,
        "filename": store.filename_of(upload.key),
        "size": stored.size,
        "newest": newest,
        "newest_name": filename_of(newest) if newest and not newest.put_aside else "",
        "why": REASONS[upload.reason] if upload.reason else "",
        "same": same,
    }
    back, status = "/fill" if upload.filled else f"/requests/{row.id}/upload", 422 if mistakes else 200
    context["signs"] = f"/uploads/{upload_id}/check" if is_signed(row) and not (same or context["closed"]) else ""
    return page(request, "upload_check", title, status=status, mistakes=mistakes, back=back, **context)


@router.post("/uploads/{upload_id}/check")
def confirm(request: Request, upload_id: str, sender: Sender, _: Form) -> Response:
    """Take the file that its sender has looked at."""
    try:
        if is_signed_upload(upload_id, sender.agency_id):
            check_fresh(request)
        submission = confirm_upload(upload_id, sender.agency_id)
    except SignInAgainError as refused:
        return _check(request, upload_id, sender, refused.mistakes)
    except UnknownRequestError:
        raise
    except ReturnRefusedError as refused:
        return page(request, "refused", "This cannot be done now", status=422, sentence=refused.sentence)
    return received(submission, upload_id)


def received(submission: Submission, upload_id: str) -> Response:
    """Send the browser to a version's page, which says whether the file became it or was there already."""
    return to(f"/submissions/{submission.id}", done_by(submission, upload_id), submission.version)


def done_by(submission: Submission, upload_id: str) -> str:
    """Return the banner of an upload: that it became a version, or that a version holds its bytes already."""
    # The id of an upload is part of the key of what it became, and of no other.
    return "uploaded" if upload_id in submission.key else "same"


@router.post("/uploads/{upload_id}/discard")
def discard(upload_id: str, sender: AgencyPerson, _: Form) -> Response:
    """Set a file aside that its sender does not want to send after all."""
    # A pause does not stop this: nothing is sent by it.
    return to(f"/requests/{set_aside(upload_id, sender.agency_id)}", "set_aside")


@router.get("/submissions/{submission_id}/again")
def again_page(request: Request, submission_id: str, sender: Sender) -> Response:
    """Show which version is used again and what it replaces, before it is."""
    return _again(request, submission_id, sender)


def _again(
    request: Request, submission_id: str, sender: Visitor, wrong: tuple[Mistake, ...] = (), reason: str = ""
) -> Response:
    with transaction() as session:
        version, row = submission_of(session, submission_id, sender)
        context: dict[str, Any] = context_of(session, row.id, sender)
        newest = session.get_one(Submission, row.newest_id)
    refusal = again_refusal(row, context["inspection"], version)
    if refusal:
        return page(request, "refused", "This cannot be done now", status=422, sentence=refusal)
    context |= {
        "version": version,
        "newest": newest,
        "filename": filename_of(version),
        "newest_name": "" if newest.put_aside else filename_of(newest),
        "why": AGAIN_REASONS,
    }
    title = f"Use version {version.version} of {row.return_code} again"
    context["signs"] = f"/submissions/{submission_id}/again" if is_signed(row) else ""
    back, status = f"/requests/{row.id}", 422 if wrong else 200
    return page(request, "again", title, status=status, mistakes=wrong, back=back, chosen=reason, **context)


@router.post("/submissions/{submission_id}/again")
def again(request: Request, submission_id: str, sender: Sender, form: Form) -> Response:
    """Make an earlier version the newest again."""
    reason = text_of(form, "reason")
    if reason not in AGAIN_REASONS:
        return _again(request, submission_id, sender, (Mistake("reason", "Choose why this version is used again."),))
    with transaction() as session:
        # A stranger's version does not exist, whatever else is wrong with the form.
        row, request_row = submission_of(session, submission_id, sender)
        number = row.version
    try:
        if is_signed(request_row):
            check_fresh(request)
        version = use_again(submission_id, reason, by=sender.by, agency_id=sender.agency_id)
    except SignInAgainError as refused:
        return _again(request, submission_id, sender, refused.mistakes, reason)
    except UnknownRequestError:
        raise HTTPException(404) from None
    except ReturnRefusedError as refused:
        return page(request, "refused", "This cannot be done now", status=422, sentence=refused.sentence)
    return to(f"/submissions/{version.id}", "again", number)
