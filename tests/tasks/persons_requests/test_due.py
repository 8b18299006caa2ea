"""The day by which a request is answered: the corresponding day, or the month's last, moved to a working day."""

from datetime import date

import pytest

from tasks.persons_requests.due import EXTENDED, due

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("received", "day", "why"),
    [
        ((2026, 9, 3), (2026, 10, 5), "Saturday 3 October 2026. Nobody works on that day, so it is Monday 5 October"),
        ((2026, 9, 2), (2026, 10, 2), "1 month after 2 September 2026 is Friday 2 October 2026."),
        ((2026, 3, 31), (2026, 4, 30), "Thursday 30 April 2026, the last day of that month."),
        ((2026, 1, 31), (2026, 3, 2), "Saturday 28 February 2026, the last day of that month. Nobody works"),
        ((2028, 1, 30), (2028, 2, 29), "Tuesday 29 February 2028, the last day of that month."),
        ((2026, 11, 25), (2026, 12, 29), "25 December 2026 is a bank holiday (Christmas Day)"),
        # Good Friday to Easter Monday.
        ((2026, 3, 3), (2026, 4, 7), "6 April 2026 is a bank holiday (Easter Monday)"),
        # Received on a Sunday: the month is counted from that day all the same.
        ((2026, 10, 11), (2026, 11, 11), "1 month after 11 October 2026 is Wednesday 11 November 2026."),
    ],
)
def test_l7_a_month_ends_where_the_law_says_and_says_why(
    received: tuple[int, int, int], day: tuple[int, int, int], why: str
) -> None:
    found = due(date(*received))
    assert found.day == date(*day)
    assert why in found.why


def test_an_extension_is_counted_from_the_day_of_receipt_and_not_from_the_first_due_day() -> None:
    found = due(date(2026, 1, 31), EXTENDED)
    assert found.day == date(2026, 4, 30)
    assert found.why.startswith("3 months after 31 January 2026 is Thursday 30 April 2026")
