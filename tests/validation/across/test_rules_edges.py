"""Edges of the checks across the council's lists: the first day that counts, the same day, the next referral's day."""

from datetime import date, timedelta

import pytest

from models.timetable import add_working_days
from tests.validation.across.test_rules import area_of, told_of
from tests.validation.rows import CONTEXT
from validation.across import CROSS_RULES
from validation.contract.rules import Row

RULES = {rule.id: rule for rule in CROSS_RULES}
WINDOW = CONTEXT.window_start
SETTLED = add_working_days(WINDOW, 10)
CONFERRED = add_working_days(WINDOW, 15)
_DAY = timedelta(days=1)


def shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"


@pytest.mark.parametrize(("day", "told"), [(SETTLED - _DAY, False), (SETTLED, True), (SETTLED + _DAY, True)])
def test_order_is_judged_from_the_tenth_working_day_of_the_window(day: date, told: bool) -> None:
    late = {"Date of referral": shown(SETTLED + 30 * _DAY)}
    start: Row = {"Continuous Assessment Start Date": shown(day), "Continuous Assessment Date of Authorisation": None}
    area = area_of({"LA-3": (late,), "LA-4": (start,)})
    assert bool(told_of(RULES["LA-4.start.before_referral"], area)) == told


@pytest.mark.parametrize(("day", "told"), [(CONFERRED - _DAY, False), (CONFERRED, True), (CONFERRED + _DAY, True)])
def test_plans_are_counted_from_the_fifteenth_working_day_of_the_window(day: date, told: bool) -> None:
    plan: Row = {"Child Protection Plan Start Date": shown(day)}
    none: Row = {"Date of Initial Child Protection Conference": None}
    area = area_of({"LA-5": (none,), "LA-7": (plan,)})
    assert bool(told_of(RULES["LA-7.start.conferences"], area)) == told


def activity(*referrals: tuple[str, str], assessed: tuple[str, ...]) -> dict[str, set[int]]:
    """Return what is told of referrals, each with its day and whether it ended with no further action."""
    rows: tuple[Row, ...] = tuple({"Date of referral": day, "Referral NFA?": nfa} for day, nfa in referrals)
    work: tuple[Row, ...] = tuple({"Continuous Assessment Start Date": day} for day in assessed)
    return told_of(RULES["LA-3.nfa.activity"], area_of({"LA-3": rows, "LA-4": work}))


def test_work_of_the_same_day_follows_a_referral() -> None:
    assert activity(("15/01/2025", "a) Yes"), assessed=("15/01/2025",)) == {"LA-3": {2}}
    assert activity(("15/01/2025", "a) Yes"), assessed=("14/01/2025",)) == {}


def test_work_of_the_next_referrals_day_is_the_next_ones() -> None:
    two = (("15/01/2025", "a) Yes"), ("03/02/2025", "b) No"))
    assert activity(*two, assessed=("03/02/2025",)) == {}
    assert activity(*two, assessed=("02/02/2025",)) == {"LA-3": {2}}


def test_a_referral_is_told_once_however_much_work_followed() -> None:
    found = list(
        RULES["LA-3.nfa.activity"].find(
            area_of(
                {
                    "LA-3": ({"Date of referral": "15/01/2025", "Referral NFA?": "a) Yes"},),
                    "LA-4": tuple({"Continuous Assessment Start Date": day} for day in ("16/01/2025", "17/01/2025")),
                }
            )
        )
    )
    assert [one.rows for one in found] == [(2,)]


def test_a_child_found_by_two_numbers_is_one_pair() -> None:
    number: Row = {"nhs_number": "9434765919", "la_child_id": "CH000123"}
    area = area_of({"LA-DA": (number,), "HEA-1": (number,)})
    assert area.pairs("HEA-1", "LA-DA").select("row", "row_other").rows() == [(2, 2)]
    assert area.absent("HEA-1", ("LA-DA",)) == ()


@pytest.mark.parametrize(
    ("crn", "pnc_id", "told"), [("X999999", None, True), (None, "2012/0000001Z", True), (None, None, False)]
)
def test_a_suspect_is_looked_for_by_either_number(crn: str | None, pnc_id: str | None, told: bool) -> None:
    suspect: Row = {"managed_by_probation": "Yes", "crn": crn, "pnc_id": pnc_id}
    area = area_of({"POL-3": (suspect,), "PRO-1": ({"crn": "X320741", "pnc_id": None},)})
    assert bool(told_of(RULES["X07.managed"], area)) == told
