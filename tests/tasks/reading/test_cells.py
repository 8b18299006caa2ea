"""Cells as people read them, and where families live kept back."""

import polars as pl
import pytest

from tasks.reading.cells import readable, tells_where, worded
from validation.returns import CONTRACTS


def test_where_a_family_lives_is_kept_back_until_it_is_asked_for() -> None:
    sheet = CONTRACTS["LA-DA"].main
    frame = pl.DataFrame({"row": [2, 3], "la_child_id": ["C1", "C2"], "postcode": ["RG1 1AA", None]})
    assert readable(frame, sheet, addresses=False) == [
        {"la_child_id": "C1", "postcode": "Hidden"},
        {"la_child_id": "C2", "postcode": ""},
    ]
    assert readable(frame, sheet, addresses=True)[0]["postcode"] == "RG1 1AA"


def test_every_return_with_a_postcode_or_an_address_keeps_it_back() -> None:
    named = {c.name for contract in CONTRACTS.values() for sheet in contract.sheets for c in sheet.columns}
    lived = {name for name in named if "postcode" in name or "address" in name}
    kept = {
        column.name
        for contract in CONTRACTS.values()
        for sheet in contract.sheets
        for column in sheet.columns
        if tells_where(column)
    }
    assert lived == kept


@pytest.mark.parametrize(
    ("column", "sent", "shown"),
    [
        ("information_shared_with", "local_authority; police", "Local authority; Police"),
        ("information_shared_with", "", ""),
        ("information_shared_with", "somebody else", "Somebody else"),
        ("child_seen", "Yes", "Yes"),
        ("strengths", "quick_response; clear", "quick_response; clear"),
    ],
)
def test_codes_are_shown_in_their_words_and_free_words_as_they_were_sent(column: str, sent: str, shown: str) -> None:
    columns = {each.name: each for each in CONTRACTS["EVAL"].main.columns}
    assert worded(columns[column], sent) == shown
