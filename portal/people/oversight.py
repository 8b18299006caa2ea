"""Oversight, the data protection officer's page: unusual reading, holds, certificates, breaches; no child's data."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlmodel import col, select

from models.england import ENGLAND
from models.refusals import Mistake, Refusal
from models.retention import CLASS_LABELS
from models.roles import Act
from models.states import BreachKind, BreachOutcome, DestructionState
from models.tables import Breach, Destruction, Inspection
from models.tables.base import utc_now
from portal.pages.forms import Form, clock_of, date_of, text_of
from portal.pages.frame import page, to
from portal.pages.listing import EVERYTHING, ListingColumn, Wanted, arrange, list_file, wanted_in
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
from tasks.oversight.reading import DAYS, unusual_by_inspection
from tasks.oversight.unusual import RULE_LABELS, Unusual
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


@router.post("/list")
def some(request: Request, _: Officer, form: Form) -> Response:
    """Show or download what is wanted of one of the lists."""
    return _show(request, name=text_of(form, "list"), wanted=wanted_in(form))


def _breach_state(row: Breach) -> str:
    if row.outcome:
        return OUTCOMES[row.outcome]
    return "Overdue" if row.due_at <= utc_now() else "Needs a decision"


_BREACHES: tuple[ListingColumn[Breach], ...] = (
    ListingColumn("id", "Breach", lambda row: row.id),
    ListingColumn("kind", "What happened", lambda row: KINDS[row.kind], chosen=True),
    ListingColumn("state", "State", _breach_state, chosen=True),
    ListingColumn("people", "People at most", lambda row: row.people),
    ListingColumn("high_risk", "High risk", lambda row: row.high_risk, chosen=True),
    ListingColumn("known", "Known since", lambda row: row.known_at),
    ListingColumn("due", "Report by", lambda row: row.due_at),
    ListingColumn("inspection", "Inspection", lambda row: row.inspection, chosen=True),
    ListingColumn("decided", "Recorded", lambda row: row.decided_at),
    ListingColumn("by", "Recorded by", lambda row: row.decided_by, person=True),
    ListingColumn("told", "People told", lambda row: row.people_told_at),
)
_UNUSUAL: tuple[ListingColumn[tuple[Inspection, Unusual]], ...] = (
    ListingColumn("day", "Day", lambda row: row[1].day),
    ListingColumn("inspection", "Inspection", lambda row: row[0].area_name, chosen=True),
    ListingColumn("by", "By", lambda row: row[1].by, chosen=True, person=True),
    ListingColumn("rule", "Rule", lambda row: RULE_LABELS[row[1].rule], chosen=True),
    ListingColumn("number", "Opened", lambda row: row[1].number),
    ListingColumn("first", "First click", lambda row: row[1].first[:12]),
)
_RECORDS: tuple[ListingColumn[Inspection], ...] = (
    ListingColumn("area", "Area", lambda row: row.area_name),
    ListingColumn("inspection", "Inspection", lambda row: row.ref),
    ListingColumn("theme", "Theme", lambda row: row.theme_id, chosen=True),
    ListingColumn("announced", "Announced", lambda row: row.announced),
)
_CERTIFICATES: tuple[ListingColumn[Destruction], ...] = (
    ListingColumn("id", "Certificate", lambda row: row.id),
    ListingColumn("class", "What was destroyed", lambda row: CLASS_LABELS[row.record_class], chosen=True),
    ListingColumn("inspection", "Inspection", lambda row: row.inspection, chosen=True),
    ListingColumn("done", "When", lambda row: row.done_at),
)
_TITLES = {
    "breaches": "Breaches of personal data",
    "unusual": "Unusual reading",
    "records": "Records by inspection",
    "certificates": "Certificates",
}
"""What the file of each list is called."""


def _show(
    request: Request,
    mistakes: tuple[Mistake, ...] = (),
    given: dict[str, str] | None = None,
    name: str = "",
    wanted: Wanted = EVERYTHING,
) -> Response:
    since = (utc_now().astimezone(ENGLAND) - timedelta(days=DAYS)).date()
    with transaction() as session:
        inspections = sorted(session.exec(select(Inspection)).all(), key=lambda row: row.ref)
        done = select(Destruction).where(Destruction.state == DestructionState.DONE)
        facts: dict[str, Any] = {
            "inspections": inspections,
            "holds": len(open_holds(session)),
            "persons": open_requests(requests(session)),
        }
        by_inspection = unusual_by_inspection(session, since)
        unusual = [(row, each) for row in inspections for each in by_inspection.get(row.ref, ())]
        destroyed = session.exec(done.order_by(col(Destruction.done_at).desc())).all()
        lists: tuple[tuple[str, Sequence[Any], tuple[ListingColumn[Any], ...]], ...] = (
            ("breaches", breaches(session), _BREACHES),
            ("unusual", unusual, _UNUSUAL),
            ("records", inspections, _RECORDS),
            ("certificates", destroyed, _CERTIFICATES),
        )
    for each, rows, columns in lists:
        facts[each] = listing = arrange(rows, columns, wanted if each == name else EVERYTHING)
        if listing.wanted.download:
            return list_file(_TITLES[each], listing, columns)
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
    # Eight digits at most, which fit the column; no breach is of more people.
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
