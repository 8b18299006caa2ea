"""The quality assurer reads findings and letter, and says whether they are ready; the team sees whose turn it is."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.refusals import Mistake, Refusal
from models.roles import Act, Role, may
from models.states import ReadyFor
from models.tables import Assurance, Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.fresh import check_fresh
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, arrange, list_file, wanted_in
from portal.pages.session import Assurer, FindingsReader, Visitor
from portal.team.findings import choices, columns_of
from portal.team.standing import LEVELS
from tasks.assuring.readiness import PURPOSES, assurances_of, by_level, readiness
from tasks.assuring.saying import assurance_refusal, purposes_now, reason_of, say
from tasks.assuring.turns import tell_turns
from tasks.drafting.loading import current_draft
from tasks.findings.findings import findings_of, words_of
from tasks.ground.database import transaction
from tasks.ledger import audit

router = APIRouter(prefix="/inspections/{ref}/assurance")


_HISTORY: tuple[ListingColumn[tuple[Assurance, str]], ...] = (
    ListingColumn("ready", "Ready", lambda row: "Ready" if row[0].ready else "Not ready", chosen=True),
    ListingColumn("purpose", "For", lambda row: PURPOSES[row[0].purpose], chosen=True),
    ListingColumn("reason", "Why", lambda row: row[1]),
    ListingColumn("by", "By", lambda row: row[0].by, chosen=True, person=True),
    ListingColumn("at", "When", lambda row: row[0].at),
    ListingColumn("findings", "Findings read", lambda row: row[0].findings),
    ListingColumn("paragraphs", "Paragraphs read", lambda row: row[0].paragraphs),
)


def _of(name: str, which: str, wanted: Wanted) -> Wanted:
    return wanted if name == which else EVERYTHING


@router.get("")
def show(request: Request, ref: str, member: FindingsReader) -> Response:
    """Show whose turn it is, what was said, and all that the quality assurer reads; the audit records who read it."""
    return _show(request, ref, member)


@router.post("/list")
def some(request: Request, ref: str, member: FindingsReader, form: Form) -> Response:
    """Show or download what is wanted of what is read, or of what was said; the audit records who read it."""
    return _show(request, ref, member, name=text_of(form, "list"), wanted=wanted_in(form))


@router.post("")
def record(request: Request, ref: str, member: Assurer, form: Form) -> Response:
    """Record whether findings are ready, and why."""
    purpose = ReadyFor.PUBLICATION if text_of(form, "of") == ReadyFor.PUBLICATION else ReadyFor.DRAFT
    outcome, text = text_of(form, "outcome"), text_of(form, "text")
    field = f"outcome-{purpose.value}"
    if outcome not in ("ready", "not_ready"):
        return _show(
            request, ref, member, (Mistake(field, "Choose whether they are ready."),), {"of": purpose, "text": text}
        )
    try:
        check_fresh(request)
        say(ref, purpose, ready=outcome == "ready", reason=text, digest=text_of(form, "seen"), by=member.by)
    except Refusal as refused:
        mistakes = tuple(Mistake(f"{each.field or 'outcome'}-{purpose.value}", each.text) for each in refused.mistakes)
        return _show(request, ref, member, mistakes, {"of": purpose, "text": text, "outcome": outcome})
    tell_turns(ref)
    return to(f"/inspections/{ref}/assurance", "assured")


def _show(
    request: Request,
    ref: str,
    member: Visitor,
    mistakes: tuple[Mistake, ...] = (),
    given: dict[str, str] | None = None,
    name: str = "",
    wanted: Wanted = EVERYTHING,
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        options = choices(session, ref)
        rows = findings_of(session, ref)
        draft = current_draft(session, ref)
        states = [
            (readiness(session, inspection, purpose), assurance_refusal(session, inspection, purpose))
            for purpose in purposes_now(inspection)
        ]
        history = [(row, reason_of(row)) for row in assurances_of(session, ref)]
        read = {"findings": len(rows), "paragraphs": len(draft.paragraphs)}
        audit.append(session, ref, actor=member.by, action="assurance.read", subject=ref, facts=read)
    read_rows = arrange([(row, words_of(row)) for row in rows], columns_of(options), _of(name, "findings", wanted))
    if read_rows.wanted.download:
        return list_file("Findings to assure", read_rows, columns_of(options))
    statements = arrange(history[::-1], _HISTORY, _of(name, "history", wanted))
    if statements.wanted.download:
        return list_file("What was said of readiness", statements, _HISTORY)
    facts: dict[str, Any] = {
        **options,
        "inspection": inspection,
        "rows": read_rows,
        "counts": by_level(rows),
        "levels": LEVELS,
        "draft": draft,
        "states": states,
        "history": statements,
        "purposes": PURPOSES,
        "given": given or {},
    }
    status, back = 422 if mistakes else 200, f"/inspections/{ref}/findings"
    # Most who read this page sign nothing on it.
    says = may(Role(member.role), Act.ASSURE_FINDINGS) and any(not refusal for _, refusal in states)
    facts["signs"] = f"/inspections/{ref}/assurance" if says else ""
    return page(request, "assurance", "Quality assurance", status=status, mistakes=mistakes, back=back, **facts)
