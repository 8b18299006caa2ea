"""A person's numbers are found however they are typed, also in a list, and a number of another kind is not theirs."""

import polars as pl
import pytest

from tasks.persons_requests.matching import MatchedRow, columns_sought, matches
from validation.contract.persons_numbers import Number, NumberKind

pytestmark = pytest.mark.pure
NHS, CHILD = Number(NumberKind.NHS, "9434765919"), Number(NumberKind.LA_CHILD, "CH1")


def test_numbers_are_found_by_kind_in_any_spelling_and_each_row_once() -> None:
    children = pl.DataFrame(
        {
            "row": [2, 3, 4, 5],
            "nhs_number": ["943 476 5919", None, "9434765870", ""],
            "mother_nhs_number": [None, "943-476-5919", None, None],
            "la_child_id": ["ch1", "CH2", None, "CH 1"],
            # The same digits in a column of another kind are another's.
            "upn": [None, None, "9434765919", None],
        }
    )
    several = pl.DataFrame({"row": [7, 8], "child_la_ids": [["CH9", "ch-1"], None]})
    assert matches({"LA-DA": children, "MAR-1": several}, [NHS, CHILD]) == [
        MatchedRow("LA-DA", 2, ("la_child", "nhs")),
        MatchedRow("LA-DA", 3, ("nhs",)),
        MatchedRow("LA-DA", 5, ("la_child",)),
        MatchedRow("MAR-1", 7, ("la_child",)),
    ]
    assert matches({"LA-DA": children}, []) == []


def test_part_of_a_number_is_no_match() -> None:
    frame = pl.DataFrame({"row": [2], "la_child_id": ["CH12"]})
    assert matches({"s": frame}, [CHILD]) == []


def test_only_columns_are_read_in_which_a_number_could_stand() -> None:
    names = ["row", "forename", "nhs_number", "upn", "mother_nhs_number", "postcode"]
    assert columns_sought(names, [NHS]) == ["nhs_number", "mother_nhs_number"]
