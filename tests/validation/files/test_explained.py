"""A cell of which a finding on the file speaks breaks no rule besides: it would be said twice, and untruly."""

import polars as pl
import pytest

from tests.validation.foreign import shared_xlsx
from tests.validation.hand_made import amended, ods, ods_row, ods_table
from tests.validation.rows import CONTEXT, csv_of, example_row
from validation.contract.outcome import Options, Outcome
from validation.engine.checking import check_file, check_files
from validation.files.explained import PLACE, ExplainedCells, explained_records
from validation.files.readers import letter
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]
_NAMES = _LA.main.names
_CHILD = tuple(example_row(_LA.main).values())
_SEX, _BIRTH = (f"{letter(_NAMES.index(name))}2" for name in ("sex", "date_of_birth"))


def _with_cell(cell: str, address: str) -> bytes:
    def change(old: bytes) -> bytes:
        at = old.index(f'<c r="{address}"'.encode())
        return old[:at] + f'<c r="{address}"{cell}'.encode() + old[old.index(b"</c>", at) + 4 :]

    return amended(shared_xlsx({"LA-DA": (_NAMES, _CHILD)}), {"xl/worksheets/sheet1.xml": change})


def _check(data: bytes) -> Outcome:
    return check_file(data, _LA, CONTEXT, Options(everything=True))


@pytest.mark.parametrize("address", [_SEX, _BIRTH])
@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (' t="e"><v>#REF!</v></c>', "FILE.error_value"),
        ("><f>A1</f></c>", "FILE.formula"),
        (' t="s"><v>99999</v></c>', "FILE.lost_value"),
    ],
)
def test_lost_cell_of_a_column_that_every_row_needs_is_said_once_and_never_to_be_blank(
    cell: str, rule: str, address: str
) -> None:
    assert _check(_with_cell(cell, address)).by_rule == {rule: 1}


def test_error_as_text_is_not_asked_about_as_a_name() -> None:
    text = csv_of(_LA.main, [{"surname": "#NAME?"}])
    assert _check(text.encode()).by_rule == {"FILE.error_value": 1}


def test_blank_cells_below_merged_ones_are_said_once_and_the_others_are_still_checked() -> None:
    row = {**example_row(_LA.main), "nhs_number": None, "upn": None}
    other = list({**row, "la_child_id": None, "sex": "zz"}.values())
    merged = (
        '<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>CH1</text:p>'
        "</table:table-cell>"
    )
    at = _NAMES.index("la_child_id")
    rows = [ods_row(_NAMES), ods_row(list(row.values()), {at: merged}), ods_row(other), ods_row(other)]
    outcome = _check(ods(ods_table(rows)))
    column = letter(at)
    errors = [(f.rule, f.cell) for f in outcome.findings if f.severity == "error"]
    assert errors.count(("FILE.merged_cells", f"{column}2")) == 1
    assert [cell for rule, cell in errors if rule == "LA-DA.la_child_id.required"] == [f"{column}4"]
    assert [cell for rule, cell in errors if rule == "LA-DA.sex.code"] == [
        f"{letter(_NAMES.index('sex'))}{n}" for n in (3, 4)
    ]


def test_first_of_merged_cells_that_is_blank_is_still_said_to_be() -> None:
    merged = '<table:table-cell table:number-rows-spanned="2"/>'
    row = ods_row(_CHILD, {_NAMES.index("sex"): merged})
    by_rule = _check(ods(ods_table([ods_row(_NAMES), row, ods_row(_CHILD)]))).by_rule
    assert by_rule["LA-DA.sex.required"] == 1


def test_lost_cell_is_known_in_the_second_of_two_files() -> None:
    good = csv_of(_LA.main, [{"nhs_number": None, "upn": None, "la_child_id": "CH9"}]).encode()
    bad = _with_cell(' t="s"><v>99999</v></c>', _SEX)
    (outcome,) = check_files((good, bad), (_LA,), CONTEXT, Options(everything=True))
    assert (outcome.by_rule["FILE.lost_value"], "LA-DA.sex.required" in outcome.by_rule) == (1, False)


def test_records_of_overlapping_blocks_are_listed_once_and_rows_that_were_left_out_never() -> None:
    frame = pl.DataFrame({PLACE: [2, 3, 5, 6], "a": [None, "x", None, None]}, schema={PLACE: pl.Int64, "a": pl.String})
    blocks = [
        ExplainedCells(2, 4, "a", "R", blanks=True),
        ExplainedCells(3, 5, "a", "R", blanks=True),
        ExplainedCells(4, 4, "a", "R"),
    ]
    assert explained_records(blocks, frame)["a"].sort().to_list() == [0, 2]
    assert explained_records([ExplainedCells(6, 6, "a", "R")], frame)["a"].to_list() == [3]


def test_what_is_told_under_a_rule_that_was_waived_explains_nothing() -> None:
    frame = pl.DataFrame({PLACE: [2], "a": [None]}, schema={PLACE: pl.Int64, "a": pl.String})
    assert explained_records([ExplainedCells(2, 2, "a", "R")], frame, ("R",)) == {}
