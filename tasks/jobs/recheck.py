"""Checks stored returns again under the rules of today, and keeps a ledger of what that changed."""

import json

from sqlmodel import Session

from models.ids import once_key
from models.lifecycle import RequestState, Stage
from models.returns import EVALUATION
from models.tables import Inspection, Recheck, Request, Submission
from models.words import plural
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.validate import conclude, note_scan, record
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of, locked, may_come_late
from tasks.ledger.work import Claim, finish
from tasks.returns.checking import CheckedReturn, check, context_of
from tasks.returns.rechecks import COUNTED, counts_of
from tasks.returns.reduced_files import note_reduced

_ACTOR = "system: receive-returns"
_NOT_CHECKED = "sent in error, not checked"
_DECIDED = frozenset({RequestState.REJECTED, RequestState.QUERIED, RequestState.ACCEPTED})


def recheck_name(claimed: Claim) -> str:
    """Return what people call the work: the area, the return, its version."""
    with transaction() as session:
        row = session.get_one(Recheck, claimed.subject)
        submission = session.get_one(Submission, row.submission_id)
        code = session.get_one(Request, submission.request_id).return_code
        area = inspection_of(session, claimed.inspection).area_name
    return f"{area} - {code} v{submission.version} again"


def recheck(claimed: Claim) -> str:
    """Check the pinned version of a stored return again, and record what changed, once.

    Raises:
        OurFaultError: the checking itself failed.
        LeaseLostError: another worker has taken over.
    """
    with transaction() as session:
        row = session.get_one(Recheck, claimed.subject)
        submission = session.get_one(Submission, row.submission_id)
        request = session.get_one(Request, submission.request_id)
        if submission.put_aside:
            finish(session, claimed)
            return _NOT_CHECKED
        context = context_of(session, inspection_of(session, row.inspection), request, submission)
    # Outside any transaction, since it may take minutes: what it found is recorded only if the lease is still ours.
    checked = check(submission, request, context, claimed.failures)
    changed = _changed(submission, checked)
    with transaction() as session:
        finish(session, claimed)
        inspection, request = locked(session, submission.request_id)
        session.refresh(session.get_one(Submission, submission.id))
        if session.get_one(Submission, submission.id).put_aside:
            return _NOT_CHECKED
        return _record(session, inspection, request, claimed.subject, checked, changed)


def _changed(submission: Submission, checked: CheckedReturn) -> dict[str, list[int]]:
    """Return rule -> findings before and after, where they differ."""
    key = submission.result.report_key
    before: dict[str, int] = json.loads(store.get(key))["by_rule"] if key else {}
    after = checked.outcome.by_rule
    both = {rule: [before.get(rule, 0), after.get(rule, 0)] for rule in sorted({*before, *after})}
    return {rule: counts for rule, counts in both.items() if counts[0] != counts[1]}


def _record(
    session: Session,
    inspection: Inspection,
    request: Request,
    recheck_id: str,
    checked: CheckedReturn,
    changed: dict[str, list[int]],
) -> str:
    row = session.get_one(Recheck, recheck_id)
    submission = session.get_one(Submission, row.submission_id)
    outcome = checked.outcome
    row.before, row.by_rule = counts_of(submission), changed
    row.after = {name: getattr(outcome, name) for name in COUNTED}
    note_scan(session, inspection, request, submission, checked.scan)
    row.report_key, row.done_at = checked.report_key, inspection.now()
    # Rules that cannot be run leave the verdict that there is.
    row.applied = row.counts and not outcome.is_held and _can_count(inspection, request, submission)
    session.add(row)
    note_reduced(session, submission, checked.copies, by=_ACTOR)
    facts = {"recheck": row.id, "before": row.before, "after": row.after, "applied": row.applied}
    audit.append(session, inspection.ref, actor=_ACTOR, action="return.rechecked", subject=submission.id, facts=facts)
    if row.applied:
        verdict_facts = record(submission, checked, inspection.now())
        facts = {"return": request.return_code, **verdict_facts, "recheck": row.id}
        session.add(submission)
        # A verdict that stays the same is no news to the agency.
        same = row.before["verdict"] == submission.result.verdict and request.state in _DECIDED
        notice = None if same else once_key(row.id, str(submission.result.verdict))
        conclude(session, inspection, request, submission, facts, notice=notice, again=row.id)
    return f"{row.before['verdict']}, now {outcome.verdict}, {plural(len(changed), 'rule')} with other counts"


def _can_count(inspection: Inspection, request: Request, submission: Submission) -> bool:
    """Return whether a new verdict may replace the old one: it must not change what a frozen cohort was made of."""
    stage = Stage.EVALUATIONS_OPEN if request.return_code == EVALUATION else Stage.RETURNS_OPEN
    newest = request.current_version == submission.version
    late = may_come_late(request, inspection) and submission.version > (request.admitted or 0)
    decided = request.state in _DECIDED or bool(submission.result.not_checked)
    return newest and decided and (inspection.stage == stage or late)
