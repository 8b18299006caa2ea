"""Reading is unusual by plain rules: many on a day, outside hours, in a role without that work; in any order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.oversight.unusual import ABOUT_CHILDREN, MANY, RULE_LABELS, Reading, UnusualReading, unusual

LEAD, MANAGER = "lead_inspector: P-AAAAAAAA", "manager: P-BBBBBBBB"
MONDAY_NOON = datetime(2025, 2, 24, 12, tzinfo=UTC)


def reading(subject: str = "T1", by: str = LEAD, at: datetime = MONDAY_NOON, action: str = "child.read") -> Reading:
    return Reading(by, action, subject, at, f"trace-{subject}")


def test_a_usual_day_is_not_told() -> None:
    assert unusual([reading(f"T{number}") for number in range(MANY - 1)]) == ()
    # The same child again and again is one child.
    assert unusual([reading("T1") for _ in range(MANY * 2)]) == ()


def test_many_children_on_one_day_are() -> None:
    (found,) = unusual([reading(f"T{number}") for number in range(MANY)])
    assert (found.rule, found.number, found.by, found.day) == (UnusualReading.MANY, MANY, LEAD, date(2025, 2, 24))
    spread = [reading(f"T{number}", at=MONDAY_NOON + timedelta(days=number % 2)) for number in range(MANY)]
    assert unusual(spread) == ()


@pytest.mark.parametrize(
    ("at", "is_told"),
    [
        (datetime(2025, 2, 24, 6, 59, tzinfo=UTC), True),
        (datetime(2025, 2, 24, 7, 0, tzinfo=UTC), False),
        (datetime(2025, 2, 24, 19, 59, tzinfo=UTC), False),
        (datetime(2025, 2, 24, 20, 0, tzinfo=UTC), True),
        (datetime(2025, 2, 22, 12, 0, tzinfo=UTC), True),
        (datetime(2025, 12, 25, 12, 0, tzinfo=UTC), True),
        # By the clock in England: in summer 6.30 in UTC is half past seven.
        (datetime(2025, 7, 1, 6, 30, tzinfo=UTC), False),
        (datetime(2025, 7, 1, 19, 30, tzinfo=UTC), True),
    ],
)
def test_hours_are_those_of_working_days_in_england(at: datetime, is_told: bool) -> None:
    assert bool(unusual([reading(at=at)])) is is_told


@pytest.mark.parametrize(
    ("by", "is_told"),
    [
        (LEAD, False),
        ("inspector: P-AAAAAAAA", False),
        ("police officer: P-AAAAAAAA", False),
        ("health program: exports", False),
        ("lead_inspector as police officer: P-AAAAAAAA", False),
        (MANAGER, True),
        ("quality_assurer: P-AAAAAAAA", True),
        ("data_protection_officer: P-AAAAAAAA", True),
    ],
)
def test_roles_without_work_on_children_are_told(by: str, is_told: bool) -> None:
    assert bool(unusual([reading(by=by)])) is is_told


def test_what_is_not_about_children_is_never_told() -> None:
    assert unusual([reading(by=MANAGER, action="letter.read")]) == ()
    assert all(action.endswith(".read") for action in ABOUT_CHILDREN)
    assert set(RULE_LABELS) == set(UnusualReading)


_READINGS = st.lists(
    st.builds(
        reading,
        subject=st.sampled_from([f"T{number}" for number in range(40)]),
        by=st.sampled_from([LEAD, MANAGER, "inspector: P-CCCCCCCC"]),
        at=st.datetimes(datetime(2025, 2, 20), datetime(2025, 3, 2), timezones=st.just(UTC)),
        action=st.sampled_from(["child.read", "return.read", "letter.read"]),
    ),
    max_size=80,
)


@given(_READINGS, st.data())
def test_the_order_of_entries_changes_nothing_and_more_reading_hides_nothing(
    some: list[Reading], data: st.DataObject
) -> None:
    assert unusual(data.draw(st.permutations(some))) == unusual(some)
    more = unusual([*some, *some])
    assert [(each.day, each.by, each.rule) for each in more] == [(e.day, e.by, e.rule) for e in unusual(some)]
