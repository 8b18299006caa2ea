"""The page of legal bases: a rehearsal says that it needs no agreement, and names the bases all the same."""

import pytest

from tests.portal.driving import Driver, words

pytestmark = pytest.mark.parts


def test_l13_a_rehearsal_says_that_its_data_is_made_up_and_names_the_bases(reading: str, inspector: Driver) -> None:
    shown = words(inspector.get(f"/inspections/{reading}/basis"))
    assert "This is a rehearsal" in shown
    assert "Children Act 2004, section 20" in shown
    # Reading was announced in February 2025, before the duty of 2026 began.
    assert "section 16LA" not in shown
    assert "A data sharing agreement between the controllers" in shown


def test_the_page_says_counts_alone(chosen: str, inspector: Driver) -> None:
    shown = words(inspector.get(f"/inspections/{chosen}/basis/identifiers"))
    assert "HEA-1, version 1" in shown
    assert "%" in shown
