"""The receipt of a submission and, once there is one, its verdict with everything to mend."""

import json
from collections import defaultdict
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.events import Owed
from models.states import ReturnVerdict, WorkState
from models.tables import Inspection, Submission, Work
from models.tables import Request as Asked
from portal.pages.forms import Form
from portal.pages.frame import MEDIA, attachment, page, to
from portal.pages.session import Sender, Visitor
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.returns.decisions import waivers_for
from tasks.returns.scanning import ScannerAwayError, is_on
from tasks.returns.sharing import share_now, shareable

router = APIRouter()
_FORMS = ("html", "xlsx", "csv", "json")
_SHOWN = 100
_PLACES = 8
_ORDER = {"error": 0, "query": 1, "info": 2}


def submission_of(session: Session, submission_id: str, visitor: Visitor) -> tuple[Submission, Asked]:
    """Return a submission of the visitor's agency and its request.

    Raises:
        HTTPException: none, or another agency's; the two are never told apart.
    """
    found = session.get(Submission, submission_id)
    asked = session.get(Asked, found.request_id) if found else None
    if found is None or asked is None or asked.agency_id != visitor.agency_id:
        raise HTTPException(404)
    return found, asked


@router.get("/submissions/{submission_id}")
def show(request: Request, submission_id: str, sender: Sender) -> Response:
    """Show receipt and verdict."""
    with transaction() as session:
        found, asked = submission_of(session, submission_id, sender)
        inspection = session.get_one(Inspection, found.inspection)
        work = session.get(Work, (Owed.VALIDATE, found.id))
        offered = [one.return_code for one in shareable(session, found)]
        waived = [one.rule for one in waivers_for(session, asked.id, inspection.now().date())]
    result = found.result
    facts: dict[str, Any] = {
        "sent": found,
        "asked": asked,
        "inspection": inspection,
        "filename": store.filename_of(found.key),
        "fault": bool(work and work.fault and not result.verdict),
        "held": bool(work and work.fault == ScannerAwayError.__name__),
        "dead": bool(work and work.state == WorkState.DEAD),
        "newest": asked.current_version == found.version,
        "files": len(found.parts) + 1,
        "copies": 0 if result.verdict == ReturnVerdict.UNREADABLE or result.malware else len(found.parts) + 1,
        "scans": is_on(),
        "offered": offered,
        "waived": waived,
    }
    if result.since_key:
        facts["since"] = json.loads(store.get(result.since_key))
    if result.report_key:
        facts |= verdict_facts(json.loads(store.get(result.report_key)))
    if result.across_key:
        facts["across"] = across_facts(json.loads(store.get(result.across_key)))
    title = f"{asked.return_code}, version {found.version}"
    return page(request, "submission", title, back=f"/requests/{asked.id}", **facts)


@router.get("/submissions/{submission_id}/state")
def state(submission_id: str, sender: Sender) -> Response:
    """Tell a waiting page whether there is a verdict."""
    with transaction() as session:
        found, _ = submission_of(session, submission_id, sender)
    return JSONResponse({"verdict": found.result.verdict})


def verdict_facts(report: dict[str, Any]) -> dict[str, Any]:
    """Return what a verdict's page shows of a report: its rules, most important first, and its first findings."""
    findings = sorted(report["findings"], key=lambda one: _ORDER[one["severity"]])
    by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in findings:
        by_rule[one["rule"]].append(one)
    rules = [_rule(found, report["by_rule"].get(rule, len(found))) for rule, found in by_rule.items()]
    rules.sort(key=lambda one: (_ORDER[one["severity"]], -one["count"], one["rule"]))
    return {
        "report": report,
        "rules": rules,
        "findings": findings[:_SHOWN],
        "found": sum(report["by_rule"].values()),
    }


def across_facts(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what comparing with the other returns raised, by rule; rows of the sender's own file alone."""
    by_rule: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in findings:
        by_rule[f"{one['rule']}/{one['column']}"].append(one)
    return [_rule(found, len(found)) for _, found in sorted(by_rule.items())]


def _rule(found: list[dict[str, Any]], count: int) -> dict[str, Any]:
    first = found[0]
    places = list(dict.fromkeys(one["cell"] or f"row {one['row']}" for one in found if one["row"]))
    return {
        "rule": first["rule"],
        "severity": first["severity"],
        "column": first["column"],
        "message": first["message"],
        "count": count,
        "places": places[:_PLACES],
        "more": max(0, count - _PLACES) if places else 0,
    }


@router.post("/submissions/{submission_id}/share")
def shared(submission_id: str, sender: Sender, _: Form) -> Response:
    """Take the other returns that the file holds for their requests as well."""
    share_now(submission_id, agency_id=sender.agency_id)
    return to("/")


@router.get("/submissions/{submission_id}/places.csv")
def places(submission_id: str, sender: Sender) -> Response:
    """Download every place of every finding, beyond those that the report lists."""
    with transaction() as session:
        found, asked = submission_of(session, submission_id, sender)
    if found.result.places_key is None:
        raise HTTPException(404)
    # Imported here, because the frames behind them cost half a second that other pages never need.
    from tasks.returns.checking import places_at
    from validation.telling.reports import every_place

    data = every_place(places_at(found.result.places_key))
    return attachment(data, f"{asked.return_code}-version-{found.version}-every-finding.csv", MEDIA["csv"])


@router.get("/submissions/{submission_id}/report.{kind}")
def report(submission_id: str, kind: str, sender: Sender) -> Response:
    """Download the whole report."""
    with transaction() as session:
        found, asked = submission_of(session, submission_id, sender)
    if kind not in _FORMS or found.result.report_key is None:
        raise HTTPException(404)
    # Imported here, because the frames behind them cost half a second that other pages never need.
    from validation.contract.outcome import Outcome
    from validation.telling.reports import render

    data = render(Outcome.from_json(store.get(found.result.report_key)), f".{kind}")
    return attachment(data, f"{asked.return_code}-version-{found.version}-report.{kind}", MEDIA[kind])
