"""Findings: the list, the form to record or change one, and the evidence behind each."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.refusals import Mistake, Refusal
from models.tables import Agency, Finding, Inspection
from models.words import joined, titled
from portal.pages.forms import Form, text_of, texts_of
from portal.pages.frame import page, to
from portal.pages.listing import Column, Wanted, answer, arrange, wanted_in
from portal.pages.session import FindingsReader, NotTheirsError, Recorder, Visitor
from tasks.cohort.names import NOBODY
from tasks.findings.findings import (
    CATEGORIES,
    FindingWords,
    case_labels,
    check_finding,
    finding_refusal,
    findings_of,
    record_finding,
    words_of,
)
from tasks.findings.labels import EVIDENCE_KINDS
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.themes import theme_of

router = APIRouter(prefix="/inspections/{ref}/findings")


def choices(session: Session, ref: str) -> dict[str, Any]:
    """Return the choices for a finding: its categories, areas, tags, agencies, kinds of evidence and cases."""
    from sqlmodel import select

    inspection = session.get_one(Inspection, ref)
    theme_ = theme_of(inspection)
    agencies = session.exec(select(Agency).where(Agency.inspection == ref).order_by(Agency.id)).all()
    # Tracked children first, then the wider sample; T2 before T10.
    labels = sorted(case_labels(session, ref), key=lambda label: (label[0] != "T", int(label[1:])))
    return {
        "inspection": inspection,
        "refusal": finding_refusal(inspection),
        "theme": theme_,
        "categories": CATEGORIES,
        "areas": {area.code: area.label for area in theme_.evaluation_areas},
        "tags": {tag: titled(tag) for tag in theme_.finding_tags},
        # A finding is about a kind of agency, which several may be of.
        "agencies": {
            kind: joined([agency.name for agency in agencies if agency.kind == kind])
            for kind in dict.fromkeys(agency.kind for agency in agencies)
        },
        "evidence_kinds": EVIDENCE_KINDS,
        "cases": labels,
    }


def _columns(options: dict[str, Any]) -> tuple[Column[tuple[Finding, FindingWords]], ...]:
    return (
        Column("finding", "Finding", lambda row: row[0].id),
        Column("category", "Category", lambda row: options["categories"][row[0].category], chosen=True),
        Column("area", "Area of evaluation", lambda row: options["areas"][row[0].area], chosen=True),
        Column("agencies", "Agencies", lambda row: [titled(kind) for kind in row[0].agencies], chosen=True),
        Column("heading", "Heading", lambda row: row[1].heading),
        Column("text", "Text", lambda row: row[1].text),
        Column("cases", "Cases", lambda row: row[0].cases),
        Column("version", "Version", lambda row: row[0].version),
        Column("by", "Recorded by", lambda row: row[0].recorded_by, chosen=True, person=True),
        Column("at", "Recorded", lambda row: row[0].recorded_at),
    )


@router.get("")
def listed(request: Request, ref: str, member: FindingsReader) -> Response:
    """Show all findings; the audit records who read them, where there are any."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: FindingsReader, form: Form) -> Response:
    """Show or download the findings that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    with transaction() as session:
        options = choices(session, ref)
        rows = [(row, words_of(row)) for row in findings_of(session, ref)]
        if rows:
            _record(session, ref, member, "findings.read", ref, findings=len(rows))
    columns = _columns(options)
    return answer(request, "findings", "Findings", arrange(rows, columns, wanted), columns, **options)


@router.get("/new")
def new(request: Request, ref: str, _: Recorder) -> Response:
    """Show an empty form."""
    return _form(request, ref, FindingWords("", "", "", ""))


@router.post("/new")
def record(request: Request, ref: str, member: Recorder, form: Form) -> Response:
    """Record a new finding."""
    return _stored(request, ref, member, form, None)


@router.get("/{finding_id}")
def edit(request: Request, ref: str, finding_id: str, member: Recorder) -> Response:
    """Show a finding in the form, to be changed; the audit records who read it."""
    finding = one_of(ref, finding_id)
    with transaction() as session:
        _record(session, ref, member, "findings.read", finding_id, findings=1)
    return _form(request, ref, words_of(finding), finding_id)


def _record(session: Session, ref: str, member: Visitor, action: str, subject: str, **facts: int) -> None:
    audit.append(session, ref, actor=member.by, action=action, subject=subject, facts=facts)


@router.post("/{finding_id}")
def change(request: Request, ref: str, finding_id: str, member: Recorder, form: Form) -> Response:
    """Record a new version of a finding."""
    one_of(ref, finding_id)
    return _stored(request, ref, member, form, finding_id)


def one_of(ref: str, finding_id: str) -> Finding:
    """Return a finding of an inspection.

    Raises:
        NotTheirsError: there is none.
    """
    with transaction() as session:
        finding = session.get(Finding, (ref, finding_id))
    if finding is None:
        raise NotTheirsError
    return finding


def _form(
    request: Request,
    ref: str,
    words: FindingWords,
    finding_id: str | None = None,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    with transaction() as session:
        options = choices(session, ref)
    title = f"Change finding {finding_id}" if finding_id else "Record a finding"
    status, back = 422 if mistakes else 200, f"/inspections/{ref}/findings"
    return page(
        request, "finding", title, status=status, mistakes=mistakes, back=back, given=words, id=finding_id, **options
    )


def _stored(request: Request, ref: str, member: Visitor, form: Form, finding_id: str | None) -> Response:
    words = FindingWords(
        category=text_of(form, "category"),
        area=text_of(form, "area"),
        heading=text_of(form, "heading"),
        text=text_of(form, "text"),
        tags=texts_of(form, "tags"),
        agencies=texts_of(form, "agencies"),
        evidence_kinds=texts_of(form, "evidence_kinds"),
        cases=texts_of(form, "cases"),
    )
    try:
        record_finding(ref, words, by=member.by, finding_id=finding_id)
    except Refusal as refused:
        mistakes = tuple(Mistake(mistake.field or "category", mistake.text) for mistake in refused.mistakes)
        return _form(request, ref, words, finding_id, mistakes)
    return to(f"/inspections/{ref}/findings", "finding")


def mistakes_in(words: FindingWords, options: dict[str, Any]) -> tuple[Mistake, ...]:
    """Return what is wrong with a finding, field by field."""
    agencies, cases = frozenset(options["agencies"]), frozenset(options["cases"])
    return check_finding(words, options["theme"], agencies, cases, options.get("names", NOBODY))


@router.get("/{finding_id}/evidence")
def evidence(request: Request, ref: str, finding_id: str, member: FindingsReader) -> Response:
    """Show where the evidence behind a finding lies, down to the rows of the senders' files; the audit records it."""
    from tasks.findings.evidence import traces

    finding = one_of(ref, finding_id)
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        lines = traces(session, ref, finding.cases)
        _record(session, ref, member, "evidence.read", finding_id, cases=len(finding.cases), steps=len(lines))
    back = f"/inspections/{ref}/findings"
    title = f"Evidence behind {finding_id}"
    facts: dict[str, Any] = {"inspection": inspection, "finding": finding, "given": words_of(finding), "traces": lines}
    return page(request, "evidence", title, back=back, kinds=EVIDENCE_KINDS, categories=CATEGORIES, **facts)
