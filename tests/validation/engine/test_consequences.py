"""What a told cause explains is not said again, and what it does not explain still is."""

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_POL = CONTRACTS["POL-1"]
_BARE: dict[str, str | None] = {"child_nhs_number": None, "child_la_id": None, "upn": None}


def _check(text: str) -> Outcome:
    return check_file(text.encode(), _POL, CONTEXT, Options(everything=True))


def test_a_missing_column_is_one_error_and_nothing_that_follows_from_it() -> None:
    rows = [{**_BARE, "child_seq": str(n)} for n in range(1, 30)]
    outcome = _check(csv_of(_POL.main, rows, headers={"child_date_of_birth": "Unasked"}))
    assert "ID.child.findable" not in outcome.by_rule
    assert outcome.by_rule["FILE.missing_column"] == 1


def test_a_child_that_cannot_be_found_is_still_asked_about_where_all_columns_are_there() -> None:
    rows = [{**_BARE, "forename": None}]
    assert "ID.child.findable" in _check(csv_of(_POL.main, rows)).by_rule


def test_a_blank_cell_that_every_row_needs_is_said_once() -> None:
    rows = [{**_BARE, "child_date_of_birth": None, "unborn": "No"}]
    by_rule = _check(csv_of(_POL.main, rows)).by_rule
    assert by_rule == {"POL-1.child_date_of_birth.required": 1}
