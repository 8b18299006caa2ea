"""Legal holds: what each covers, who set it and why; set and lifted by two programme managers."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import select

from models.decisions import LIFT_HOLD, PLACE_HOLD
from models.refusals import Mistake, Refusal
from models.retention import CLASS_LABELS
from models.roles import Act
from models.tables import Hold, Inspection
from portal.pages.forms import Form, text_of, texts_of
from portal.pages.frame import to
from portal.pages.listing import ListingColumn, Wanted, answer, arrange, wanted_in
from portal.pages.session import acting, programme_who_may
from tasks.ground.database import transaction
from tasks.jobs.second_person import take
from tasks.people.access import door_for
from tasks.people.sessions import SignedIn
from tasks.people.two_people import open_proposals
from tasks.retention.holding import HOLD_LABELS
from tasks.retention.legal_holds import EVERYTHING, LEGAL, LiftReason, check_hold, in_words, open_holds

router = APIRouter(prefix="/holds")

Reader = Annotated[SignedIn, Depends(programme_who_may(Act.SEE_RECORDS))]
"""Sees every hold of the programme."""
Keeper = Annotated[SignedIn, Depends(programme_who_may(Act.KEEP_RECORDS))]
"""Asks for holds, and that they are lifted."""


@router.get("")
def listed(request: Request, visitor: Reader) -> Response:
    """Show all legal holds, those that go on first, and the form for another."""
    return _listed(request, visitor)


@router.post("/list")
def some(request: Request, visitor: Reader, form: Form) -> Response:
    """Show or download the holds that are wanted."""
    return _listed(request, visitor, wanted=wanted_in(form))


_COLUMNS: tuple[ListingColumn[tuple[Hold, str]], ...] = (
    ListingColumn("matter", "Matter", lambda row: row[0].matter, chosen=True),
    ListingColumn("reason", "Why", lambda row: HOLD_LABELS[row[0].reason], chosen=True),
    ListingColumn("covers", "Covers", lambda row: row[1]),
    ListingColumn("set", "Set", lambda row: row[0].placed_at),
    ListingColumn("set_by", "Set by", lambda row: row[0].placed_by, person=True),
    ListingColumn("confirmed", "Confirmed by", lambda row: row[0].confirmed_by, person=True),
    ListingColumn("state", "State", lambda row: "Lifted" if row[0].ended_at else "Goes on", chosen=True),
    ListingColumn("lifted", "Lifted", lambda row: row[0].ended_at),
)


def _listed(
    request: Request,
    visitor: SignedIn,
    mistakes: tuple[Mistake, ...] = (),
    given: dict[str, Any] | None = None,
    wanted: Wanted | None = None,
) -> Response:
    with transaction() as session:
        every = session.exec(select(Hold).where(Hold.matter != "")).all()
        rows = [*open_holds(session), *(hold for hold in every if hold.ended_at is not None)]
        listing = arrange([(hold, in_words(session, hold)) for hold in rows], _COLUMNS, wanted or Wanted())
        facts: dict[str, Any] = {
            "matters": sorted({hold.matter for hold in rows if hold.ended_at is None}),
            "inspections": sorted(session.exec(select(Inspection)).all(), key=lambda row: row.ref),
            "waiting": [row for row in open_proposals(session) if row.act in (PLACE_HOLD, LIFT_HOLD)],
        }
    facts |= {"reasons": {each.name: HOLD_LABELS[each] for each in LEGAL}, "labels": HOLD_LABELS}
    facts |= {"kinds": CLASS_LABELS, "everything": EVERYTHING, "lift_reasons": list(LiftReason), "given": given or {}}
    facts["keeps"] = door_for(visitor.doors, Act.KEEP_RECORDS) is not None
    facts |= {"status": 422 if mistakes else 200, "mistakes": mistakes, "back": "/home"}
    return answer(request, "holds", "Legal holds", listing, _COLUMNS, **facts)


@router.post("")
def place(request: Request, visitor: Keeper, form: Form) -> Response:
    """Ask another programme manager to confirm a hold."""
    given: dict[str, Any] = {
        "matter": text_of(form, "matter").strip().upper(),
        "reason": text_of(form, "reason"),
        "covers": sorted(set(texts_of(form, "covers"))),
        "classes": sorted(set(texts_of(form, "classes"))),
    }
    try:
        visitor.check_fresh()
        check_hold(given["matter"], given["covers"], given["classes"], given["reason"])
        take(PLACE_HOLD, {"inspection": _carrier(given["covers"]), **given}, by=acting(visitor, Act.KEEP_RECORDS))
    except Refusal as refused:
        mistakes = tuple(Mistake(each.field or "matter", each.text) for each in refused.mistakes)
        return _listed(request, visitor, mistakes, given)
    return to("/holds", "hold_asked")


@router.post("/lift")
def lift(request: Request, visitor: Keeper, form: Form) -> Response:
    """Ask another programme manager to confirm that all holds of a matter are lifted."""
    matter, reason = text_of(form, "lifted"), text_of(form, "lift_reason")
    with transaction() as session:
        holds = open_holds(session, matter) if matter else []
        covers = [hold.inspection or EVERYTHING for hold in holds]
    mistakes = []
    if not holds:
        mistakes.append(Mistake("lifted", "Choose the matter whose holds are lifted."))
    if reason not in LiftReason.__members__:
        mistakes.append(Mistake("lift_reason", "Choose why they are lifted."))
    if mistakes:
        return _listed(request, visitor, tuple(mistakes))
    try:
        visitor.check_fresh()
        values = {"inspection": _carrier(covers), "matter": matter, "reason": reason}
        take(LIFT_HOLD, values, by=acting(visitor, Act.KEEP_RECORDS))
    except Refusal as refused:
        return _listed(request, visitor, (Mistake("lifted", refused.sentence),))
    return to("/holds", "lift_asked")


def _carrier(covers: list[str]) -> str:
    """Return the inspection under which two people's decision is recorded; a hold on everything has none of its own.

    Raises:
        Refusal: there is no inspection yet, and so nothing to hold.
    """
    refs = sorted(set(covers) - {EVERYTHING})
    if refs:
        return refs[0]
    with transaction() as session:
        first = session.exec(select(Inspection.ref).order_by(Inspection.ref)).first()
    if first is None:
        raise Refusal("There is no inspection yet, so there is nothing that could be held.")
    return first
