"""The agencies' comments on the facts of the draft, each decided by an inspector."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import select

from models.refusals import Mistake
from models.tables import Agency, Correction, Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import to
from portal.pages.listing import Column, Wanted, answer, arrange, wanted_in
from portal.pages.session import CommentsDecider, FindingsReader, NotTheirsError, Visitor
from tasks.assuring.turns import tell_turns
from tasks.findings.comments import (
    CommentRefusedError,
    changes_since,
    choices_for,
    corrections_of,
    decide_comment,
    decision_of,
    decision_refusal,
)
from tasks.findings.comments import text_of as words_of_comment
from tasks.ground.database import transaction
from tasks.ledger import audit

router = APIRouter(prefix="/inspections/{ref}/comments")


@router.get("")
def listed(request: Request, ref: str, member: FindingsReader) -> Response:
    """Show all comments, those that wait for a decision first; the audit records who read them."""
    return _listed(request, ref, member)


@router.post("")
def some(request: Request, ref: str, member: FindingsReader, form: Form) -> Response:
    """Show or download the comments that are wanted."""
    return _listed(request, ref, member, wanted_in(form))


def _columns(names: dict[str, str]) -> tuple[Column[tuple[Correction, str]], ...]:
    return (
        Column("agency", "Agency", lambda row: names[row[0].agency_id], chosen=True),
        Column("about", "About", lambda row: row[0].finding_id or "The letter as a whole", chosen=True),
        Column("comment", "Comment", lambda row: row[1]),
        Column("made", "Made", lambda row: row[0].made_at),
        Column("decision", "Decision", lambda row: decision_of(row[0]) or "Needs a decision", chosen=True),
        Column("by", "Decided by", lambda row: row[0].decided_by, person=True),
        Column("at", "Decided", lambda row: row[0].decided_at),
    )


def _listed(
    request: Request, ref: str, member: Visitor, wanted: Wanted | None = None, mistakes: tuple[Mistake, ...] = ()
) -> Response:
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        names = {agency.id: agency.name for agency in session.exec(select(Agency).where(Agency.inspection == ref))}
        rows = [(row, words_of_comment(row)) for row in corrections_of(session, ref)]
        if rows:
            facts_read = {"comments": len(rows)}
            audit.append(session, ref, actor=member.by, action="comments.read", subject=ref, facts=facts_read)
        choices = {row.id: choices_for(changes_since(session, row)) for row, _ in rows if row.outcome is None}
    rows.sort(key=lambda row: row[0].outcome is not None)
    columns = _columns(names)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "names": names,
        "choices": choices,
        "decision": decision_of,
        "waits": len(choices),
        "refusal": decision_refusal(inspection),
        "status": 422 if mistakes else 200,
        "mistakes": mistakes,
    }
    listing = arrange(rows, columns, wanted or Wanted())
    return answer(request, "comments", "Comments on the draft letter", listing, columns, **facts)


@router.post("/{comment_id}")
def decide(request: Request, ref: str, comment_id: str, member: CommentsDecider, form: Form) -> Response:
    """Record the decision on one comment."""
    with transaction() as session:
        row = session.get(Correction, comment_id)
    # A comment of another inspection does not exist here, whatever the address says.
    if row is None or row.inspection != ref:
        raise NotTheirsError
    try:
        decide_comment(comment_id, text_of(form, "outcome"), by=member.by)
    except CommentRefusedError as refused:
        return _listed(request, ref, member, mistakes=(Mistake(f"outcome-{comment_id}", str(refused)),))
    tell_turns(ref)
    return to(f"/inspections/{ref}/comments", "decided")
