"""The calendar as people see it: a month and a week of the inspections that are theirs, with clashes in words."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models import words as models_words
from models.areas import areas
from models.roles import Role
from models.tables import Inspection, Person, TimetableStep
from models.timetable import timetable
from tasks.ground.database import transaction
from tasks.ledger.themes import theme_of
from tasks.people.persons import give_role
from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of
from tests.tasks.people import correspondence

pytestmark = pytest.mark.parts


@pytest.fixture
def manager(portal: str, reading: str) -> Iterator[Driver]:  # noqa: ARG001 - there is an inspection
    """Return a programme manager who is signed in."""
    with manager_of(portal) as driver:
        yield driver


def beside(reading: str) -> str:
    """Keep another inspection, announced a day later, and let both be real; return its reference."""
    slough = next(each for each in areas().values() if each.name == "Slough")
    with transaction() as session:
        first = session.get_one(Inspection, reading)
        first.rehearsal, first.clock_shift_seconds = False, 0
        ref, announced = "slough-by-day", first.announced + timedelta(days=1)
        own = first.model_dump() | {"ref": ref, "area_gss": slough.gss, "area_name": "Slough", "announced": announced}
        session.add(Inspection(**own))
        session.flush()
        for position, step in enumerate(timetable(theme_of(first), announced)):
            facts: dict[str, Any] = {
                "inspection": ref,
                "step": step.step,
                "position": position,
                "day": step.date,
                "label": step.label,
            }
            session.add(TimetableStep(**facts, working_day=step.working_day, explain=step.explain))
    return ref


def start_of_fieldwork(ref: str) -> TimetableStep:
    with transaction() as session:
        return session.get_one(TimetableStep, (ref, "fieldwork_start"))


def test_a_month_shows_each_step_of_it_and_leads_to_its_weeks(manager: Driver, reading: str) -> None:
    with transaction() as session:
        steps = session.exec(select(TimetableStep).where(TimetableStep.inspection == reading)).all()
    first = start_of_fieldwork(reading).day
    shown = manager.get(f"/calendar?month={first:%Y-%m}")
    text = words(shown)
    within = {step.label for step in steps if (step.day.year, step.day.month) == (first.year, first.month)}
    assert [label for label in within - {"Fieldwork starts", "Fieldwork ends"} if f"{label}:" not in text] == []
    assert "Fieldwork: Reading (rehearsal)" in text
    assert f"/calendar?week={first.isoformat()}#d{first.isoformat()}" in shown.text
    week = words(manager.get(f"/calendar?week={first.isoformat()}"))
    assert "Reading (rehearsal), day 1 of 5" in week
    assert models_words.short_weekday(first) in week
    assert 'href="/calendar"' in manager.get("/home").text
    assert 'href="/calendar"' in manager.get("/desk").text


def test_a_clash_says_its_days_areas_and_who_is_in_both_teams(manager: Driver, reading: str) -> None:
    first = start_of_fieldwork(reading).day
    other = beside(reading)
    month = f"/calendar?month={first:%Y-%m}"
    assert "Nobody is in more than one team that is on site on the same day." in words(manager.get(month))
    twice = correspondence.person("Kim Hart", "kim@example.gov.uk", Role.INSPECTOR, inspection=reading)
    with transaction() as session:
        kim = session.get_one(Person, twice)
        give_role(session, kim, Role.INSPECTOR, inspection=other, by="test", from_day=date(2020, 1, 1))
    assert "Kim Hart is in the teams of Reading and Slough" in words(manager.get(month))
    alone = words(manager.get(f"{month}&which=real"))
    assert "Reading and Slough" in alone


def test_an_inspector_sees_the_days_of_their_own_inspections_alone(inspector: Driver, reading: str) -> None:
    beside(reading)
    first = start_of_fieldwork(reading).day
    text = words(inspector.get(f"/calendar?month={first:%Y-%m}"))
    assert "Fieldwork: Reading" in text
    assert "Slough" not in text


@pytest.mark.parametrize("asked", ["", "?month=2025-13", "?week=x", "?month=0001-01", "?month=9999-12"])
def test_whatever_is_asked_for_a_month_is_shown(manager: Driver, asked: str) -> None:
    answer = manager.get(f"/calendar{asked}")
    assert answer.status_code == 200
    assert "Calendar: " in words(answer)


def test_where_nothing_is_dated_the_nearest_dates_are_linked(manager: Driver, reading: str) -> None:
    shown = manager.get("/calendar?month=2020-02")
    assert "Nothing is dated in February 2020." in words(shown)
    with transaction() as session:
        days = session.exec(select(col(TimetableStep.day)).where(TimetableStep.inspection == reading)).all()
    assert f'href="/calendar?month={min(days):%Y-%m}"' in shown.text
