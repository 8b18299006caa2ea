"""Oversight, the data protection officer's page: unusual reading, holds, certificates, breaches; no child's data."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import col, select

from models.england import ENGLAND
from models.refusals import Mistake, Refusal
from models.retention import CLASS_LABELS
from models.roles import Act
from models.states import BreachKind, BreachOutcome, DestructionState
from models.tables import Destruction, Inspection
from models.tables.base import utc_now
from portal.pages.forms import Form, clock_of, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.session import NotTheirsError, acting, programme_who_may
from tasks.ground.database import transaction
from tasks.oversight.breaches import (
    KINDS,
    OUTCOMES,
    BreachFacts,
    NoBreachError,
    breach_of,
    breaches,
    decide_breach,
    record_breach,
    record_people_told,
)
from tasks.oversight.reading import DAYS, unusual_of
from tasks.oversight.unusual import RULE_LABELS
from tasks.people.sessions import SignedIn
from tasks.persons_requests.recording import days_left, open_requests, requests, today
from tasks.retention.legal_holds import open_holds

router = APIRouter(prefix="/oversight")

Officer = Annotated[SignedIn, Depends(programme_who_may(Act.OVERSEE_DATA))]
"""Oversees how data about children is read, kept and destroyed, and sees none of it."""
_FIELDS = ("kind", "people", "inspection", "high_risk", "known-day", "known-month", "known-year", "known-time")


@router.get("")
def show(request: Request, _: Officer) -> Response:
    """Show what is unusual, what is held, what was destroyed, and the breaches with their deadlines."""
    return _show(request)


def _show(request: Request, mistakes: tuple[Mistake, ...] = (), given: dict[str, str] | None = None) -> Response:
    since = (utc_now().astimezone(ENGLAND) - timedelta(days=DAYS)).date()
    with transaction() as session:
        inspections = sorted(session.exec(select(Inspection)).all(), key=lambda row: row.ref)
        done = select(Destruction).where(Destruction.state == DestructionState.DONE)
        facts: dict[str, Any] = {
            "inspections": inspections,
            "unusual": [(row, each) for row in inspections for each in unusual_of(session, row.ref, since)],
            "holds": len(open_holds(session)),
            "destroyed": session.exec(done.order_by(col(Destruction.done_at).desc())).all(),
            "breaches": breaches(session),
            "persons": open_requests(requests(session)),
        }
    facts |= {"rules": RULE_LABELS, "labels": CLASS_LABELS, "kinds": KINDS, "outcomes": OUTCOMES, "days": DAYS}
    facts |= {
        "given": given or {},
        "now": utc_now(),
        "left": days_left(facts["persons"][0], today()) if facts["persons"] else None,
        "all_kinds": list(BreachKind),
        "all_outcomes": list(BreachOutcome),
    }
    status = 422 if mistakes else 200
    return page(request, "oversight", "Oversight", status=status, mistakes=mistakes, back="/home", **facts)


@router.post("/breaches")
def record(request: Request, visitor: Officer, form: Form) -> Response:
    """Record a breach, which starts its 72 hours."""
    given = {name: text_of(form, name) for name in _FIELDS}
    day, clock = date_of(form, "known"), clock_of(given["known-time"])
    number = given["people"].strip()
    facts = BreachFacts(
        kind=given["kind"],
        people=int(number) if number.isdecimal() and len(number) < 9 else None,
        known_at=datetime.combine(day, clock, ENGLAND) if day and clock else None,
        inspection=given["inspection"],
        high_risk=given["high_risk"] == "yes",
    )
    try:
        identity = record_breach(facts, by=acting(visitor, Act.OVERSEE_DATA))
    except Refusal as refused:
        return _show(request, refused.mistakes, given)
    return to("/oversight", "breach_recorded", identity)


@router.post("/breaches/{breach}")
def decide(request: Request, breach: str, visitor: Officer, form: Form) -> Response:
    """Record what was decided about a breach, or that people were told."""
    with transaction() as session:
        try:
            breach_of(session, breach)
        except NoBreachError:
            raise NotTheirsError from None
    outcome = text_of(form, "outcome")
    try:
        if outcome == "people_told":
            record_people_told(breach, by=acting(visitor, Act.OVERSEE_DATA))
        else:
            decide_breach(breach, outcome, by=acting(visitor, Act.OVERSEE_DATA))
    except Refusal as refused:
        return _show(request, (Mistake(f"outcome-{breach}", refused.sentence),))
    return to("/oversight", "breach_decided", breach)
