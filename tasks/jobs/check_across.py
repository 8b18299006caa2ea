"""Compares the accepted returns of an area with each other, again whenever one of them is accepted or replaced."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import polars as pl
from sqlmodel import Session, select

from models.ids import AcrossSubject, once_key
from models.keys import by_content, return_folder
from models.lifecycle import SETTLED
from models.tables import Agency, Request, Submission
from models.words import plural
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.ledger.work import Claim, finish, finish_too, owed_besides
from tasks.people.notices import write_notice
from tasks.returns.accepted import accepted, sent
from tasks.returns.decisions import waivers_for
from validation.across import AreaReturns
from validation.across.checking import Breaches, check_across, findings_for
from validation.contract.context import Context
from validation.contract.outcome import CellFinding
from validation.engine.places import row_content
from validation.files.parts import taken_apart
from validation.files.senders import SENDER, together

_ACTOR = "system: receive-returns"


def across_name(claimed: Claim) -> str:
    """Return what people call the work: the area, and what was accepted last."""
    with transaction() as session:
        identity = AcrossSubject.parse(claimed.subject).submission
        submission = session.get_one(Submission, identity)
        request = session.get_one(Request, submission.request_id)
        area = inspection_of(session, claimed.inspection).area_name
    return f"{area} - across returns after {request.return_code} v{submission.version}"


def compare(claimed: Claim) -> str:
    """Run every check across returns that are in, and store for each return the findings in its own file.

    Safe to repeat. A return for which a rule is waived gets no finding of it; its partners still do. One comparison
    does for all that the inspection owed when it began.
    """
    with transaction() as session:
        inspection = inspection_of(session, claimed.inspection)
        # Before the inputs are read: work that is owed later may be owed for a return which these do not have.
        alike = owed_besides(session, claimed)
        inputs = accepted(session, claimed.inspection)
        requests = session.exec(select(Request).where(Request.inspection == claimed.inspection)).all()
        awaited = frozenset(request.return_code for request in requests if request.state not in SETTLED)
        today = inspection.today()
        waived = {
            submission.id: {waiver.rule for waiver in waivers_for(session, request.id, today)}
            for request, submission in inputs
        }
    context = Context(theme_of(inspection), inspection.announced, inspection.area_gss)
    area = AreaReturns(together(sent(inputs, context.theme)), context, awaited)
    across = check_across(area)
    reports = {
        submission.id: _findings_of(request, across.breaches, area, waived[submission.id])
        for request, submission in inputs
    }
    keys = {submission.id: _store(submission, reports[submission.id]) for _, submission in inputs}
    with transaction() as session:
        # The inspection's row is locked first, as everywhere.
        inspection_of(session, claimed.inspection, lock=True)
        finish(session, claimed)
        finish_too(session, claimed.kind, alike)
        for identity, findings in reports.items():
            _record(session, identity, keys[identity], len(findings), across.not_run)
        if across.not_run:
            once = once_key(claimed.inspection, "rules", ",".join(across.not_run))
            facts = {"subject": claimed.inspection, "rules": list(across.not_run)}
            write_notice(session, "rules_failed", "operator", once=once, inspection=claimed.inspection, facts=facts)
    return f"{plural(sum(map(len, reports.values())), 'question')} in {plural(len(reports), 'return')}"


def _findings_of(
    request: Request, across: Breaches, area: AreaReturns, waived: Collection[str]
) -> list[dict[str, Any]]:
    """Return one agency's findings as JSON values, each with a digest of its row, to which explanations refer.

    What is about a return as a whole concerns each agency that sent it.
    """
    code = request.return_code
    # Several agencies send one return; a finding reaches the one whose row it is, and no other.
    place = area.context.theme.sender_of(code, request.agency_id) - 1
    findings = [
        finding
        for finding in findings_for(code, across)
        if finding.rule not in waived and (finding.row is None or finding.row // SENDER == place)
    ]
    rows = {finding.row for finding in findings if finding.row is not None}
    cells = {
        (sheet, row[0]): row[1:]
        for sheet, frame in area.frames[code].items()
        for row in frame.filter(pl.col("row").is_in(sorted(rows))).iter_rows()
    }
    contents = [
        row_content(finding.rule, finding.column, cells.get((finding.sheet, finding.row), ())) for finding in findings
    ]
    return [
        {**_placed(finding).to_dict(), "content": content} for finding, content in zip(findings, contents, strict=True)
    ]


def _placed(finding: CellFinding) -> CellFinding:
    """Return a finding at the line of its file; only files after the first carry a number."""
    if finding.row is None:
        return finding
    file, line = taken_apart(finding.row % SENDER)
    return replace(finding, row=line) if file == 1 else replace(finding, file=file, row=line)


def _store(submission: Submission, findings: list[dict[str, Any]]) -> str:
    body = canonical_json(findings)
    key = by_content(return_folder(submission.request_id, submission.version), "across", sha256(body), "json")
    return store.put_once(key, body, content_type="application/json").key


def _record(session: Session, identity: str, key: str, questions: int, not_run: tuple[str, ...]) -> None:
    submission = session.get_one(Submission, identity)
    if submission.put_aside:
        return
    result = submission.result
    result.across_not_checked = list(not_run)
    session.add(submission)
    if result.across_key == key:
        # The key names the content: the same findings again are no news to anybody.
        return
    result.across_key, result.across_found = key, questions
    session.add(submission)
    request = session.get_one(Request, submission.request_id)
    facts = {"return": request.return_code, "version": submission.version, "found": questions}
    audit.append(session, submission.inspection, actor=_ACTOR, action="returns.compared", subject=identity, facts=facts)
    if questions:
        agency = session.get_one(Agency, request.agency_id)
        write_notice(session, "across", agency, once=once_key(identity, "across"), sign_in=True, facts=facts)
