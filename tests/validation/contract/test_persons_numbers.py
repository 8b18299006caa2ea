"""Numbers of persons are compared in the form of linkage, and every column that holds one is known."""

import polars as pl
import pytest

from validation.contract.persons_numbers import (
    COLUMNS,
    NUMBER_FORMS,
    NUMBER_LABELS,
    Number,
    NumberKind,
    compared,
    number_of,
)
from validation.returns import CONTRACTS, contract

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("kind", "typed", "text"),
    [
        (NumberKind.NHS, " 943 476-5919", "9434765919"),
        (NumberKind.NHS, "9434765918", None),
        (NumberKind.UPN, "h801200001001", "H801200001001"),
        (NumberKind.UPN, "H80120000100", None),
        (NumberKind.LA_CHILD, "ch-000123", "CH000123"),
        (NumberKind.LA_CHILD, "C" * 21, None),
        (NumberKind.PNC, "2003/0011985X", "030011985X"),
        (NumberKind.PNC, " 03/11985x ", "030011985X"),
        (NumberKind.PNC, "03/11985Y", None),
        (NumberKind.CRN, "x123456", "X123456"),
        (NumberKind.CRN, "123456", None),
        (NumberKind.NOMS, "a1234bc", "A1234BC"),
        (NumberKind.NOMS, "1234", None),
        (NumberKind.REFERENCE, "V/00-12", "V0012"),
        (NumberKind.REFERENCE, "V", None),
        (NumberKind.REFERENCE, "--", None),
    ],
)
def test_a_number_has_one_form_or_is_refused(kind: NumberKind, typed: str, text: str | None) -> None:
    assert number_of(kind, typed) == (Number(kind, text) if text else None)


@pytest.mark.parametrize("kind", sorted(NumberKind))
def test_a_blank_cell_is_no_number_and_each_kind_has_its_words(kind: NumberKind) -> None:
    cells = pl.DataFrame({"cell": [None, ""]}, schema={"cell": pl.String})
    assert cells.select(compared(kind, pl.col("cell")).alias("number"))["number"].to_list() == [None, None]
    assert NUMBER_LABELS[kind]
    assert NUMBER_FORMS[kind]


def test_l8_columns_that_name_a_number_of_a_person_are_sought_and_none_is_made_up() -> None:
    names = {column.name for code in CONTRACTS for sheet in contract(code).sheets for column in sheet.columns}
    assert set(COLUMNS) <= names
    marks = ("nhs", "upn", "_id", "unique id", "crn", "noms", "pnc")
    looks = {name for name in names if any(mark in name.lower() for mark in marks)}
    # A household and an evaluation are no persons.
    assert looks - set(COLUMNS) == {"household_id", "evaluation_id", "da_identified"}
