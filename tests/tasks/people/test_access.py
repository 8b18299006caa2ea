"""Access ends when its reason ends: roles by day, ended roles, ended inspections; one place that every door asks."""

from datetime import timedelta
from typing import Any

import pytest

from models.england import world_today
from models.lifecycle import ENDED, Stage
from models.roles import AGENCY_ROLES, PROGRAMME_ROLES, Act, Role, lets_in
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.inspection.ending import Ending, EndReason, end
from tasks.people.access import Door, door_for, doors_of
from tasks.people.persons import (
    Entered,
    PersonError,
    add_person,
    contacts,
    end_role,
    give_role,
    members,
    person_of,
    programme,
)
from tests.tasks.registered import BY, with_role

pytestmark = pytest.mark.parts
TODAY = world_today()


@pytest.mark.parametrize("stage", list(Stage))
def test_l15_an_ended_inspection_lets_in_the_programme_alone(stage: Stage) -> None:
    for role in Role:
        assert lets_in(role, stage) is (stage not in ENDED or role in PROGRAMME_ROLES)


def test_a_role_counts_from_its_day_until_its_day(reading: str) -> None:
    with transaction() as session:
        person = members(session, reading, Role.LEAD)[0][1]
        give_role(session, person, Role.INSPECTOR, by=BY, inspection=reading, from_day=TODAY + timedelta(days=1))
        over = TODAY - timedelta(days=1)
        give_role(session, person, Role.MANAGER, by=BY, from_day=over - timedelta(days=9), until_day=over)
        assert [door.role for door in doors_of(session, person.id, utc_now())] == [Role.LEAD]
        roles = {door.role for door in doors_of(session, person.id, utc_now() + timedelta(days=2))}
        assert roles == {Role.LEAD, Role.INSPECTOR}


@pytest.mark.parametrize(("begins", "ends", "has"), [(0, 0, True), (1, None, False), (-9, -1, False), (-9, None, True)])
def test_l15_nobody_is_written_to_before_their_role_begins_or_after_it_is_over(
    reading: str, begins: int, ends: int | None, has: bool
) -> None:
    days = TODAY + timedelta(days=begins), None if ends is None else TODAY + timedelta(days=ends)
    agency = f"{reading}/police"
    with transaction() as session:
        person = add_person(session, Entered("Nia New", address="nia@example.com"), by=BY)
        given: dict[str, Any] = {"by": BY, "from_day": days[0], "until_day": days[1]}
        give_role(session, person, Role.OVERSIGHT, **given)
        give_role(session, person, Role.OFFICER, inspection=reading, agency_id=agency, **given)
        found = [
            *programme(session, Role.OVERSIGHT),
            *contacts(session, agency),
            *(one for _, one in members(session, reading, Role.OFFICER)),
        ]
        assert [one.id for one in found] == [person.id] * 3 * has
        assert len(doors_of(session, person.id, utc_now())) == 2 * has


def test_nobody_assures_a_team_in_which_they_will_be(reading: str) -> None:
    with transaction() as session:
        person = add_person(session, Entered("Nia New", address="nia@example.com"), by=BY)
        later = TODAY + timedelta(days=7)
        give_role(session, person, Role.INSPECTOR, by=BY, inspection=reading, from_day=later)
        with pytest.raises(PersonError, match="cannot be a member of the same team"):
            give_role(session, person, Role.ASSURER, by=BY, inspection=reading, from_day=TODAY)


def test_l15_an_ended_role_lets_in_no_more(reading: str) -> None:
    with transaction() as session:
        membership, person = members(session, reading, Role.LEAD)[0]
        end_role(session, membership.id, by=BY)
        assert doors_of(session, person.id, utc_now()) == ()


def test_l15_a_cancelled_inspection_closes_its_doors_and_no_other(reading: str) -> None:
    manager = with_role("Mia Manager", Role.MANAGER)
    with transaction() as session:
        lead = members(session, reading, Role.LEAD)[0][1].id
    end(reading, Ending.CANCEL, EndReason.AREA_ASKED, by="S Patel")
    with transaction() as session:
        assert doors_of(session, lead, utc_now()) == ()
        assert [door.role for door in doors_of(session, manager, utc_now())] == [Role.MANAGER]
        assert person_of(session, lead).ended_at is None


def test_a_role_in_one_inspection_reaches_no_other() -> None:
    doors = (Door("M-1", Role.INSPECTOR, "a"), Door("M-2", Role.OFFICER, "b", "b/police"), Door("M-3", Role.OVERSIGHT))
    assert door_for(doors, Act.SEE_CHILDREN, "a") == doors[0]
    assert door_for(doors, Act.SEE_CHILDREN, "b") is None
    assert door_for(doors, Act.SEE_INSPECTION, "b") == doors[2]
    assert door_for(doors, Act.ANSWER_REQUESTS, "a") is None
    assert all(door_for((Door("M", role, "a"),), Act.SEE_INSPECTION, "a") is None for role in AGENCY_ROLES)
