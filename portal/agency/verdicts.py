"""The receipt of a submission and, once there is one, its verdict with everything to fix, causes first."""

import json
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.events import Owed
from models.lifecycle import SETTLED
from models.states import ReturnVerdict, WorkState
from models.tables import Inspection, Submission, Work
from models.tables import Request as ReturnRequest
from portal.pages.forms import Form
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.session import NotTheirsError, Sender, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.retention.sent_files import files_in_words
from tasks.returns.closing import refusal_of
from tasks.returns.decisions import waivers_for
from tasks.returns.offers import again_refusal, explain_refusal
from tasks.returns.reduced_files import filename_of
from tasks.returns.scanning import is_on, is_scanner_away
from tasks.returns.sharing import share_now, shareable
from tasks.returns.version_kinds import in_words
from tasks.wrong_files.putting_aside import REASONS as REASONS_OF_ERRORS
from tasks.wrong_files.putting_aside import STATE_WORDS
from tasks.wrong_files.standing import wrong_file_of
from validation.telling.advice import is_waiting, next_step
from validation.telling.causes import ORDER, REASONS, TITLES, Cause, Listed, causes_of, grouped, tally

router = APIRouter()
_FORMS = ("html", "xlsx", "csv", "json")


def submission_of(session: Session, submission_id: str, visitor: Visitor) -> tuple[Submission, ReturnRequest]:
    """Return a submission of the visitor's agency and its request.

    Raises:
        NotTheirsError: there is none, or it is another agency's; both get the same answer.
    """
    submission = session.get(Submission, submission_id)
    return_request = session.get(ReturnRequest, submission.request_id) if submission else None
    if submission is None or return_request is None or return_request.agency_id != visitor.agency_id:
        raise NotTheirsError
    return submission, return_request


def record_report_read(session: Session, submission: Submission, form: str, *, by: str) -> None:
    """Record who took the report of a version away, in which form, before it leaves."""
    facts = {"as": form}
    audit.append(session, submission.inspection, actor=by, action="report.read", subject=submission.id, facts=facts)


@router.get("/submissions/{submission_id}")
def show(request: Request, submission_id: str, sender: Sender) -> Response:
    """Show receipt and verdict."""
    with transaction() as session:
        submission, return_request = submission_of(session, submission_id, sender)
        inspection = session.get_one(Inspection, submission.inspection)
        if submission.put_aside:
            return _aside(request, session, submission, return_request, inspection)
        work = session.get(Work, (Owed.VALIDATE, submission.id))
        offered = [other.return_code for other in shareable(session, submission)]
        kept = files_in_words(session, submission)
        waived = [waiver.rule for waiver in waivers_for(session, return_request.id, inspection.today())]
    result, files = submission.result, len(submission.parts) + 1
    context: dict[str, Any] = {
        "submission": submission,
        "return_request": return_request,
        "inspection": inspection,
        "filename": filename_of(submission),
        "kept": kept,
        "fault": bool(work and work.fault and not result.verdict),
        "waits_for_scanner": bool(work and is_scanner_away(work)),
        "dead": bool(work and work.state == WorkState.DEAD),
        "newest": return_request.current_version == submission.version,
        "files": files,
        "closed": refusal_of(return_request, inspection),
        "unexplained": explain_refusal(inspection),
        "kind": in_words(submission),
        "usable": not again_refusal(return_request, inspection, submission),
        "copies": 0 if result.verdict == ReturnVerdict.UNREADABLE or result.malware else files,
        "scans": is_on(),
        "offered": offered,
        "waived": waived,
        "not_checked": result.not_checked or (),
        "tally": tally,
        "next_step": next_step,
        "waits": bool(result.verdict) and is_waiting(str(result.verdict), result.not_checked or ()),
        # Questions of the comparison with other returns are queries too, and count as such.
        "asking": result.queries_in_all or 0,
    }
    if result.since_key:
        context["since"] = json.loads(store.get(result.since_key))
    if result.report_key:
        context |= verdict_facts(json.loads(store.get(result.report_key)))
    if result.across_key:
        context["across"] = across_facts(json.loads(store.get(result.across_key)))
    title = f"{return_request.return_code}, version {submission.version}"
    return page(request, "submission", title, back=f"/requests/{return_request.id}", **context)


def _aside(
    request: Request, session: Session, submission: Submission, row: ReturnRequest, inspection: Inspection
) -> Response:
    """Return the page of a version that was sent in error: its receipt, and what is owed now."""
    closed = refusal_of(row, inspection)
    context: dict[str, Any] = {
        "submission": submission,
        "return_request": row,
        "inspection": inspection,
        "wrong": wrong_file_of(session, submission.id, row.agency_id),
        "reasons": REASONS_OF_ERRORS,
        "state_words": STATE_WORDS,
        "owed": not closed and row.current_version == submission.version and row.state not in SETTLED,
        "closed": closed,
    }
    title = f"{row.return_code}, version {submission.version}"
    return page(request, "submission_aside", title, back=f"/requests/{row.id}", **context)


@router.get("/submissions/{submission_id}/state")
def state(submission_id: str, sender: Sender) -> Response:
    """Return the verdict to a page that waits for it; null while the file is checked."""
    with transaction() as session:
        submission, _ = submission_of(session, submission_id, sender)
    return JSONResponse({"verdict": submission.result.verdict})


def verdict_facts(report: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a verdict's page: the report, and what is wrong, causes first, by group."""
    findings = [Listed.from_dict(finding) for finding in report["findings"]]
    return {
        "report": report,
        "groups": grouped(causes_of(findings, report["by_rule"])),
        "titles": TITLES,
        "reasons": REASONS,
        "order": ORDER,
        "listed": len(findings),
        "total": sum(report["by_rule"].values()),
        # A text file has no sheets to name.
        "sheets": any(sheet.get("sheet") for sheet in report.get("reckoned", ())) or not report.get("reckoned"),
    }


def across_facts(findings: list[dict[str, Any]]) -> list[Cause[Listed]]:
    """Return the questions of the comparison with other returns; they name the sender's own rows alone."""
    return causes_of(map(Listed.from_dict, findings), {})


@router.post("/submissions/{submission_id}/share")
def shared(submission_id: str, sender: Sender, _: Form) -> Response:
    """Use the file for the requests of the other returns that it contains as well."""
    share_now(submission_id, agency_id=sender.agency_id)
    return to("/")


@router.get("/submissions/{submission_id}/places.csv")
def places(submission_id: str, sender: Sender) -> Response:
    """Download every place of every finding, beyond those that the report lists."""
    with transaction() as session:
        submission, return_request = submission_of(session, submission_id, sender)
        if submission.result.places_key is None:
            raise HTTPException(404)
        record_report_read(session, submission, "places", by=sender.by)
    # Imported here, because the frames behind them cost half a second that other pages never need.
    from tasks.ground.tables import table_at
    from validation.telling.reports import every_place

    content = every_place(table_at(submission.result.places_key))
    name = f"{return_request.return_code}-version-{submission.version}-every-finding.csv"
    return attachment(content, name, MEDIA["csv"])


@router.get("/submissions/{submission_id}/report.{kind}")
def report(submission_id: str, kind: str, sender: Sender) -> Response:
    """Download the whole report."""
    with transaction() as session:
        submission, return_request = submission_of(session, submission_id, sender)
        if kind not in _FORMS or submission.result.report_key is None:
            raise HTTPException(404)
        record_report_read(session, submission, kind, by=sender.by)
        kept = files_in_words(session, submission)
    # Imported here, because the frames behind them cost half a second that other pages never need.
    from validation.contract.outcome import Outcome
    from validation.telling.reports import render

    outcome = Outcome.from_json(store.get(submission.result.report_key))
    # What is kept of the files changes with time, and so is told at each download.
    content = render(replace(outcome, notes=(*outcome.notes, *kept)), f".{kind}")
    return attachment(content, f"{return_request.return_code}-version-{submission.version}-report.{kind}", MEDIA[kind])
