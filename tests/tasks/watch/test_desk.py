"""The manager's desk: the same number of queries for any number of inspections, and every clash of fieldwork."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.areas import areas
from models.lifecycle import Stage
from models.tables import Inspection, TimetableStep
from models.themes import theme
from models.timetable import add_working_days, timetable
from tasks.ground.database import transaction
from tasks.watch.agency_counts import agency_counts
from tasks.watch.desk import DeskRow, clashes, dated_spans, desk
from tests.examples import examples
from tests.tasks.counting import statements


def row(area: str, first: date, days: int, stage: Stage = Stage.RETURNS_OPEN) -> DeskRow:
    fieldwork = (first, first + timedelta(days=days))
    return DeskRow(area, area, "t", stage, False, "", None, "", 0, 0, 0, 0, 0, 0, first - timedelta(days=14), fieldwork)


_ROWS = st.lists(
    st.builds(
        lambda at, days, number: row(f"A{number}", date(2025, 1, 6) + timedelta(days=at), days),
        st.integers(0, 60),
        st.integers(0, 10),
        st.integers(0, 99),
    ),
    max_size=12,
)


@given(_ROWS)
@examples(100)
def test_a_clash_is_told_of_each_pair_that_shares_a_day_and_of_no_other(rows: list[DeskRow]) -> None:
    windows = [each.fieldwork for each in rows if each.fieldwork]
    pairs = [(a, b) for at, a in enumerate(windows) for b in windows[at + 1 :] if a[0] <= b[1] and b[0] <= a[1]]
    assert len(clashes(rows)) == len(pairs)
    assert all(clash.first <= clash.last for clash in clashes(rows))


def test_what_has_ended_or_is_paused_clashes_with_nothing() -> None:
    day = date(2025, 3, 10)
    for stage in (Stage.CLOSED, Stage.CANCELLED, Stage.DEFERRED):
        assert clashes([row("A", day, 4), row("B", day, 4, stage)]) == []
        assert [span.first for span in dated_spans([row("A", day, 4), row("B", day, 4, stage)])] == [day]
    assert dated_spans([replace(row("A", day, 4), rehearsal=True), replace(row("A", day, 4), fieldwork=None)]) == []


def keep(number: int) -> None:
    """Keep so many inspections, each with its timetable."""
    theme_ = theme("domestic-abuse-2024")
    with transaction() as session:
        for at, place in enumerate(list(areas().values())[:number]):
            announced = add_working_days(date(2027, 1, 4), at)
            session.add(
                Inspection(
                    ref=f"area-{at:03}",
                    area_gss=place.gss,
                    area_name=place.name,
                    theme_id=theme_.id,
                    theme_version=1,
                    announced=announced,
                    seed_digest="0" * 64,
                )
            )
            session.flush()
            for position, step in enumerate(timetable(theme_, announced)):
                session.add(
                    TimetableStep(
                        inspection=f"area-{at:03}",
                        step=step.step,
                        position=position,
                        day=step.date,
                        label=step.label,
                        working_day=step.working_day,
                        explain=step.explain,
                    )
                )


def queries() -> tuple[int, int]:
    """Return how many inspections the desk shows, and how many queries it took."""
    with transaction() as session, statements(session) as sent:
        rows = desk(session)
        agency_counts(session, {row.ref for row in rows})
    return len(rows), len(sent)


@pytest.mark.parts
@pytest.mark.parametrize("number", [12, 153])
def test_the_desk_costs_the_same_number_of_queries_at_any_size(ledger: None, number: int) -> None:  # noqa: ARG001
    keep(number)
    assert queries() == (number, 12)
