"""What restrictions in force cover: rows that were looked for, and whole versions in which nobody has looked yet."""

import pytest

from models.states import WhyRestricted
from tasks.ledger.restricted import NOT_COVERED, WHY_RESTRICTED, CoveredRows, why_restricted

COVERED = CoveredRows(frozenset({("v1", "POL-1", 2)}), frozenset(), frozenset({"v1"}))


@pytest.mark.parametrize(
    ("version", "row", "hidden"), [("v1", 2, True), ("v1", 3, False), ("v2", 3, True)], ids=["row", "other", "unsought"]
)
def test_a_row_is_hidden_that_is_covered_or_of_a_version_not_looked_at(version: str, row: int, *, hidden: bool) -> None:
    assert COVERED.hides(version, "POL-1", row) is hidden
    assert NOT_COVERED.hides(version, "POL-1", row) is False


def test_a_version_is_whole_where_nothing_of_it_is_hidden() -> None:
    assert (COVERED.hides_of("v1"), COVERED.hides_of("v2"), NOT_COVERED.hides_of("v2")) == (True, True, False)
    assert COVERED.hidden("v1", "POL-1", [1, 2, 3]) == {2}
    assert not CoveredRows(frozenset(), frozenset(), frozenset({"v1"})).hides_of("v1")


def test_it_opens_for_the_reasons_of_the_law_alone() -> None:
    assert set(WHY_RESTRICTED) == set(WhyRestricted)
    assert why_restricted("protection") is WhyRestricted.PROTECTION
    assert why_restricted("curious") is None
