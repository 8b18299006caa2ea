"""Of every column it is known whom it is about, and a text that nobody has decided on is left out."""

import pytest

from validation.contract.model import Column
from validation.contract.persons_columns import Whose, whose
from validation.returns import CONTRACTS, contract

pytestmark = pytest.mark.pure


def parts(code: str, sheet: str = "") -> dict[str, Whose]:
    table = next(each for each in contract(code).sheets if each.name == (sheet or code))
    return {column.name: whose(code, table.name, column) for column in table.columns}


@pytest.mark.parametrize(
    ("code", "sheet", "column", "part"),
    [
        ("POL-1", "", "child_nhs_number", Whose.CHILD),
        ("POL-1", "", "forename", Whose.CHILD),
        ("POL-1", "", "mother_surname", Whose.MOTHER),
        ("POL-1", "", "mother_nhs_number", Whose.MOTHER),
        ("POL-1", "", "suspect_pnc_id", Whose.PERPETRATOR),
        ("POL-1", "", "victim_ref", Whose.VICTIM),
        ("POL-1", "", "postcode", Whose.WHERE),
        ("POL-1", "", "risk_grade", Whose.SEVERAL),
        ("POL-1", "", "incident_datetime", Whose.CHILD),
        ("PRO-1", "", "date_of_birth", Whose.PERPETRATOR),
        ("PRO-1", "", "child_la_ids", Whose.LISTED),
        ("PRO-1", "Children", "crn", Whose.PERPETRATOR),
        ("PRO-1", "Children", "date_of_birth", Whose.CHILD),
        ("MAR-1", "", "ric_ticks", Whose.SEVERAL),
        ("LA-8", "", "Placement Location", Whose.WHERE),
        ("LA-8", "", "Allocated Worker", Whose.STAFF),
        ("LA-8", "", "Allocated Team", Whose.SEVERAL),
    ],
)
def test_whom_a_column_is_about(code: str, sheet: str, column: str, part: Whose) -> None:
    assert parts(code, sheet)[column] is part


def test_a_text_that_is_added_later_is_left_out_until_somebody_decides() -> None:
    assert whose("POL-1", "POL-1", Column("officer_note", "string", "A note.", "x", shape="prose")) is Whose.SEVERAL


@pytest.mark.parametrize("code", sorted(CONTRACTS))
def test_no_column_of_names_numbers_or_places_of_others_is_the_childs(code: str) -> None:
    for sheet in contract(code).sheets:
        for name, part in parts(code, sheet.name).items():
            if any(
                mark in name.lower() for mark in ("mother", "suspect", "perpetrator_", "victim_", "postcode", "worker")
            ):
                assert part is not Whose.CHILD, (code, name)
