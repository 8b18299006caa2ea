"""A return with far fewer or far more rows than last time is a question; one much like it is none."""

from datetime import date

import pytest

from tasks.comparing.last_time import LastTime, questions

DAY = date(2023, 3, 6)


@pytest.mark.parametrize(
    ("before", "now", "ending"),
    [
        (412, 97, "412 rows in the inspection announced on 6 March 2023, now 97: about a quarter."),
        (412, 3, "412 rows in the inspection announced on 6 March 2023, now fewer than 5: less than a tenth."),
        (412, 0, "412 rows in the inspection announced on 6 March 2023, now 0: none."),
        (0, 50, "no row in the inspection announced on 6 March 2023, now 50."),
        (3, 50, "fewer than 5 rows in the inspection announced on 6 March 2023, now 50."),
        (100, 350, "100 rows in the inspection announced on 6 March 2023, now 350: about 4 times as many."),
    ],
)
def test_a_large_change_is_told_in_a_sentence(before: int, now: int, ending: str) -> None:
    assert questions({"POL-1": LastTime(before, DAY)}, {"POL-1": now}) == (f"POL-1: {ending}",)


def test_nothing_is_told_of_a_small_change_or_where_there_was_no_last_time() -> None:
    assert questions({"POL-1": LastTime(400, DAY)}, {"POL-1": 300, "HEA-1": 9}) == ()
    assert questions({}, {"POL-1": 300}) == ()
