"""Columns that agencies know by other names: the other name is offered at its cell, and never taken."""

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.outcome import CellFinding
from validation.engine.checking import check_file
from validation.files.readers.grid import heading
from validation.files.synonyms import synonyms
from validation.returns import CONTRACTS


@pytest.mark.parametrize(
    ("code", "column", "typed"),
    [
        ("POL-1", "child_date_of_birth", "DOB"),
        ("POL-1", "child_date_of_birth", "Child DOB"),
        ("POL-1", "child_nhs_number", "NHS No"),
        ("POL-1", "gss_code", "Local Authority"),
        ("LA-DA", "forename", "First Name"),
        ("LA-DA", "sex", "Gender"),
        ("LA-DA", "postcode", "Home postcode"),
        ("LA-1", "Age of Child (Years)", "Age"),
        ("LA-1", "Gender", "Sex"),
        ("LA-1", "Ethnicity", "Ethnic origin"),
        ("HEA-1", "mother_date_of_birth", "Mother DOB"),
    ],
)
def test_a_header_by_another_name_is_offered_at_its_cell(code: str, column: str, typed: str) -> None:
    contract = CONTRACTS[code]
    if column not in contract.main.names:
        pytest.fail(f"{code} has no column {column}")
    outcome = check_file(csv_of(contract.main, [{}], headers={column: typed}).encode(), contract, CONTEXT)
    layout = [f for f in outcome.findings if f.rule in ("FILE.missing_column", "FILE.extra_column")]
    assert [(f.column, f.row) for f in layout] == [(column, 1)]
    assert f"The header in {_cell(layout[0])} looks like it" in layout[0].message


def _cell(finding: CellFinding) -> str:
    assert finding.cell is not None
    return finding.cell


def test_no_other_name_is_the_header_of_a_column_beside_it() -> None:
    for contract in CONTRACTS.values():
        for sheet in contract.sheets:
            headers = {heading(name) for name in sheet.names}
            for name in sheet.names:
                taken = synonyms(name) & headers
                assert not taken, f"{contract.code}: {name} and {taken}"
