"""A plan: no fieldwork clashes, no lead inspector has two at once, August and December are spared."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.areas import areas
from models.holidays import bank_holiday
from models.plan import PlanError, PlannedInspection, Span, plan
from models.themes import WEEKDAYS, Theme, theme, theme_ids
from models.timetable import is_working_day, timetable
from tests.examples import examples

GSS = tuple(areas())
THEME = theme("domestic-abuse-2024")
starts = st.dates(date(2016, 1, 1), date(2035, 12, 31))
places = st.lists(st.sampled_from(GSS), max_size=8, unique=True)
teams = st.lists(st.sampled_from(("P-AAAAAAAA", "P-BBBBBBBB", "P-CCCCCCCC")), max_size=3, unique=True)


@st.composite
def others(draw: st.DrawFn) -> list[Span]:
    """Return inspections that are dated already, which may clash with each other."""
    announced = draw(st.lists(st.dates(date(2016, 1, 1), date(2036, 12, 31)), max_size=12))
    lead = st.sampled_from(("", "P-AAAAAAAA", "P-BBBBBBBB"))
    return [Span(day, day + timedelta(days=14), day + timedelta(days=18), draw(lead)) for day in announced]


def days_of(span: Span) -> list[date]:
    return [span.announced + timedelta(days=number) for number in range((span.last - span.announced).days + 1)]


def fieldwork_of(span: Span) -> set[date]:
    return {day for day in days_of(span) if day >= span.first}


@given(st.sampled_from(theme_ids()), places, starts, teams, others())
@examples(150)
def test_laws_of_a_plan(theme_id: str, gss: list[str], start: date, leads: list[str], taken: list[Span]) -> None:
    under = theme(theme_id)
    planned = plan(under, gss, start, leads=leads, taken=taken)
    assert [each.area for each in planned] == gss
    spans = [each.span for each in planned]
    assert [span.announced for span in spans] == sorted(span.announced for span in spans)
    for span in spans:
        days = {step.step: step.date for step in timetable(under, span.announced)}
        assert (span.first, span.last) == (days["fieldwork_start"], days["fieldwork_end"])
        assert span.announced >= start
        assert all(is_working_day(day) for day in (span.announced, span.first, span.last))
        assert WEEKDAYS[span.announced.weekday()] == under.timetable.notification_weekday
        assert not {day.month for day in days_of(span)} & {8, 12}
        assert (span.lead in leads) if leads else span.lead == ""
    pairs = [*combinations(spans, 2), *((span, other) for span in spans for other in taken)]
    for one_span, other in pairs:
        assert not fieldwork_of(one_span) & fieldwork_of(other)
        if one_span.lead and one_span.lead == other.lead:
            assert not set(days_of(one_span)) & set(days_of(other))


@given(places.filter(bool), starts, teams)
@examples(60)
def test_no_announcement_could_be_earlier(gss: list[str], start: date, leads: list[str]) -> None:
    planned = plan(THEME, gss, start, leads=leads)
    before = [each.span for each in planned[:-1]]
    last = planned[-1].span
    for weeks in range(1, (last.announced - start).days // 7 + 1):
        monday = last.announced - timedelta(days=7 * weeks)
        if not is_working_day(monday):
            continue
        days = {step.step: step.date for step in timetable(THEME, monday)}
        tried = [Span(monday, days["fieldwork_start"], days["fieldwork_end"], lead) for lead in leads or [""]]
        assert all(
            {day.month for day in days_of(span)} & {8, 12}
            or any(fieldwork_of(span) & fieldwork_of(other) for other in before)
            or any(
                span.lead and span.lead == other.lead and set(days_of(span)) & set(days_of(other)) for other in before
            )
            or any(monday < other.announced for other in before)
            for span in tried
        )


@given(st.data(), st.sampled_from(theme_ids()), places, starts, others())
@examples(80)
def test_a_team_has_inspectors_of_every_inspectorate_and_nobody_is_at_two_at_once(
    data: st.DataObject, theme_id: str, gss: list[str], start: date, taken: list[Span]
) -> None:
    under = theme(theme_id)
    each = data.draw(st.integers(1, 2))
    inspectors: dict[str, str] = {}
    for at, body in enumerate(under.inspectorates):
        inspectors |= {f"P-{at}{number:07}": body for number in range(data.draw(st.integers(each + 2, 5)))}
    busy = [replace(span, team=(data.draw(st.sampled_from(sorted(inspectors))),)) for span in taken]
    leads = data.draw(st.lists(st.sampled_from((*sorted(inspectors), "P-AAAAAAAA")), max_size=2, unique=True))
    planned = plan(under, gss, start, leads=leads, inspectors=inspectors, each=each, taken=busy)
    spans = [one.span for one in planned]
    for span in spans:
        assert sorted(inspectors[person] for person in span.team) == sorted(under.inspectorates * each)
        assert len(span.people) == len(span.team) + bool(leads)
    for one_span, other in (*combinations(spans, 2), *((span, other) for span in spans for other in busy)):
        if set(days_of(one_span)) & set(days_of(other)):
            assert not one_span.people & other.people


def test_six_areas_of_a_theme_with_two_teams_of_four_inspectorates() -> None:
    inspectors = {f"P-{at}{number:07}": body for at, body in enumerate(THEME.inspectorates) for number in range(2)}
    planned = plan(THEME, GSS[:6], date(2027, 1, 4), leads=("P-AAAAAAAA", "P-BBBBBBBB"), inspectors=inspectors)
    # With two of each, no announcement waits for a team: the days are those without one.
    assert announcements(planned) == announcements(
        plan(THEME, GSS[:6], date(2027, 1, 4), leads=("P-AAAAAAAA", "P-BBBBBBBB"))
    )
    first, second = planned[0].span.team, planned[1].span.team
    assert [inspectors[person] for person in first] == list(THEME.inspectorates)
    assert not set(first) & set(second)
    assert [each.span.team for each in planned] == [first, second] * 3
    # With one of each, every inspection waits until the one before has ended.
    alone = {f"P-{at}0000000": body for at, body in enumerate(THEME.inspectorates)}
    spans = [each.span for each in plan(THEME, GSS[:6], date(2027, 1, 4), inspectors=alone)]
    assert all(before.last < after.announced for before, after in zip(spans, spans[1:], strict=False))


def test_a_team_that_cannot_be_is_said() -> None:
    start, body = date(2027, 1, 4), THEME.inspectorates[0]
    with pytest.raises(PlanError, match="Fire Brigade takes no part in this theme"):
        plan(THEME, GSS[:1], start, inspectors={"P-AAAAAAAA": "Fire Brigade"})
    with pytest.raises(PlanError, match="A team has 2 inspectors of Ofsted, and 1 are given"):
        plan(THEME, GSS[:1], start, inspectors={"P-AAAAAAAA": body}, each=2)


def announcements(planned: tuple[PlannedInspection, ...]) -> list[date]:
    return [each.span.announced for each in planned]


def test_six_areas_of_a_theme_with_two_leads() -> None:
    planned = plan(THEME, GSS[:6], date(2027, 1, 4), leads=("P-AAAAAAAA", "P-BBBBBBBB"))
    assert announcements(planned)[:2] == [date(2027, 1, 4), date(2027, 1, 11)]
    assert [each.span.lead for each in planned] == ["P-AAAAAAAA", "P-BBBBBBBB"] * 3


def test_a_bank_holiday_has_no_announcement() -> None:
    assert bank_holiday(date(2027, 5, 31))
    assert announcements(plan(THEME, GSS[:1], date(2027, 5, 29))) == [date(2027, 6, 7)]


def test_a_notice_longer_than_a_month_steps_over_no_spared_month() -> None:
    (each,) = plan(slow(40), GSS[:1], date(2027, 7, 1))
    assert each.span.announced == date(2027, 9, 6)


def slow(working_days: int) -> Theme:
    """Return the theme with so many working days from the announcement to fieldwork."""
    steps = tuple(
        step.model_copy(update={"working_days": working_days}) if step.step == "fieldwork_start" else step
        for step in THEME.timetable.steps
    )
    return THEME.model_copy(update={"timetable": THEME.timetable.model_copy(update={"steps": steps})})


def test_what_cannot_be_planned_is_said() -> None:
    start = date(2027, 1, 4)
    with pytest.raises(PlanError, match="Name each area once. E06000038 is twice"):
        plan(THEME, ["E06000038", "E06000038"], start)
    with pytest.raises(PlanError, match="Name each lead inspector once"):
        plan(THEME, GSS[:1], start, leads=("P-AAAAAAAA", "P-AAAAAAAA"))
    with pytest.raises(PlanError, match="No week of 3 years fits"):
        plan(slow(160), GSS[:1], start)
    steps = tuple(step for step in THEME.timetable.steps if step.step == "announced")
    dateless = THEME.model_copy(update={"timetable": THEME.timetable.model_copy(update={"steps": steps})})
    with pytest.raises(PlanError, match="dates no fieldwork"):
        plan(dateless, GSS[:1], start)
