"""Validates one submission: a child process reads it, the report and tables are stored, the verdict is recorded."""

from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from models.events import Event, Owed
from models.lifecycle import RequestState
from models.settings import settings
from models.tables import Agency, Inspection, Request, Submission
from models.themes import theme
from tasks import store
from tasks.canonical import sha256
from tasks.database import transaction
from tasks.ledger import Claim, finish, inspection_of, move_request, owe, tell
from tasks.notices import write_notice
from tasks.returns import EVALUATION, close_if_complete, locked
from tasks.scratch import scratch
from validation.child import check_in_child
from validation.context import Context
from validation.outcome import Outcome, unreadable
from validation.returns import contract

_STATE_FOR = {
    "accepted": RequestState.ACCEPTED,
    "queried": RequestState.QUERIED,
    "rejected": RequestState.REJECTED,
    "unreadable": RequestState.REJECTED,
}
_ACTOR = "system: receive-returns"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one validation came to, in references and counts."""

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


def name_of(submission_id: str) -> tuple[str, str, str, int]:
    """Return area, agency, return and version of a submission, as people call them."""
    with transaction() as session:
        submission = session.get_one(Submission, submission_id)
        request = session.get_one(Request, submission.request_id)
        agency = session.get_one(Agency, request.agency_id)
        inspection = inspection_of(session, request.inspection)
        return inspection.area_name, agency.name, request.return_code, submission.version


def validate_submission(claimed: Claim) -> Verdict:
    """Check the pinned version of a submission and record its verdict, once.

    Raises:
        OurFaultError: the checking itself failed; the sender is not told that their file is wrong (L9).
        LeaseLostError: another worker has taken over.
    """
    submission, request, inspection, context = _begin(claimed)
    with scratch() as folder:
        outcome = _check(submission, request, context, folder)
        keys = _store(submission, outcome, folder)
    with transaction() as session:
        finish(session, claimed)
        return _decide(session, submission.id, outcome, keys, inspection)


def _check(submission: Submission, request: Request, context: Context, folder: Path) -> Outcome:
    most = settings().max_upload_bytes
    if submission.size > most:
        said = f"The file is larger than {most // 2**20} MB. Save it as CSV, or send only the rows that were asked for."
        return unreadable(request.return_code, said, context.rule_set, contract(request.return_code).version)
    path = folder / f"return{submission.extension}"
    with path.open("wb") as file:
        file.writelines(store.chunks(submission.key, submission.version_id))
    return check_in_child(
        path,
        request.return_code,
        context,
        folder,
        memory_bytes=settings().validation_memory_bytes,
        seconds=settings().validation_seconds,
    )


def _begin(claimed: Claim) -> tuple[Submission, Request, Inspection, Context]:
    with transaction() as session:
        submission = session.get_one(Submission, claimed.subject)
        inspection, request = locked(session, submission.request_id)
        if request.state == RequestState.RECEIVED and request.current_version == submission.version:
            move_request(session, request, RequestState.VALIDATING, actor=_ACTOR, facts={"version": submission.version})
        agency = session.get_one(Agency, request.agency_id)
        context = Context(
            theme=theme(inspection.theme_id),
            announced=inspection.announced,
            gss=inspection.area_gss,
            extract=submission.received_at.date(),
            sample_refs=tuple(request.cases),
            agency=agency.kind,
        )
        return submission, request, inspection, context


def _store(submission: Submission, outcome: Outcome, out: Path) -> dict[str, str]:
    folder = f"returns/{submission.request_id}/v{submission.version}/{outcome.rule_set}"
    report = outcome.to_json()
    keys = {"report": store.put_once(f"{folder}/report.json", report, content_type="application/json").key}
    for table in sorted(out.glob("*.parquet")):
        data = table.read_bytes()
        key = f"{folder}/{table.stem}-{sha256(data)[:16]}.parquet"
        keys[table.stem] = store.put_once(key, data).key
    return keys


def _decide(
    session: Session, submission_id: str, outcome: Outcome, keys: dict[str, str], inspection: Inspection
) -> Verdict:
    inspection = inspection_of(session, inspection.ref, lock=True)
    submission = session.get_one(Submission, submission_id)
    request = session.get_one(Request, submission.request_id, with_for_update=True)
    agency = session.get_one(Agency, request.agency_id)
    submission.verdict, submission.rule_set = outcome.verdict, outcome.rule_set
    submission.rows, submission.errors, submission.queries = outcome.rows, outcome.errors, outcome.queries
    submission.report_key, submission.report_sha256 = keys["report"], sha256(outcome.to_json())
    submission.table_keys = [key for name, key in sorted(keys.items()) if name != "report"]
    submission.decided_at = inspection.now()
    session.add(submission)
    facts = {
        "return": request.return_code,
        "version": submission.version,
        "verdict": outcome.verdict,
        "rows": outcome.rows,
        "errors": outcome.errors,
        "queries": outcome.queries,
        "report_sha256": submission.report_sha256,
    }
    if request.current_version == submission.version:
        move_request(session, request, _STATE_FOR[outcome.verdict], actor=_ACTOR, facts=facts)
        write_notice(
            session, outcome.verdict, agency, once=f"{submission.id}/{outcome.verdict}", sign_in=True, facts=facts
        )
    tell(session, Event.RETURN_DECIDED, inspection.ref, submission.id, facts)
    if outcome.verdict in {"accepted", "queried"} and request.return_code != EVALUATION:
        owe(session, Owed.CHECK_ACROSS, f"{inspection.ref}/{submission.id}", inspection.ref)
    close_if_complete(session, inspection)
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
