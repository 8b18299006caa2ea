"""How many records carry the NHS number: over a real area in the evidence store."""

import pytest

from tasks.protection.identifiers import Carrying, carrying
from tests.tasks.snapshots import put_back

pytestmark = pytest.mark.parts


def test_each_accepted_return_that_names_children_is_counted(kept: str) -> None:
    put_back("chosen")
    rows = {row.code: row for row in carrying(kept)}
    assert {"LA-DA", "POL-1", "HEA-1"} <= rows.keys()
    assert rows["HEA-1"].with_number > rows["HEA-1"].records * 0.8
    assert all(0 <= row.with_number <= row.records for row in rows.values())


def test_a_return_without_records_has_no_share() -> None:
    assert Carrying("A", "LA-DA", 1, 0, 0).share == "–"
    assert Carrying("A", "LA-DA", 1, 8, 2).share == "25%"
