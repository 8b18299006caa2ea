"""L7: the last second before a deadline and the first after it, beside a change of the clocks and a bank holiday."""

from datetime import date, datetime, timedelta

import pytest

from models.england import ENGLAND
from models.events import Owed
from models.themes import theme
from models.timetable import deadline
from tasks.inspection.announcing import Announcement, announce
from tasks.inspection.rehearsal_clock import set_clock
from tasks.jobs.issue_request import issue_request
from tasks.ledger.work import claim
from tests.tasks.steps import request, send

ROWS = b"incident_ref\n1\n"


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("announced", "due", "utc_hour"),
    [
        pytest.param(date(2025, 3, 27), date(2025, 3, 31), 16, id="the clocks went forward at the weekend"),
        pytest.param(date(2024, 10, 24), date(2024, 10, 28), 17, id="the clocks went back at the weekend"),
        pytest.param(date(2025, 4, 17), date(2025, 4, 23), 16, id="Good Friday and Easter Monday lie between"),
        pytest.param(date(2025, 12, 23), date(2025, 12, 29), 17, id="Christmas and Boxing Day lie between"),
    ],
)
def test_l7_the_last_second_is_in_time_and_the_next_is_late(announced: date, due: date, utc_hour: int) -> None:
    ref = announce(Announcement("E06000038", "domestic-abuse-2024", announced, rehearsal=True))
    while claimed := claim(Owed.ISSUE_REQUEST, ref):
        issue_request(claimed)
    moment = request(ref, "pol-1").due_at
    assert moment == datetime(due.year, due.month, due.day, utc_hour, tzinfo=moment.tzinfo)
    assert moment.astimezone(ENGLAND).hour == 17
    # A stopped test may take seconds between the clock and the upload; a minute is never so long.
    set_clock(ref, moment - timedelta(seconds=59), by="test")
    assert send(f"{ref}-pol-1", "a.csv", ROWS).late is False
    set_clock(ref, moment + timedelta(seconds=1), by="test")
    assert send(f"{ref}-pol-1", "a.csv", ROWS + b"2\n").late is True


@pytest.mark.usefixtures("ledger")
def test_l7_a_file_sent_on_a_bank_holiday_before_its_deadline_is_in_time() -> None:
    day = date(2025, 4, 17)
    ref = announce(Announcement("E06000038", "domestic-abuse-2024", day, rehearsal=True))
    while claimed := claim(Owed.ISSUE_REQUEST, ref):
        issue_request(claimed)
    set_clock(ref, datetime(2025, 4, 21, 23, 59, tzinfo=ENGLAND), by="test")
    found = send(f"{ref}-pol-1", "a.csv", ROWS)
    assert found.received_at.astimezone(ENGLAND).date() == date(2025, 4, 21)
    assert not found.late


def test_l7_a_deadline_is_five_in_the_afternoon_in_england_on_the_days_the_clocks_change() -> None:
    asked = theme("domestic-abuse-2024")
    assert {deadline(asked, day).utcoffset() for day in (date(2025, 3, 30), date(2025, 10, 25))} == {timedelta(hours=1)}
    assert {deadline(asked, day).utcoffset() for day in (date(2025, 3, 29), date(2025, 10, 26))} == {timedelta(0)}
