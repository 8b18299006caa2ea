"""A person's first page: the next step is one that is still to come."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.england import world_today
from models.lifecycle import Stage
from models.roles import Role
from models.tables import Inspection, TimetableStep
from portal.people.happened import happened
from portal.people.home import rows_for
from tasks.ground.database import transaction
from tasks.inspection.days import upcoming
from tasks.inspection.new_theme import begun
from tasks.people.access import Door
from tests.portal.driving import words
from tests.portal.pages.made_up import set_to
from tests.portal.people.test_register import manager_of
from tests.tasks.counting import statements
from tests.tasks.watch.test_desk import keep

TODAY = world_today()


def inspection(stage: Stage, **more: Any) -> Inspection:
    return Inspection(
        ref="reading-x",
        area_gss="E06000038",
        area_name="Reading",
        theme_id="domestic-abuse-2024",
        theme_version=1,
        announced=TODAY,
        seed_digest="",
        stage=stage,
        **more,
    )


def step(name: str, day: date) -> TimetableStep:
    return TimetableStep(inspection="reading-x", step=name, position=0, label=name, day=day, working_day=1, explain="")


TOMORROW = TODAY + timedelta(days=1)
STEPS = [step("announced", TODAY), step("fieldwork_start", TOMORROW), step("publication", TOMORROW + timedelta(days=1))]


@pytest.mark.parametrize(
    ("stage", "next_step"),
    [
        (Stage.ANNOUNCED, "fieldwork_start"),
        (Stage.EVALUATIONS_OPEN, "fieldwork_start"),
        # Its day is today or later, and it is done.
        (Stage.FIELDWORK, "publication"),
        (Stage.PRE_PUBLICATION, "publication"),
    ],
)
def test_the_step_at_which_an_inspection_stands_is_not_its_next(stage: Stage, next_step: str) -> None:
    assert upcoming(STEPS, inspection(stage))[0][1] == next_step


def test_what_is_published_has_no_next_step_left() -> None:
    assert upcoming(STEPS, inspection(Stage.STATEMENT_DUE)) == []


def test_a_pause_leaves_the_next_step_as_it_was() -> None:
    paused = inspection(Stage.DEFERRED, paused_from=Stage.FIELDWORK)
    assert [label for _, label in upcoming(STEPS, paused)] == ["publication"]


def test_a_step_of_today_is_over_at_its_deadline_and_not_before() -> None:
    morning, evening = (inspection(Stage.RETURNS_OPEN, clock_shift_seconds=0) for _ in range(2))
    days = [step("theme_lists_due", morning.today())]
    to_midnight = int(morning.now().timestamp()) % 86400
    morning.clock_shift_seconds, evening.clock_shift_seconds = 8 * 3600 - to_midnight, 20 * 3600 - to_midnight
    days = [step("theme_lists_due", morning.today())]
    assert [label for _, label in upcoming(days, morning)] == ["theme_lists_due"]
    assert upcoming([step("theme_lists_due", evening.today())], evening) == []


def test_a_deadline_of_returns_is_over_once_they_are_closed_whatever_the_theme_calls_it(tmp_path: Path) -> None:
    text = begun("neglect-2027", "domestic-abuse-2024").replace("theme_lists_due", "first_lists")
    (tmp_path / "neglect-2027.toml").write_text(text)
    days = [step("first_lists", TOMORROW), step("fieldwork_start", TOMORROW + timedelta(days=1))]
    with set_to(themes=tmp_path):
        opened, closed = (inspection(stage) for stage in (Stage.RETURNS_OPEN, Stage.RETURNS_CLOSED))
        opened.theme_id = closed.theme_id = "neglect-2027"
        assert [label for _, label in upcoming(days, opened)] == ["first_lists", "fieldwork_start"]
        assert [label for _, label in upcoming(days, closed)] == ["fieldwork_start"]


@pytest.mark.parts
def test_a_long_first_page_has_what_waits_first_and_is_searched(portal: str, reading: str) -> None:
    with transaction() as session:
        # Otherwise the area would have a second inspection of this theme.
        session.get_one(Inspection, reading).area_gss = "E00000000"
    keep(60)
    with transaction() as session:
        latest = session.get_one(Inspection, "area-059")
        latest.stage, name = Stage.SAMPLE_PROPOSED, latest.area_name
    with manager_of(portal) as manager:
        shown = manager.get("/home")
        assert re.findall(r'href="/inspections/([^"/]+)"', shown.text)[0] == "area-059"
        assert "61 inspections. Page 1 of 2." in words(shown)
        assert "You are a programme manager." in words(shown)
        narrowed = manager.post("/home/list", page="/home", words=name)
        listed = narrowed.text.partition("What happened of late")[0]
        assert set(re.findall(r'href="/inspections/([^"/]+)"', listed)) == {"area-059"}
        assert "No inspection matches." in words(manager.post("/home/list", page="/home", words="Atlantis"))
        table = manager.post("/home/list", page="/home", download="csv").text.splitlines()
        assert (len(table), table[1].rpartition(",")[2]) == (62, "Yes")


@pytest.mark.parts
def test_whoever_runs_the_service_is_shown_no_inspection(reading: str) -> None:
    doors = [Door("m", Role.OPERATOR)]
    with transaction() as session:
        assert rows_for(session, doors, "P-AAAAAAAA") == []
        assert happened(session, doors, [reading]) == []


@pytest.mark.parts
@pytest.mark.parametrize("number", [12, 153])
def test_a_managers_page_costs_the_same_number_of_queries_at_any_size(ledger: None, number: int) -> None:  # noqa: ARG001
    keep(number)
    with transaction() as session, statements(session) as sent:
        rows = rows_for(session, [Door("m", Role.MANAGER)], "P-AAAAAAAA")
    assert (len(rows), len(sent)) == (number, 16)
