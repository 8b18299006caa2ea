"""Validates one submission: it is checked in a child process, and its verdict is recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.events import Event, Owed
from models.ids import AcrossSubject, once_key
from models.lifecycle import RequestState
from models.returns import EVALUATION
from models.states import ReturnVerdict, ScanState
from models.tables import Agency, Inspection, Request, Submission
from models.words import plural
from tasks.documents.chronologies import expect_chronologies
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.moves import move_request
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of, locked
from tasks.ledger.work import Claim, finish, owe
from tasks.people.notices import write_notice
from tasks.returns.changes import earlier_of, since
from tasks.returns.checking import CheckedReturn, check, context_of
from tasks.returns.closing import close_if_complete
from tasks.returns.explanations import settle
from tasks.returns.reduced_files import note_reduced
from tasks.returns.scanning import Scan
from tasks.returns.sharing import share
from tasks.returns.verdicts import STATE_FOR

_ACTOR = "system: receive-returns"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one validation, in references and counts."""

    submission: str
    inspection: str
    area: str
    agency: str
    return_code: str
    version: int
    verdict: str
    rows: int
    errors: int
    queries: int

    def __str__(self) -> str:
        """Return the result in one line, for the run's page."""
        counts = (plural(self.rows, "row"), plural(self.errors, "error"), plural(self.queries, "query", "queries"))
        return f"{self.verdict}: {', '.join(counts)}"


def submission_name(claimed: Claim) -> str:
    """Return what people call a version of a return: area, agency, return, version."""
    with transaction() as session:
        submission = session.get_one(Submission, claimed.subject)
        request = session.get_one(Request, submission.request_id)
        agency = session.get_one(Agency, request.agency_id)
        area = inspection_of(session, request.inspection).area_name
        return f"{area} - {agency.name} - {request.return_code} v{submission.version}"


def validate_submission(claimed: Claim) -> Verdict:
    """Check the pinned version of a submission and record its verdict, once.

    Raises:
        OurFaultError: the checking itself failed; the sender is not told that their file is wrong (L9).
        LeaseLostError: another worker has taken over.
    """
    with transaction() as session:
        submission = session.get_one(Submission, claimed.subject)
        inspection, request = locked(session, submission.request_id)
        session.refresh(submission)
        if submission.put_aside:
            # It was sent in error: there is nothing to check, and its request is owed again already.
            finish(session, claimed)
            return _put_aside(session, inspection, request, submission)
        # A version that a newer one has replaced is still checked, but no longer says what state its request is in.
        if request.state == RequestState.RECEIVED and request.current_version == submission.version:
            move_request(session, request, RequestState.VALIDATING, actor=_ACTOR, facts={"version": submission.version})
        context = context_of(session, inspection, request, submission)
        earlier = earlier_of(session, submission)
    # Outside any transaction, since it may take minutes: nobody waits for its locks meanwhile.
    checked = check(submission, request, context, claimed.failures)
    changes = since(earlier, submission, checked.places_key) if earlier and checked.places_key else None
    with transaction() as session:
        # First, so that a worker whose lease was lost writes nothing.
        finish(session, claimed)
        return _decide(session, submission.id, checked, changes)


def record(submission: Submission, checked: CheckedReturn, at: datetime) -> dict[str, Any]:
    """Write the outcome of a check onto a submission's result, and return its facts for audit and notices."""
    outcome, result = checked.outcome, submission.result
    result.verdict, result.rule_set, result.decided_at = ReturnVerdict(outcome.verdict), outcome.rule_set, at
    result.rows, result.errors, result.queries = outcome.rows, outcome.errors, outcome.queries
    result.left_out, result.also = outcome.left_out, list(outcome.also)
    result.not_checked = list(outcome.not_checked)
    result.report_key, result.report_sha256 = checked.report_key, checked.report_sha256
    result.table_keys, result.places_key = list(checked.table_keys), checked.places_key
    return {
        "version": submission.version,
        "verdict": outcome.verdict,
        "rows": outcome.rows,
        "errors": outcome.errors,
        "queries": outcome.queries,
        "report_sha256": checked.report_sha256,
    }


def note_scan(
    session: Session, inspection: Inspection, request: Request, submission: Submission, scan: Scan | None
) -> None:
    """Record the scan of a submission; malware goes into the audit and into a notice to the programme team."""
    if scan is None:
        return
    result = submission.result
    result.scanned = ScanState.INFECTED if scan.malware else ScanState.CLEAN
    result.scanned_at, result.scanned_by, result.malware = inspection.now(), scan.engine, scan.malware or None
    session.add(submission)
    if not scan.malware:
        return
    facts = {"found": scan.malware, "engine": scan.engine, "version": submission.version}
    audit.append(session, inspection.ref, actor=_ACTOR, action="malware.found", subject=submission.id, facts=facts)
    agency = session.get_one(Agency, request.agency_id)
    notice_facts = {**facts, "return": request.return_code, "agency": agency.name}
    once = once_key(submission.id, "malware", scan.malware)
    write_notice(session, "malware", "manager", once=once, inspection=inspection.ref, facts=notice_facts)


def conclude(
    session: Session,
    inspection: Inspection,
    request: Request,
    submission: Submission,
    facts: dict[str, Any],
    *,
    notice: str | None,
    again: str = "",
) -> None:
    """Do what follows from the verdict on a submission; its request changes only where it is the newest version.

    Args:
        session: the transaction that records the verdict, with the rows of inspection and request locked.
        inspection: of the return.
        request: what the submission answers.
        submission: with its verdict.
        facts: of the verdict, for audit, notice and event.
        notice: makes the notice to the agency unique; None where the agency has seen the verdict already.
        again: which recheck this is, if it is one, so that the returns are compared again.
    """
    if submission.result.verdict is None:
        raise ValueError(f"{submission.id} has no verdict.")
    if request.state == RequestState.WITHDRAWN:
        # The inspection was cancelled meanwhile: the verdict is kept, and nobody owes or expects anything.
        return
    state = STATE_FOR[submission.result.verdict]
    is_newest = request.current_version == submission.version
    _tell_operator(session, inspection, submission)
    if submission.result.not_checked and state != RequestState.REJECTED:
        # What was not looked at must not pass: the return stays as it is until its rules ran, or are waived.
        _tell_agency(session, request, "held", once=notice if is_newest else None, facts=facts)
        return
    if is_newest:
        if request.state != state:
            move_request(session, request, state, actor=_ACTOR, facts=facts)
        settle(session, request, submission, actor=_ACTOR)
        _tell_agency(session, request, _kind_of(request, submission), once=notice, facts=facts)
    tell(session, Event.RETURN_DECIDED, inspection.ref, submission.id, facts)
    # The first round alone makes the cohort, which comparisons across returns are about.
    if state != RequestState.REJECTED and request.return_code != EVALUATION and request.round == 1:
        subject = AcrossSubject(inspection.ref, submission.id, again)
        owe(session, Owed.CHECK_ACROSS, str(subject), inspection.ref)
    if is_newest and state != RequestState.REJECTED and request.return_code == EVALUATION:
        expect_chronologies(session, inspection, request, submission)
    # Last: whether anything is still owed depends on the state that the request has now.
    close_if_complete(session, inspection)


def _tell_agency(session: Session, request: Request, kind: str, *, once: str | None, facts: dict[str, Any]) -> None:
    """Write a notice to the agency of a request; none where there is nothing by which it is written once."""
    if not once:
        return
    agency = session.get_one(Agency, request.agency_id)
    write_notice(session, kind, agency, once=once, sign_in=True, facts=facts)


def _tell_operator(session: Session, inspection: Inspection, submission: Submission) -> None:
    """Write a notice to whoever runs the service, where rules of ours could not run."""
    rules = submission.result.not_checked
    if not rules:
        return
    once = once_key(submission.id, "rules", ",".join(rules))
    facts = {"subject": submission.id, "rules": rules}
    write_notice(session, "rules_failed", "operator", once=once, inspection=inspection.ref, facts=facts)


def _kind_of(request: Request, submission: Submission) -> str:
    """Return the kind of notice by which a sender learns the verdict."""
    # Malware makes a file unreadable, but its sender must do something else about it.
    if submission.result.malware:
        return "infected"
    return "accepted" if request.state == RequestState.ACCEPTED else str(submission.result.verdict)


def _put_aside(session: Session, inspection: Inspection, request: Request, submission: Submission) -> Verdict:
    return Verdict(
        submission=submission.id,
        inspection=inspection.ref,
        area=inspection.area_name,
        agency=session.get_one(Agency, request.agency_id).name,
        return_code=request.return_code,
        version=submission.version,
        verdict="sent in error, not checked",
        rows=0,
        errors=0,
        queries=0,
    )


def _decide(session: Session, submission_id: str, checked: CheckedReturn, changes: str | None) -> Verdict:
    submission = session.get_one(Submission, submission_id)
    inspection, request = locked(session, submission.request_id)
    session.refresh(submission)
    if submission.put_aside:
        # Put aside while it was checked: what was made of it is never referred to, and goes with it.
        return _put_aside(session, inspection, request, submission)
    agency = session.get_one(Agency, request.agency_id)
    note_scan(session, inspection, request, submission, checked.scan)
    facts = {"return": request.return_code, **record(submission, checked, inspection.now())}
    facts["scanned"] = submission.result.scanned
    submission.result.since_key = changes
    session.add(submission)
    note_reduced(session, submission, checked.copies, by=_ACTOR)
    if submission.shared:
        share(session, submission)
    outcome = checked.outcome
    conclude(session, inspection, request, submission, facts, notice=once_key(submission.id, outcome.verdict))
    return Verdict(
        submission=submission.id,
        inspection=inspection.ref,
        area=inspection.area_name,
        agency=agency.name,
        return_code=request.return_code,
        version=submission.version,
        verdict=outcome.verdict,
        rows=outcome.rows,
        errors=outcome.errors,
        queries=outcome.queries,
    )
