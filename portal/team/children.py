"""The chosen children, for the inspection's team: one page a child with everything that agencies sent."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from models.states import WhyRestricted
from models.tables import Inspection
from models.words import plain, plural
from portal.pages.forms import Form, text_of
from portal.pages.frame import page
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.reader import reader_for
from portal.pages.session import Inspector, Visitor
from portal.team.meetings import FAMILY_WORDS
from tasks.documents.sending import NONE_HELD
from tasks.ground.database import transaction
from tasks.inspection.document_items import documents_refusal
from tasks.ledger.restricted import WHY_RESTRICTED, why_restricted
from tasks.ledger.themes import theme_of
from validation.files.documents import KINDS

if TYPE_CHECKING:
    from tasks.reading.child import ChildPage, Chosen

router = APIRouter(prefix="/inspections/{ref}/children")
_SETS = {"tracked": "Tracked", "sampled": "Wider sample"}


def _columns(points: dict[str, str]) -> tuple[ListingColumn["Chosen"], ...]:
    return (
        ListingColumn("label", "Child", lambda row: row.label),
        ListingColumn("set", "Chosen as", lambda row: _SETS[row.set], chosen=True),
        ListingColumn("point", "Decision point", lambda row: _point(row, points), chosen=True),
    )


def _point(row: "Chosen", points: dict[str, str]) -> str:
    """Return the decision point of a child of the wider sample, in words; tracked children are looked at whole."""
    return (points.get(row.stratum) or plain(row.stratum)) if row.set == "sampled" else ""


@router.get("")
def listed(request: Request, ref: str, _: Inspector) -> Response:
    """Show the labels of the chosen children."""
    return _listed(request, ref, Wanted())


@router.post("")
def some(request: Request, ref: str, _: Inspector, form: Form) -> Response:
    """Show or download the labels that are wanted."""
    return _listed(request, ref, wanted_in(form))


def _listed(request: Request, ref: str, wanted: Wanted) -> Response:
    from tasks.reading.child import chosen_children, left_sample

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        children, left = chosen_children(session, ref), left_sample(session, ref)
    columns = _columns(_points(inspection))
    listing = arrange(children, columns, wanted)
    facts: dict[str, Any] = {"inspection": inspection, "cells": columns, "left": list(left.values())}
    return answer(request, "children", "Chosen children", listing, columns, **facts)


def _points(inspection: Inspection) -> dict[str, str]:
    """Return the words of each decision point of the wider sample."""
    return {point.key: point.label for point in theme_of(inspection).sampling.decision_points}


@router.get("/{label}")
def child(request: Request, ref: str, label: str, member: Inspector) -> Response:
    """Show what was collected about a child; each opening is recorded."""
    return _child(request, ref, label, member, "")


@router.post("/{label}")
def child_with_addresses(request: Request, ref: str, label: str, member: Inspector, form: Form) -> Response:
    """Show the same with where the family lives, or with what is restricted, to somebody who says why."""
    return _child(request, ref, label, member, text_of(form, "why"), why_restricted(text_of(form, "opens")))


def _child(
    request: Request, ref: str, label: str, member: Visitor, why: str, opens: WhyRestricted | None = None
) -> Response:
    from tasks.reading.cells import WHY_ADDRESSES, WhyAddresses
    from tasks.reading.child import read_child
    from tasks.reading.documents import documents_seen
    from tasks.reading.household import by_return, further_rows, side_by_side
    from tasks.reading.meetings import read_family_meetings

    given = WhyAddresses(why) if why in set(WhyAddresses) else None
    with transaction() as session:
        inspection, reader = session.get_one(Inspection, ref), reader_for(session, ref, member, opens=opens)
    shown = read_child(ref, label, reader, member.own, why=given)
    with transaction() as session:
        about = {
            "documents": [] if shown.closed else documents_seen(session, ref, reader, label),
            "family": [] if shown.closed else read_family_meetings(session, ref, reader, label),
            "reasons": NONE_HELD,
            "kinds": KINDS,
            "closed": bool(documents_refusal(inspection)),
            "now": inspection.now(),
            **FAMILY_WORDS,
        }
    context: dict[str, Any] = {"inspection": inspection, "shown": shown, "why": WHY_ADDRESSES, "given": given}
    context |= {"opening": WHY_RESTRICTED, "opens": opens}
    context["points"] = _points(inspection)
    context["beside"] = side_by_side(shown.records, shown.relatives)
    context["further"] = further_rows(shown.records, shown.relatives)
    context["sent"] = by_return(shown.records)
    # Of a row that tells of several days the first says best what the row is about.
    context["days"] = {each.place_of: each for each in reversed(shown.happenings)}
    context |= about
    context |= {"forms": []} if shown.closed else _seen(ref, label, member, opens)
    context["contents"] = [] if shown.closed else _contents(shown, context)
    return page(request, "child", f"Child {label}", back=f"/inspections/{ref}/children", **context)


def _contents(shown: "ChildPage", about: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the parts of a child's page in its order: where each begins, its title, and how much it holds."""
    differ = sum(each.differ for each in shown.answers)
    evaluations = plural(len(shown.evaluators), "agency", "agencies")
    siblings = sum(not each.adult for each in shown.relatives)
    family = f"{plural(siblings, 'sibling')}, {plural(len(shown.relatives) - siblings, 'adult')}"
    agencies = plural(len({row.agency for row in shown.records}), "agency", "agencies")
    parts = [
        ("time", "What happened when", plural(len(shown.happenings), "event")),
        (
            "evaluations",
            "Evaluations: what agencies think of their work",
            f"{evaluations}; answers differ on {plural(differ, 'question')}" if differ else evaluations,
        ),
        ("documents", "Documents about this child", plural(len(about["documents"]), "document")),
        ("meetings", "Planned meetings", f"{plural(len(about['family'].coming(about['now'])), 'meeting')} to come"),
        ("consent", "Who agrees to meet inspectors", plural(len(about["family"].consents), "answer")),
        ("seen", "What inspectors saw", plural(len(about["forms"]), "form")),
        ("notes", "Notes of the team", plural(len(shown.notes), "note")),
        ("agencies", "What agencies sent", f"{plural(len(shown.records), 'row')} of {agencies}"),
        ("family", "Siblings and adults of the household", "" if shown.narrowed else family),
        ("household", "Others in the household or case", plural(len(shown.household), "row")),
        ("lives", "Show where the family lives", ""),
    ]
    absent = {"seen"} if shown.child.set == "tracked" else set()
    absent |= set() if shown.household else {"household"}
    absent |= {"lives"} if about["given"] else set()
    return [part for part in parts if part[0] not in absent]


def _seen(ref: str, label: str, member: Visitor, opens: WhyRestricted | None) -> dict[str, Any]:
    """Return the forms on a child of the wider sample, with the words for their codes."""
    from tasks.judging.sampled_forms import ANSWERS
    from tasks.notes.taking import listed_codes
    from tasks.reading.sampled import read_forms

    with transaction() as session:
        theme_ = theme_of(session.get_one(Inspection, ref))
        reader = reader_for(session, ref, member, opens=opens)
        forms = read_forms(session, ref, label, reader, member.person)
        agencies = listed_codes(session, ref)["agency"]
    return {
        "forms": forms,
        "answers": ANSWERS,
        "labels": {question.code: question.label for question in theme_.sampled.questions},
        "judgements": {each.code: each.label for each in theme_.judgements},
        "agencies": agencies,
    }
