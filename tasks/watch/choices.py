"""The lists from which people choose in the forms of Prefect: what is there now, and theirs to decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlmodel import Session, col, select

from models.decisions import CONFIRM, EXTEND, FORMS, MOVE_CLOCK, OF_REHEARSALS, WORK, right_for, stages_of
from models.ids import clock_step
from models.lifecycle import ENDED, SETTLED
from models.roles import Act
from models.tables import Agency, Inspection, Person, Request
from models.themes import theme
from models.words import plain, short_moment
from tasks.inspection.rehearsal_clock import steps_ahead
from tasks.inspection.theme_checks import usable_themes
from tasks.jobs.second_person import waiting_of
from tasks.people.access import Door, door_for
from tasks.people.two_people import open_proposals, person_in
from tasks.returns.closing import may_be_admitted

SEPARATOR = " - "
"""Between a reference and the words that say what it is; no reference of ours holds a space."""

_WAIVABLE_LAYOUT = "FILE.missing_column"


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in one form, by parameter: each a reference, or one with its words behind `SEPARATOR`."""

    by_parameter: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def labelled(self, name: str, answer: str) -> str:
        """Return an answer as the form lists it; unchanged where the form does not list it."""
        listed = self.by_parameter.get(name, ())
        return next((choice for choice in listed if reference_in(choice) == answer.strip()), answer)


def reference_in(choice: str) -> str:
    """Return the reference that a chosen line begins with."""
    return choice.partition(SEPARATOR)[0]


def choices_for(session: Session, form: str, person: str, doors: tuple[Door, ...]) -> Choices:
    """Return what a person can choose in a form now.

    Args:
        session: a transaction.
        form: the deployment.
        person: their reference: nobody answers their own decision.
        doors: the roles that let them in now.
    """
    if form == CONFIRM:
        return Choices({"proposal": _decisions(session, person, doors)})
    if form == "announce-inspection":
        people = _people(session)
        themes = tuple(f"{name}{SEPARATOR}{theme(name).title}" for name in usable_themes())
        return Choices({"theme": themes, "lead": people, "inspectors": people, "quality_assurer": people})
    act = FORMS.get(form, Act.START_WORK if form in WORK else None)
    inspections = _inspections(session, act, doors) if act else []
    if form in OF_REHEARSALS:
        inspections = [row for row in inspections if row.rehearsal]
    requests = _requests(session, form, inspections)
    rules = {"rule": _rules(_returns_of(session, inspections))} if form == "waive-rule" else {}
    listed = tuple(
        f"{row.ref}{SEPARATOR}{row.area_name}, {plain(row.stage)}"
        for row in inspections
        if row.stage in stages_of(form)
    )
    steps = {"step": _steps(session, inspections)} if form == MOVE_CLOCK else {}
    return Choices({"inspection": listed, "request": requests, **rules, **steps})


def _inspections(session: Session, act: Act, doors: tuple[Door, ...]) -> list[Inspection]:
    query = select(Inspection).where(col(Inspection.stage).not_in(ENDED)).order_by(Inspection.area_name, Inspection.ref)
    return [row for row in session.exec(query) if door_for(doors, act, row.ref)]


def _steps(session: Session, rehearsals: list[Inspection]) -> tuple[str, ...]:
    """Return the steps to come of some rehearsals, each with its rehearsal, its area and its moment."""
    return tuple(
        f"{clock_step(row.ref, each.step)}{SEPARATOR}{row.area_name}, {each.in_words()}"
        for row in rehearsals
        for each in steps_ahead(session, row)
    )


def _requests(session: Session, form: str, inspections: list[Inspection]) -> tuple[str, ...]:
    by_ref = {row.ref: row for row in inspections}
    query = select(Request, Agency.name).join(Agency, col(Agency.id) == Request.agency_id)
    query = query.where(col(Request.inspection).in_(by_ref)).order_by(col(Request.due_at), Request.id)
    return tuple(
        f"{row.id}{SEPARATOR}{agency}, {plain(row.state)}, due {short_moment(row.due_at)}"
        for row, agency in session.exec(query)
        if _can(form, row, by_ref[row.inspection])
    )


def _returns_of(session: Session, inspections: list[Inspection]) -> frozenset[str]:
    query = select(Request.return_code).where(col(Request.inspection).in_([row.ref for row in inspections]))
    return frozenset(session.exec(query))


def _can(form: str, request: Request, inspection: Inspection) -> bool:
    """Return whether a form can do something about a request."""
    if form == "admit-return":
        return may_be_admitted(request, inspection)
    if form == "decide-cohort":
        return request.admitted is not None
    return request.state not in SETTLED if form in {EXTEND, "waive-request"} else True


def _decisions(session: Session, person: str, doors: tuple[Door, ...]) -> tuple[str, ...]:
    theirs = [
        row
        for row in open_proposals(session)
        if person_in(row.asked_by) != person and door_for(doors, right_for(row.act), row.inspection)
    ]
    return tuple(f"{each.id}{SEPARATOR}{each.asks}" for each in waiting_of(session, theirs))


def _people(session: Session) -> tuple[str, ...]:
    """Return who can be in a team: everybody who was entered with an address, and is of no agency."""
    query = select(Person).where(col(Person.ended_at).is_(None), col(Person.made_up).is_(False), Person.address != "")
    return tuple(
        f"{row.id}{SEPARATOR}{row.name}{f', {row.job}' if row.job else ''}"
        for row in session.exec(query.order_by(Person.name, Person.id))
    )


@lru_cache(maxsize=1)
def _all_rules() -> tuple[str, ...]:
    # Imported here: the contracts bring frames, which only this one form needs.
    from validation.across.catalogue import rule_ids

    return tuple(sorted({*rule_ids(), _WAIVABLE_LAYOUT}))


@lru_cache(maxsize=1)
def _codes() -> frozenset[str]:
    from validation.returns import CONTRACTS

    return frozenset(CONTRACTS)


def _rules(returns: frozenset[str]) -> tuple[str, ...]:
    """Return the rules of some returns, and those that hold for several returns."""
    others = _codes() - returns
    return tuple(rule for rule in _all_rules() if rule.partition(".")[0] not in others)
