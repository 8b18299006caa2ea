"""Bank holidays: the calendar's, and those of one year alone that an operator adds."""

from datetime import date

import pytest

from models.holidays import SETTING, bank_holiday
from models.themes import theme
from models.timetable import NotAWorkingDayError, became_holiday, check_working_day, timetable

CORONATION = date(2027, 5, 10)


def test_a_day_that_an_operator_adds_is_a_bank_holiday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "2027-05-10 Coronation; 2028-06-02 Jubilee;")
    assert bank_holiday(CORONATION) == "Coronation"
    assert bank_holiday(date(2028, 6, 2)) == "Jubilee"
    assert bank_holiday(date(2027, 12, 27)) is not None
    with pytest.raises(NotAWorkingDayError, match="Coronation"):
        check_working_day(CORONATION)


def test_a_timetable_skips_it_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    announced = date(2027, 5, 4)
    before = {step.step: step for step in timetable(theme("domestic-abuse-2024"), announced)}
    monkeypatch.setenv(SETTING, "2027-05-10 Coronation")
    after = {step.step: step for step in timetable(theme("domestic-abuse-2024"), announced)}
    assert before["sample_notified"].date == CORONATION
    assert after["sample_notified"].date == date(2027, 5, 11)
    assert "Coronation (Monday 10 May 2027)" in after["sample_notified"].explain


def test_l7_a_stored_day_that_became_a_bank_holiday_stays_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert became_holiday(CORONATION) == ""
    monkeypatch.setenv(SETTING, "2027-05-10 Coronation")
    assert became_holiday(CORONATION) == "It has become a bank holiday since (Coronation); the stored date stays."
