"""Forms list what is there now, and what whoever fills them in may decide: no more, and nothing by heart."""

from datetime import date
from pathlib import Path

import pytest

from models.lifecycle import Stage
from models.roles import Role
from models.tables import Inspection
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tasks.inspection.new_theme import begun
from tasks.inspection.theme_checks import usable_themes
from tasks.jobs.second_person import take
from tasks.people.access import Door
from tasks.people.persons import Entered, add_person
from tasks.returns.decisions import RequestReason, waive
from tasks.watch.choices import Choices, choices_for, reference_in
from tests.portal.pages.made_up import set_to
from tests.tasks.steps import announced, moved_to

pytestmark = pytest.mark.parts

MANAGER = (Door("M-1", Role.MANAGER),)
FIRST = "programme manager: P-AAAAAAAA"


def listed(form: str, name: str, doors: tuple[Door, ...] = MANAGER, person: str = "P-BBBBBBBB") -> list[str]:
    """Return the references that a form lists for a parameter."""
    with transaction() as session:
        choices = choices_for(session, form, person, doors)
    return [reference_in(choice) for choice in choices.by_parameter.get(name, ())]


def test_a_form_lists_the_inspections_in_which_it_can_do_something(reading: str) -> None:
    assert listed("close-returns", "inspection") == [reading]
    assert listed("publish", "inspection") == []
    assert listed("end-inspection", "inspection") == [reading]
    end(reading, Ending.CANCEL, EndReason.AREA_ASKED, by=FIRST)
    assert listed("end-inspection", "inspection") == []


def test_l11_a_lead_is_offered_their_own_inspections_and_no_others(reading: str) -> None:
    own, other = Door("M-1", Role.LEAD, reading, "", Stage.RETURNS_OPEN), Door("M-2", Role.LEAD, "elsewhere")
    assert listed("extend-request", "request", (own,)) == listed("extend-request", "request")
    assert listed("extend-request", "request", (other,)) == []
    assert listed("end-inspection", "inspection", (own,)) == []


def test_a_request_is_listed_while_the_form_can_do_something_about_it(reading: str) -> None:
    before = listed("waive-request", "request")
    assert f"{reading}-pro-1" in before
    waive(f"{reading}-pro-1", RequestReason.EMERGENCY, by=FIRST)
    assert listed("waive-request", "request") == [each for each in before if each != f"{reading}-pro-1"]
    assert listed("admit-return", "request") == []
    moved_to(reading, Stage.RETURNS_CLOSED, Stage.COHORT_FROZEN)
    assert f"{reading}-pro-1" in listed("admit-return", "request")


def test_l11_a_decision_is_offered_to_whoever_may_answer_it_and_not_to_who_asked(reading: str) -> None:
    asked = take("waive-request", {"request": f"{reading}-pro-1", "reason": "EMERGENCY"}, by=FIRST)
    assert listed("confirm-decision", "proposal") == [asked.proposal]
    assert listed("confirm-decision", "proposal", person="P-AAAAAAAA") == []
    assert listed("confirm-decision", "proposal", (Door("M-3", Role.OVERSIGHT),)) == []


def test_a_team_is_chosen_from_the_people_who_were_entered(reading: str) -> None:  # noqa: ARG001 - made-up people
    with transaction() as session:
        person = add_person(session, Entered("Ines Inspector", "inspector", "ines@example.com"), by="test")
        choices = choices_for(session, "announce-inspection", "P-BBBBBBBB", MANAGER)
    assert choices.by_parameter["lead"] == (f"{person.id} - Ines Inspector, inspector",)


def test_a_clock_is_offered_for_rehearsals_with_the_steps_to_come(reading: str) -> None:
    assert listed("move-clock", "inspection") == [reading]
    with transaction() as session:
        steps = choices_for(session, "move-clock", "P-BBBBBBBB", MANAGER).by_parameter["step"]
    assert steps[0] == f"{reading}/theme_lists_due - Reading, Theme lists due, 5pm on Wednesday 26 February 2025"
    assert listed("move-clock", "inspection", (Door("M-2", Role.LEAD, "elsewhere"),)) == []
    assert listed("move-clock", "step", (Door("M-2", Role.LEAD, "elsewhere"),)) == []
    with transaction() as session:
        row = session.get_one(Inspection, reading)
        row.rehearsal = False
        session.add(row)
    assert listed("move-clock", "inspection") == listed("move-clock", "step") == []


def test_steps_of_several_rehearsals_say_of_which_and_when(reading: str) -> None:
    other = announced("E06000042")
    with transaction() as session:
        steps = choices_for(session, "move-clock", "P-BBBBBBBB", MANAGER).by_parameter["step"]
    firsts = {
        next(step for step in steps if step.startswith(f"{ref}/theme_lists_due - {area}, Theme lists due, 5pm on "))
        for ref, area in ((reading, "Reading"), (other, "Milton Keynes"))
    }
    assert len(firsts) == 2
    assert all(step.partition(" - ")[0].count("/") == 1 for step in steps)


def test_rules_are_those_of_the_returns_that_are_asked_for(reading: str) -> None:  # noqa: ARG001 - there are requests
    rules = listed("waive-rule", "rule")
    assert any(rule.startswith("POL-1.") for rule in rules)
    assert not any(rule.startswith("YJS-1.") for rule in rules)
    assert "FILE.missing_column" in rules


def test_a_link_fills_in_the_line_that_is_listed() -> None:
    choices = Choices({"request": ("reading-pol-1 - Police, overdue",)})
    assert choices.labelled("request", "reading-pol-1") == "reading-pol-1 - Police, overdue"
    assert choices.labelled("request", "reading-pol") == "reading-pol"
    assert choices.labelled("until", date(2025, 3, 3).isoformat()) == "2025-03-03"


def test_the_announcement_lists_the_themes_that_can_be_used_now(reading: str, tmp_path: Path) -> None:  # noqa: ARG001
    assert listed("announce-inspection", "theme") == list(usable_themes())
    with set_to(themes=tmp_path):
        (tmp_path / "neglect-2027.toml").write_text(begun("neglect-2027", "domestic-abuse-2024"))
        (tmp_path / "wrong-2027.toml").write_text("nothing")
        assert "neglect-2027" in listed("announce-inspection", "theme")
        assert "wrong-2027" not in listed("announce-inspection", "theme")
