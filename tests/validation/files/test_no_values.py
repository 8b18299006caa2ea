"""Words for nothing in a file: they count as blank, are told at their cells, and where they have one cause, once."""

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]


def _check(*rows: dict[str, str | None]) -> Outcome:
    apart = ({"la_child_id": f"CH{n}", "nhs_number": None, "upn": None, "forename": f"N{n}"} for n in range(len(rows)))
    text = csv_of(_LA.main, [{**names, **row} for names, row in zip(apart, rows, strict=True)])
    return check_file(text.encode(), _LA, CONTEXT, Options(everything=True))


def _found(outcome: Outcome) -> list[tuple[str, str, str | None]]:
    return [(f.rule, f.severity, f.cell) for f in outcome.findings if f.rule.startswith("FILE.")]


@pytest.mark.parametrize("word", ["NULL", "nan", "N/A", "Unknown", "TBC", "-", "not known", "None"])
def test_a_word_for_nothing_is_asked_about_at_its_cell_and_counts_as_blank(word: str) -> None:
    outcome = _check({}, {"postcode": word})
    cell = next(f for f in outcome.findings if f.rule == "FILE.no_value")
    assert (cell.severity, cell.row, cell.column) == ("query", 3, "postcode")
    assert not outcome.errors
    assert outcome.frames["LA-DA"]["postcode"].to_list()[1] is None


def test_a_date_that_nobody_knows_is_no_wrong_date() -> None:
    outcome = _check({"nhs_number": None, "first_da_contact_date": "TBC"})
    assert "LA-DA.first_da_contact_date.type" not in outcome.by_rule


def test_a_cell_that_every_row_needs_counts_as_blank() -> None:
    outcome = _check({"household_id": "N/A"})
    assert outcome.by_rule == {"LA-DA.household_id.required": 1}


def test_a_code_of_the_column_is_no_word_for_nothing() -> None:
    assert _check({"sex": "Unknown", "unborn": "No"}).by_rule == _check({"sex": "U", "unborn": "No"}).by_rule


def test_a_database_that_writes_null_for_every_blank_is_told_once() -> None:
    blank: dict[str, str | None] = {"postcode": "NULL", "mother_forename": "NULL", "mother_surname": "NULL"}
    outcome = _check(*([blank] * 20))
    assert [(f.rule, f.severity) for f in outcome.findings] == [("FILE.blanks_in_words", "info")]
    assert "60 cells in 3 columns" in outcome.findings[0].message
    assert outcome.verdict == "accepted"


def test_one_word_of_people_down_a_whole_column_is_asked_about_once() -> None:
    unknown: dict[str, str | None] = {"postcode": "Not known"}
    outcome = _check(*([unknown] * 30))
    assert [(f.rule, f.severity, f.row) for f in outcome.findings] == [("FILE.no_value", "query", 2)]
    assert "30 cells of the column" in outcome.findings[0].message


def test_l5_no_finding_repeats_the_cell() -> None:
    outcome = _check({"forename": "Unborn baby"})
    assert [f.rule for f in outcome.findings] == ["ID.forename.no_name"]
    assert "Unborn" not in outcome.findings[0].message


def test_prose_may_answer_with_one_word() -> None:
    columns = CONTRACTS["EVAL"].main.columns
    assert {c.name for c in columns if c.shape == "prose"} == {
        *("impact_for_child", "strengths", "improvement", "learning_action", "partnership_summary"),
    }
