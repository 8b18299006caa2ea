"""How far a finding has passed: who wrote, reviewed, moderated and agreed it, and the steps that a reader may take."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData

from models.refusals import Mistake, Refusal
from models.roles import Act, Role, may
from models.states import FindingLevel
from models.tables import Finding, Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, Wanted, arrange, list_file, wanted_in
from portal.pages.session import FindingsReader, Moderator, Recorder, Visitor
from portal.team.discussions import THREADS
from portal.team.findings import choices, one_of
from tasks.assuring.passing import (
    NEXT,
    authors_of,
    pass_finding,
    pass_refusal,
    passes_of,
    passing_refusal,
    threads_on,
    withdraw_finding,
)
from tasks.assuring.threads import decision_refusal, said_on
from tasks.assuring.turns import tell_turns
from tasks.findings.findings import words_of
from tasks.ground.database import transaction
from tasks.ledger import audit

router = APIRouter(prefix="/inspections/{ref}/findings/{finding_id}")

LEVELS = {
    FindingLevel.RECORDED: ("Recorded", "govuk-tag--grey"),
    FindingLevel.REVIEWED: ("Reviewed", "govuk-tag--yellow"),
    FindingLevel.MODERATED: ("Moderated", "govuk-tag--turquoise"),
    FindingLevel.AGREED: ("Agreed", "govuk-tag--green"),
}
"""The words and the colour of each level."""

_ACTS = {
    FindingLevel.REVIEWED: Act.RECORD_FINDINGS,
    FindingLevel.MODERATED: Act.MODERATE_FINDINGS,
    FindingLevel.AGREED: Act.MODERATE_FINDINGS,
}


@router.get("/standing")
def show(request: Request, ref: str, finding_id: str, member: FindingsReader) -> Response:
    """Show a finding with its levels and what was said about it; the audit records who read it."""
    return _show(request, ref, finding_id, member)


@router.post("/standing")
def some(request: Request, ref: str, finding_id: str, member: FindingsReader, form: Form) -> Response:
    """Show or download what is wanted of what was said about a finding; the audit records who read it."""
    return _show(request, ref, finding_id, member, wanted=wanted_in(form))


@router.post("/review")
def review(request: Request, ref: str, finding_id: str, member: Recorder, form: Form) -> Response:
    """Record that a second inspector reviewed the finding."""
    return _pass(request, ref, finding_id, member, FindingLevel.REVIEWED, form)


@router.post("/moderate")
def moderate(request: Request, ref: str, finding_id: str, member: Moderator, form: Form) -> Response:
    """Record that the finding is moderated across the inspectorates, or agreed."""
    level = FindingLevel.AGREED if text_of(form, "outcome") == FindingLevel.AGREED else FindingLevel.MODERATED
    return _pass(request, ref, finding_id, member, level, form)


@router.post("/withdraw")
def withdraw(request: Request, ref: str, finding_id: str, member: Recorder, form: Form) -> Response:
    """Withdraw the finding, with a reason."""
    one_of(ref, finding_id)
    text = text_of(form, "text")
    try:
        withdraw_finding(ref, finding_id, text, by=member.by)
    except Refusal as refused:
        return _show(request, ref, finding_id, member, refused, {"withdraw": text})
    tell_turns(ref)
    return to(f"/inspections/{ref}/findings", "withdrawn", finding_id)


def _pass(
    request: Request, ref: str, finding_id: str, member: Visitor, level: FindingLevel, form: FormData
) -> Response:
    one_of(ref, finding_id)
    seen = text_of(form, "seen")
    try:
        pass_finding(ref, finding_id, level, version=int(seen) if seen.isdecimal() else 0, by=member.by)
    except Refusal as refused:
        return _show(request, ref, finding_id, member, refused)
    tell_turns(ref)
    return to(f"/inspections/{ref}/findings/{finding_id}/standing", "passed", f"{finding_id} is {level.value}")


def _show(
    request: Request,
    ref: str,
    finding_id: str,
    member: Visitor,
    refused: Refusal | None = None,
    given: dict[str, str] | None = None,
    wanted: Wanted = EVERYTHING,
) -> Response:
    finding = one_of(ref, finding_id)
    mistakes = tuple(Mistake(each.field or "steps", each.text) for each in refused.mistakes) if refused else ()
    facts = standing_facts(ref, finding, member, wanted)
    if wanted.download:
        return list_file(f"What was said about {finding_id}", facts["said"], THREADS)
    back, status = f"/inspections/{ref}/findings", 422 if refused else 200
    title = f"Finding {finding_id}"
    return page(request, "standing", title, status=status, mistakes=mistakes, back=back, typed=given or {}, **facts)


def standing_facts(ref: str, finding: Finding, member: Visitor, wanted: Wanted = EVERYTHING) -> dict[str, Any]:
    """Return what the page of a finding shows to somebody, and record that they read it."""
    role = Role(member.role)
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        options = choices(session, ref)
        passes, threads = passes_of(session, ref), threads_on(session, ref, finding.id)
        authors, level = authors_of(finding, passes), NEXT.get(finding.level)
        closed = passing_refusal(inspection)
        why_not = pass_refusal(finding, level, authors, member.person, threads) if level else ""
        talks = said_on(session, ref, finding.id)
        facts = {
            "findings": 1,
            "threads": len(talks),
        }
        audit.append(session, ref, actor=member.by, action="findings.read", subject=finding.id, facts=facts)
    return {
        **options,
        "inspection": inspection,
        "finding": finding,
        "given": words_of(finding),
        "passes": [each for each in passes if each.finding == finding.id],
        "levels": LEVELS,
        "next": level if level and may(role, _ACTS[level]) and not closed and finding.withdrawn_at is None else None,
        "why_not": why_not,
        "closed": closed,
        "said": arrange(talks, THREADS, wanted),
        "subject": finding.id,
        "may_decide": {
            each.thread.id: not decision_refusal(each.thread, finding, passes, member.person) for each in talks
        },
        "withdrawn_why": _withdrawn_why(finding),
    }


def _withdrawn_why(finding: Finding) -> str:
    import json

    from tasks.ground import store

    return str(json.loads(store.get(finding.withdrawn_key))["text"]) if finding.withdrawn_key else ""
