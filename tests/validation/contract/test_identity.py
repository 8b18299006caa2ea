"""Equal rows about unborn children of one mother are twins where an event has one row for each child."""

import polars as pl
import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.identity import records
from validation.contract.rules import Row
from validation.engine.checking import check_file
from validation.returns import CONTRACTS

_HEA, _POL = CONTRACTS["HEA-1"], CONTRACTS["POL-1"]
_MOTHER: Row = {"mother_nhs_number": "9434765870", "sex": "U", "expected_date_of_birth": "02/06/2025"}
_BLANK = dict.fromkeys(("nhs_number", "la_child_id", "upn", "forename", "surname", "date_of_birth"))
_UNBORN: Row = {**_BLANK, **_MOTHER, "service": "maternity", "hv_contact_stage": None, "hv_level": None}
_VISITED: Row = {**_UNBORN, "service": "health_visiting", "hv_contact_stage": "antenatal", "hv_level": "universal"}


def _records(*rows: Row) -> pl.DataFrame:
    return records("HEA-1", check_file(csv_of(_HEA.main, rows).encode(), _HEA, CONTEXT).frames)


@pytest.mark.parametrize(
    ("rows", "twins"),
    [
        ([_UNBORN], [None]),
        ([_UNBORN, _UNBORN], [1, 2]),
        ([_UNBORN, _VISITED], [None, None]),
        ([_UNBORN, _VISITED, _UNBORN, _VISITED], [1, 1, 2, 2]),
        ([_UNBORN, {**_UNBORN, "mother_nhs_number": "9434765919"}], [None, None]),
        ([_UNBORN, {**_UNBORN, "expected_date_of_birth": "03/06/2025"}], [None, None]),
        ([_UNBORN, {**_UNBORN, "provider_ods_code": "RX401"}], [None, None]),
        ([{"nhs_number": None}, {"nhs_number": None}], []),
    ],
)
def test_equal_rows_of_one_service_are_twins(rows: list[Row], twins: list[int | None]) -> None:
    assert _records(*rows)["twin"].to_list() == twins


def test_l4_which_of_two_twins_a_row_is_depends_on_what_it_holds_and_not_on_its_place() -> None:
    first, second = ({**_UNBORN, "last_contact": day} for day in ("14/01/2025", "15/01/2025"))
    assert _records(first, second)["twin"].to_list() == [1, 2]
    assert _records(second, first)["twin"].to_list() == [2, 1]


def test_unborn_children_of_one_mother_in_two_incidents_are_one_child() -> None:
    child: Row = {**dict.fromkeys(("child_nhs_number", "child_la_id", "upn", "forename", "surname")), **_MOTHER}
    unborn: Row = {**child, "unborn": "Yes", "child_date_of_birth": None}
    rows: list[Row] = [
        {**unborn, "incident_ref": ref, "child_seq": seq}
        for ref, seq in (("432500001", "1"), ("432500001", "2"), ("432500002", "1"))
    ]
    frames = check_file(csv_of(_POL.main, rows).encode(), _POL, CONTEXT).frames
    assert records("POL-1", frames)["twin"].to_list() == [1, 2, None]
