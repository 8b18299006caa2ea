"""The calendar of single days: every step on its day, clashes of real fieldwork alone, the same queries at any size."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.england import ENGLAND
from models.lifecycle import RequestState, Stage
from models.roles import Role
from models.tables import Agency, Inspection, Request
from models.timetable import is_working_day
from tasks.ground.database import transaction
from tasks.watch.days import DatedInspection, clashes_in, dated_inspections, days, nearest
from tests.examples import examples
from tests.tasks.counting import statements
from tests.tasks.people import correspondence
from tests.tasks.watch.test_desk import keep

MONDAY = date(2025, 3, 3)


def on_site(area: str, first: date, number: int = 5, people: str = "") -> DatedInspection:
    span = (first + timedelta(days=at) for at in range(30))
    worked = [day for day in span if is_working_day(day)][:number]
    return DatedInspection(area, area, "t", fieldwork=tuple(worked), people=frozenset(people))


_INSPECTIONS = st.lists(
    st.builds(
        lambda at, number, people, area: on_site(area, MONDAY + timedelta(days=at), number, people),
        st.integers(0, 40),
        st.integers(1, 12),
        st.text("ABC", max_size=3),
        st.integers(0, 9999).map(str),
    ),
    max_size=8,
    unique_by=lambda each: each.area,
)


@given(_INSPECTIONS)
@examples(100)
def test_a_day_has_a_clash_where_two_are_on_site_and_names_who_is_in_both(inspections: list[DatedInspection]) -> None:
    for day in days(inspections, MONDAY, MONDAY + timedelta(days=70)):
        there = [each for each in inspections if day.day in each.fieldwork]
        assert {each.area for each, _, _ in day.fieldwork} == {each.area for each in there}
        assert len([clash for clash in day.clashes if not clash.person]) == (len(there) > 1)
        twice = {person for one, other in combinations(there, 2) for person in one.people & other.people}
        assert {clash.person for clash in day.clashes if clash.person} == twice


@given(_INSPECTIONS)
@examples(100)
def test_clashes_cover_the_days_that_clash_and_no_other(inspections: list[DatedInspection]) -> None:
    every = days(inspections, MONDAY, MONDAY + timedelta(days=70))
    listed = [
        (clash.first + timedelta(days=at), clash.person, *(each.area for each in clash.inspections))
        for clash in clashes_in(every)
        for at in range((clash.last - clash.first).days + 1)
        if is_working_day(clash.first + timedelta(days=at))
    ]
    there = [
        (day.day, clash.person, *(each.area for each in clash.inspections)) for day in every for clash in day.clashes
    ]
    assert sorted(listed) == sorted(there)


def test_a_clash_goes_on_over_a_weekend() -> None:
    friday = MONDAY + timedelta(days=4)
    both = [on_site("A", MONDAY, 7), on_site("B", friday, 3)]
    (clash,) = clashes_in(days(both, MONDAY, MONDAY + timedelta(days=13)))
    assert (clash.first, clash.last) == (friday, friday + timedelta(days=4))


def test_what_is_made_up_or_deferred_clashes_with_nothing() -> None:
    for other in (replace(on_site("B", MONDAY), rehearsal=True), replace(on_site("B", MONDAY), deferred=True)):
        assert clashes_in(days([on_site("A", MONDAY), other], MONDAY, MONDAY)) == []
    (day,) = days([replace(on_site("B", MONDAY), deferred=True)], MONDAY, MONDAY)
    assert day.is_empty


def test_a_day_says_its_bank_holiday_and_which_day_of_fieldwork_it_is() -> None:
    good_friday, tuesday = date(2025, 4, 18), date(2025, 4, 22)
    first, *_, last = days([on_site("A", date(2025, 4, 16))], good_friday, tuesday)
    assert (first.holiday, first.fieldwork) == ("Good Friday", ())
    assert [(number, total) for _, number, total in last.fieldwork] == [(3, 5)]


def test_the_nearest_days_with_anything_are_found_on_both_sides() -> None:
    two = [on_site("A", MONDAY), on_site("B", MONDAY + timedelta(days=70))]
    april = date(2025, 4, 1), date(2025, 4, 30)
    assert nearest(two, *april) == (MONDAY + timedelta(days=4), MONDAY + timedelta(days=70))
    assert nearest([], *april) == (None, None)


@pytest.mark.parts
def test_what_is_owed_stands_on_its_day_and_who_is_of_the_team(ledger: None) -> None:  # noqa: ARG001
    keep(1)
    due = datetime(2027, 1, 6, 17, tzinfo=ENGLAND)
    with transaction() as session:
        session.add(
            Agency(id="area-000/police", inspection="area-000", kind="police", name="P", mailbox="p@example.org")
        )
        session.flush()
        for number, state in enumerate((RequestState.ISSUED, RequestState.REJECTED, RequestState.WAIVED)):
            session.add(
                Request(
                    id=f"r{number}", inspection="area-000", agency_id="area-000/police", return_code=f"POL-{number}",
                    step="x", due_at=due, state=state,
                )
            )  # fmt: skip
    lead = correspondence.person("Alex Lee", "alex@example.gov.uk", Role.LEAD, inspection="area-000")
    with transaction() as session:
        (inspection,) = dated_inspections(session, None)
        assert dated_inspections(session, {"another"}) == []
    assert inspection.due == {due.date(): "2 returns owed"}
    assert inspection.people == {lead}
    assert len(inspection.fieldwork) == 5
    assert "Fieldwork starts" not in {label for _, label in inspection.steps}
    with transaction() as session:
        session.get_one(Inspection, "area-000").stage = Stage.CLOSED
    with transaction() as session:
        assert dated_inspections(session, None) == []


@pytest.mark.parts
@pytest.mark.parametrize("number", [12, 153])
def test_the_calendar_costs_the_same_number_of_queries_at_any_size(ledger: None, number: int) -> None:  # noqa: ARG001
    keep(number)
    with transaction() as session, statements(session) as sent:
        inspections = dated_inspections(session, None)
    assert (len(inspections), len(sent)) == (number, 5)
