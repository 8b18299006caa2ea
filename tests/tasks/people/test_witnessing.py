"""Each inspectorate is asked once after each thing that binds; the page of the record is in `test_record.py`."""

from datetime import date

import pytest
from sqlmodel import Session, col, select

from models.lifecycle import Stage
from models.roles import Role
from models.states import OrganisationKind
from models.tables import Anchor, Inspection, Person
from tasks.ground.database import transaction
from tasks.ledger.anchors import anchor
from tasks.ledger.audit import append
from tasks.people.notices import words_of
from tasks.people.organisations import add_organisation
from tasks.people.persons import Entered, add_person, give_role
from tasks.people.witnessing import ask_to_witness, countersign
from tests.tasks.steps import notices

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("own_bucket")]

BODIES = ("Ofsted", "CQC")


@pytest.fixture
def team(reading: str) -> dict[str, str]:
    """Give an inspection that is no rehearsal two inspectors of each of two inspectorates; return the first of each."""
    first: dict[str, str] = {}
    with transaction() as session:
        session.get_one(Inspection, reading).rehearsal = False
        for body in BODIES:
            own = add_organisation(session, OrganisationKind.INSPECTORATE, f"{body} (test)", by="test")
            for name in ("Ada", "Ben"):
                person = add_person(session, Entered(f"{name} of {body}", organisation=own.id), by="test")
                give_role(session, person, Role.INSPECTOR, by="test", from_day=date(2020, 1, 1), inspection=reading)
                first.setdefault(f"{body} (test)", person.id)
    return first


def asked(ref: str, stage: Stage) -> list[str]:
    """Anchor what has come since, at a stage, and ask; return who was asked of the inspectorates of the test."""
    with transaction() as session:
        session.get_one(Inspection, ref).stage = stage
        append(session, ref, actor="test", action="test.done", subject=ref, facts={})
    anchor(ref)
    with transaction() as session:
        return [body for body in ask_to_witness(session, ref, newest(session, ref)) if body.endswith("(test)")]


def newest(session: Session, ref: str) -> int:
    query = select(Anchor.number).where(Anchor.inspection == ref).order_by(col(Anchor.number).desc())
    return int(session.exec(query).first() or 0)


def test_one_person_of_each_inspectorate_is_asked_once_after_each_thing_that_binds(
    reading: str, team: dict[str, str]
) -> None:
    both = sorted(team)
    assert asked(reading, Stage.RETURNS_OPEN) == both
    assert asked(reading, Stage.COHORT_FROZEN) == []
    assert asked(reading, Stage.EVALUATIONS_OPEN) == both
    assert asked(reading, Stage.FIELDWORK) == []
    assert asked(reading, Stage.PUBLISHED) == both
    assert asked(reading, Stage.STATEMENT_DUE) == asked(reading, Stage.CLOSED) == []
    rows = [row for row in notices(reading, "witness") if row.person_id in team.values()]
    assert len(rows) == 3 * len(team)
    with transaction() as session:
        words = words_of(session, next(row for row in rows if row.person_id == team["CQC (test)"]))
        number = newest(session, reading)
    assert "countersign it for CQC (test)" in words.body
    assert number > 0


@pytest.mark.parametrize("stage", [Stage.CANCELLED, Stage.DEFERRED])
def test_nobody_is_asked_once_it_is_off(reading: str, team: dict[str, str], stage: Stage) -> None:
    assert team
    assert asked(reading, stage) == []


def test_who_has_countersigned_the_anchor_is_not_asked(reading: str, team: dict[str, str]) -> None:
    with transaction() as session:
        append(session, reading, actor="test", action="test.done", subject=reading, facts={})
    anchor(reading)
    with transaction() as session:
        number = newest(session, reading)
        person = session.get_one(Person, team["CQC (test)"]).id
    countersign(reading, number, person, by="inspector: test")
    with transaction() as session:
        named = ask_to_witness(session, reading, number)
    assert "Ofsted (test)" in named
    assert "CQC (test)" not in named


def test_nobody_is_asked_in_a_rehearsal(reading: str, team: dict[str, str]) -> None:
    with transaction() as session:
        session.get_one(Inspection, reading).rehearsal = True
    assert team
    assert asked(reading, Stage.RETURNS_OPEN) == []
