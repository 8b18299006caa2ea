"""Judgements of the tracked children: each inspector's own first, then those of others beside it, then one agreed."""

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from models.refusals import Mistake, Refusal
from models.tables import Inspection
from portal.pages.forms import Form, text_of
from portal.pages.frame import page, to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import Inspector, Recorder, Visitor
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of

if TYPE_CHECKING:
    from tasks.judging.judgements import JudgementStanding

# The rooms of the sample are imported where they are used: they bring frames that other pages do not need.
router = APIRouter(prefix="/inspections/{ref}/judgements")
_AGREE = "agreed"
_STATES = {
    "yours": ("Yours to give", "blue"),
    "waits": ("Waits for a second", "grey"),
    "same": ("The same", "green"),
    "differ": ("Differ: discuss", "red"),
    "settled": ("Agreed", "green"),
    "restricted": ("Restricted", "grey"),
}
"""Where the judgements of a child and an area stand, with the colour of the tag."""
_OVER = {
    "yours": ("Not given by you", "grey"),
    "waits": ("Given by you alone", "grey"),
    "differ": ("Differ: nothing agreed", "red"),
}
"""What stands instead once nothing more is recorded."""


def _columns(
    areas: dict[str, str], judgements: dict[str, str], states: dict[str, tuple[str, str]]
) -> tuple[ListingColumn["JudgementStanding"], ...]:
    def judged(row: "JudgementStanding") -> str:
        if row.agreed:
            return judgements[row.agreed.judgement]
        if row.own is None:
            return ""
        own = judgements[row.own.judgement]
        return own if row.state == "same" else f"Yours: {own}"

    return (
        ListingColumn("child", "Child", lambda row: row.child, chosen=True),
        ListingColumn("area", "Area of evaluation", lambda row: areas[row.area], chosen=True),
        ListingColumn("number", "Judgements in", lambda row: row.number),
        ListingColumn("state", "Where it stands", lambda row: states[row.state][0], chosen=True),
        ListingColumn("judgement", "Judgement", judged, chosen=True),
    )


@router.get("")
def listed(request: Request, ref: str, member: Inspector) -> Response:
    """Show each tracked child and area with where the judgements stand, and how far all agree."""
    return _listed(request, ref, member, Wanted())


@router.post("")
def some(request: Request, ref: str, member: Inspector, form: Form) -> Response:
    """Show or download the children and areas that are wanted, as their reader may know them."""
    return _listed(request, ref, member, wanted_in(form))


def _listed(request: Request, ref: str, member: Visitor, wanted: Wanted) -> Response:
    from tasks.judging.stages import recording_refusal
    from tasks.reading.judgements import judgement_board

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        board = judgement_board(session, ref, member.person)
    codes = _codes(inspection)
    refusal = recording_refusal(inspection)
    states = _STATES | _OVER if refusal else _STATES
    columns = _columns(codes["areas"], codes["judgements"], states)
    facts: dict[str, Any] = {
        "inspection": inspection,
        "board": board,
        "refusal": refusal,
        "states": states,
        "cells": columns,
        **codes,
    }
    listing, back = arrange(board.rows, columns, wanted), f"/inspections/{ref}/children"
    return answer(request, "judgements", "Judgements", listing, columns, back=back, **facts)


@router.get("/{child}/{area}")
def show(request: Request, ref: str, child: str, area: str, member: Inspector) -> Response:
    """Show one child and area: the form, and from the second judgement on those of others."""
    return _show(request, ref, child, area, member)


@router.post("/{child}/{area}")
def record(request: Request, ref: str, child: str, area: str, member: Recorder, form: Form) -> Response:
    """Record the inspector's own judgement, or what a discussion came to."""
    from tasks.judging.judgements import record_agreed, record_judgement

    code, text = text_of(form, "judgement"), text_of(form, "text")
    keep = record_agreed if text_of(form, "kind") == _AGREE else record_judgement
    try:
        keep(ref, child, area, code, text, by=member.person)
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "judgement", each.text) for each in refused.mistakes)
        return _show(request, ref, child, area, member, {"judgement": code, "text": text}, mistakes)
    return to(f"/inspections/{ref}/judgements/{child}/{area}", "judgement")


def _show(
    request: Request,
    ref: str,
    child: str,
    area: str,
    member: Visitor,
    given: dict[str, str] | None = None,
    mistakes: tuple[Mistake, ...] = (),
) -> Response:
    from tasks.judging.judgements import JudgementError
    from tasks.judging.stages import recording_refusal
    from tasks.reading.judgements import read_judgements

    try:
        shown = read_judgements(ref, child, area, member.person, by=member.by)
    except JudgementError:
        raise HTTPException(404) from None
    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
    own = [(row, text) for row, text in shown.reasons if row.person_id == member.person]
    waits = own and shown.standing.state == "waits"
    begun = {"judgement": own[0][0].judgement, "text": own[0][1]} if waits else {}
    facts: dict[str, Any] = {
        "inspection": inspection,
        "shown": shown,
        "given": given or begun,
        "refusal": recording_refusal(inspection),
        **_codes(inspection),
    }
    back, status = f"/inspections/{ref}/judgements", 422 if mistakes else 200
    title = f"Child {child}: {facts['areas'][area]}"
    return page(request, "judgement", title, back=back, status=status, mistakes=mistakes, **facts)


def _codes(inspection: Inspection) -> dict[str, dict[str, str]]:
    theme_ = theme_of(inspection)
    return {
        "areas": {each.code: each.label for each in theme_.evaluation_areas},
        "judgements": {each.code: each.label for each in theme_.judgements},
    }
