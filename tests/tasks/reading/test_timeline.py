"""What happened to a child as a picture: each happening has its mark on its day, and the words say the same."""

from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tasks.reading.timeline import timeline


@dataclass(frozen=True)
class Day:
    """A happening as short as can be."""

    day: date
    agency: str
    what: str


happenings = st.lists(
    st.builds(
        Day,
        st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        st.sampled_from(["Police", "Council", "Health"]),
        st.sampled_from("abc"),
    ),
    min_size=1,
    max_size=30,
)


def test_nothing_has_no_picture() -> None:
    assert timeline([]) is None


def test_days_stand_where_they_fall_and_happenings_of_one_day_share_a_mark() -> None:
    days = [
        Day(date(2025, 1, 1), "Police", "Incident"),
        Day(date(2025, 1, 1), "Police", "Arrest"),
        Day(date(2025, 2, 20), "Council", "Referral"),
        Day(date(2025, 4, 11), "Police", "Incident"),
    ]
    line = timeline(days)
    assert line is not None
    (police, marks), (council, others) = line.lanes
    assert (police, council) == ("Police", "Council")
    assert [(mark.at, mark.number) for mark in marks] == [(0, 2), (1, 1)]
    assert marks[0].text == "1 January 2025: Arrest; Incident"
    assert [mark.at for mark in others] == [0.5]
    assert [text for _, text in line.ticks] == ["Jan 2025", "Feb 2025", "Mar 2025", "Apr 2025"]
    assert "Police 3 happenings from 1 January 2025 to 11 April 2025" in line.words
    assert "Council 1 happening on 20 February 2025" in line.words


@given(happenings)
def test_l14_each_happening_is_in_a_mark_within_the_picture_and_ticks_are_few(days: list[Day]) -> None:
    line = timeline(days)
    assert line is not None
    marks = [mark for _, lane in line.lanes for mark in lane]
    assert sum(mark.number for mark in marks) == len(days)
    assert all(0 <= mark.at <= 1 for mark in marks)
    assert len(line.ticks) <= 9
    assert all(0 <= at <= 1 for at, _ in line.ticks)
    assert len({text for _, text in line.ticks}) == len(line.ticks)
