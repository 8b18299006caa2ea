"""A column whose dates have the month first is one cause: what its other cells seem to break is not told again."""

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_HEA = CONTRACTS["HEA-1"]
_DAYS = ("01/13/2025", "01/14/2025", "02/03/2025", "01/20/2025", "01/09/2025", "12/30/2024")


def _check(days: tuple[str, ...]) -> Outcome:
    rows: list[dict[str, str | None]] = [{"nhs_number": None, "last_contact": day} for day in days]
    return check_file(csv_of(_HEA.main, rows).encode(), _HEA, CONTEXT)


def test_a_column_with_the_month_first_is_one_error_that_says_so() -> None:
    outcome = _check(_DAYS)
    of_column = [f for f in outcome.findings if f.column == "last_contact"]
    assert [(f.rule, f.row) for f in of_column] == [("HEA-1.last_contact.type", 2)]
    assert "4 cells of the column" in of_column[0].message
    assert "The month seems to stand before the day." in of_column[0].message
    assert outcome.by_rule["HEA-1.last_contact.type"] == 4
    assert outcome.verdict == "rejected"


@pytest.mark.parametrize("other", ["13/01/2025", "31/12/2024"])
def test_a_column_of_both_orders_is_told_cell_by_cell(other: str) -> None:
    outcome = _check((*_DAYS, other))
    rows = [f.row for f in outcome.findings if f.rule == "HEA-1.last_contact.type"]
    assert rows == [2, 3, 5, 7]


def test_two_such_dates_may_be_slips() -> None:
    outcome = _check(("01/13/2025", "03/02/2025", "09/01/2025", "01/14/2025"))
    assert [f.row for f in outcome.findings if f.rule == "HEA-1.last_contact.type"] == [2, 5]
