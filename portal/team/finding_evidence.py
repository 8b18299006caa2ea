"""Everything behind one finding: rows of returns, evaluations, forms, documents and notes, each opened from here."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from models.roles import Act, Role, may
from models.tables import Finding, Inspection
from portal.pages.forms import Form
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import FindingsReader, Visitor
from portal.team.findings import one_of
from tasks.findings.findings import CATEGORIES, words_of
from tasks.findings.labels import EVIDENCE_KINDS
from tasks.ground.database import transaction
from tasks.ledger import audit

if TYPE_CHECKING:
    from tasks.reading.behind import PieceBehind

router = APIRouter(prefix="/inspections/{ref}/findings/{finding_id}/evidence")


def _columns() -> tuple[ListingColumn["PieceBehind"], ...]:
    return (
        ListingColumn("kind", "Kind", lambda row: row.kind, chosen=True),
        ListingColumn("name", "What", lambda row: row.name),
        ListingColumn("why", "Why it is here", lambda row: row.why, chosen=True),
        ListingColumn("case", "Case", lambda row: row.case, chosen=True),
        ListingColumn("agency", "Agency", lambda row: row.agency, chosen=True),
        ListingColumn("by", "Recorded by", lambda row: row.by, chosen=True, person=True),
    )


@router.get("")
def show(request: Request, ref: str, finding_id: str, member: FindingsReader) -> Response:
    """Show where the evidence behind a finding lies, and open each piece; the audit records it."""
    return _show(request, ref, finding_id, member, Wanted())


@router.post("")
def some(request: Request, ref: str, finding_id: str, member: FindingsReader, form: Form) -> Response:
    """Show or download the pieces that are wanted."""
    return _show(request, ref, finding_id, member, wanted_in(form))


def _show(request: Request, ref: str, finding_id: str, member: Visitor, wanted: Wanted) -> Response:
    finding = one_of(ref, finding_id)
    with transaction() as session:
        facts = _facts(session, ref, finding, member)
    columns = _columns()
    listing = arrange(facts.pop("pieces"), columns, wanted)
    facts |= {"kinds": EVIDENCE_KINDS, "categories": CATEGORIES}
    title, back = f"Evidence behind {finding_id}", f"/inspections/{ref}/findings"
    return answer(request, "evidence", title, listing, columns, back=back, **facts)


def _facts(session: Session, ref: str, finding: Finding, member: Visitor) -> dict[str, Any]:
    from tasks.findings.evidence import traces
    from tasks.reading.behind import pieces_behind, submissions_seen
    from tasks.reading.closed import closed_to
    from tasks.reading.note_sources import note_sources
    from tasks.reading.notes import READ

    sees = may(Role(member.role), Act.SEE_CHILDREN)
    lines = traces(session, ref, [*finding.cases, *finding.against])
    reader = reader_for(session, ref, member)
    closed = closed_to(session, ref, reader)
    sources, hidden = note_sources(session, ref, finding.notes, reader, member.own) if sees else ([], 0)
    pieces = pieces_behind(session, finding, reader, member.own) if sees else []
    steps = {"cases": len(finding.cases), "steps": len(lines), "pieces": len(pieces)}
    audit.append(session, ref, actor=member.by, action="evidence.read", subject=finding.id, facts=steps)
    if sources:
        audit.append(session, ref, actor=member.by, action=READ, subject=finding.id, facts={"notes": len(sources)})
    return {
        "inspection": session.get_one(Inspection, ref),
        "finding": finding,
        "given": words_of(finding),
        "traces": lines,
        "restricted": [case for case in (*finding.cases, *finding.against) if closed.hides(case)],
        "opens": submissions_seen(session, (line.submission for line in lines), reader) if sees else set(),
        "sees": sees,
        "pieces": pieces,
        "sources": sources,
        "hidden": hidden if sees else len(finding.notes),
    }
