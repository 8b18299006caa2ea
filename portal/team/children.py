"""The chosen children, for the inspection's team: one page a child with everything that agencies sent."""

from typing import Any

from fastapi import APIRouter, Request, Response

from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Visitor
from portal.team.meetings import FAMILY_WORDS
from tasks.documents.sending import NONE_HELD
from tasks.ground.database import transaction
from tasks.inspection.document_items import documents_refusal
from tasks.ledger.themes import theme_of
from validation.files.documents import KINDS

router = APIRouter(prefix="/inspections/{ref}/children")


@router.get("")
def listed(request: Request, ref: str, _: Inspector) -> Response:
    """Show the labels of the chosen children."""
    from tasks.reading.child import chosen_children

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        children = chosen_children(session, ref)
    facts: dict[str, Any] = {"inspection": inspection, "children": children, "points": _points(inspection)}
    return page(request, "children", "Chosen children", **facts)


def _points(inspection: Inspection) -> dict[str, str]:
    """Return the words of each decision point of the wider sample."""
    return {point.key: point.label for point in theme_of(inspection).sampling.decision_points}


@router.get("/{label}")
def child(request: Request, ref: str, label: str, member: Inspector) -> Response:
    """Show what was collected about a child; each opening is recorded."""
    return _child(request, ref, label, member, "")


@router.post("/{label}")
def child_with_addresses(request: Request, ref: str, label: str, member: Inspector, form: Form) -> Response:
    """Show the same with where the family lives, to somebody who says why."""
    return _child(request, ref, label, member, text_of(form, "why"))


def _child(request: Request, ref: str, label: str, member: Visitor, why: str) -> Response:
    from tasks.reading.cells import WHY_ADDRESSES, WhyAddresses
    from tasks.reading.child import read_child
    from tasks.reading.documents import documents_seen
    from tasks.reading.household import further_rows, side_by_side
    from tasks.reading.meetings import read_family_meetings

    given = WhyAddresses(why) if why in set(WhyAddresses) else None
    with transaction() as session:
        inspection, reader = session.get_one(Inspection, ref), reader_for(session, ref, member)
    shown = read_child(ref, label, reader, member.own, why=given)
    with transaction() as session:
        about = {
            "documents": documents_seen(session, ref, reader, label),
            "family": read_family_meetings(session, ref, reader, label),
            "reasons": NONE_HELD,
            "kinds": KINDS,
            "closed": bool(documents_refusal(inspection)),
            "now": inspection.now(),
            **FAMILY_WORDS,
        }
    context: dict[str, Any] = {"inspection": inspection, "shown": shown, "why": WHY_ADDRESSES, "given": given}
    context["points"] = _points(inspection)
    context["beside"] = side_by_side(shown.records, shown.relatives)
    context["further"] = further_rows(shown.records, shown.relatives)
    context |= about
    context |= _seen(ref, label, member)
    return page(request, "child", f"Child {label}", back=f"/inspections/{ref}/children", **context)


def _seen(ref: str, label: str, member: Visitor) -> dict[str, Any]:
    """Return the forms on a child of the wider sample, with the words for their codes."""
    from tasks.judging.sampled_forms import ANSWERS
    from tasks.notes.taking import listed_codes
    from tasks.reading.sampled import read_forms

    with transaction() as session:
        theme_ = theme_of(session.get_one(Inspection, ref))
        reader = reader_for(session, ref, member)
        forms = read_forms(session, ref, label, reader, member.person)
        agencies = listed_codes(session, ref)["agency"]
    return {
        "forms": forms,
        "answers": ANSWERS,
        "labels": {question.code: question.label for question in theme_.sampled.questions},
        "judgements": {each.code: each.label for each in theme_.judgements},
        "agencies": agencies,
    }
