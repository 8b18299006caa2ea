"""An area beside its earlier inspection on the portal, and the question about a return that is far from last time."""

import csv
import io

import pytest
from playwright.sync_api import BrowserContext

from tests.portal.driving import Driver, words
from tests.portal.team.test_overlaps import audited
from tests.portal.test_browser import signed, violations
from tests.tasks.comparing.test_reading import inspected_before

pytestmark = pytest.mark.parts


def test_l5_whoever_leads_reads_the_comparison_in_rounded_counts_and_each_reading_is_kept(
    inspector: Driver, police: Driver, chosen: str
) -> None:
    page = f"/inspections/{chosen}/earlier"
    assert police.get(page).status_code == 404
    assert "No earlier inspection" in words(inspector.get(page))
    before = inspected_before(chosen)
    shown = words(inspector.get(page))
    assert "A change is a question, not a finding" in shown
    assert "Plan status" in shown
    answer = inspector.post(page, page=page, words="", download="csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    counts = [row[name] for row in rows for name in ("Then", "Now")]
    assert all(text == "withheld" or int(text.replace(",", "")) % 5 == 0 for text in counts)
    readings = audited(chosen, "comparison.read")
    # The first found nothing; then the page, the page with the form, and the download.
    assert [entry.facts["before"] for entry in readings] == [None, *[before] * (len(readings) - 1)]
    assert len(readings) >= 3


def test_a_return_far_from_last_time_is_a_question_in_the_reader_of_returns(inspector: Driver, chosen: str) -> None:
    page = f"/inspections/{chosen}/returns"
    assert "Very different from last time" not in words(inspector.get(page))
    inspected_before(chosen, times=4)
    shown = words(inspector.get(page))
    assert "Very different from last time" in shown
    assert "about a quarter" in shown
    assert "A difference is not a mistake" in shown


def test_before_the_cohort_is_frozen_there_is_no_page(inspector: Driver, reading: str) -> None:
    assert inspector.get(f"/inspections/{reading}/earlier").status_code == 404


def test_the_page_is_accessible(window: BrowserContext, portal: str, inspector: Driver, chosen: str) -> None:
    inspected_before(chosen)
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{chosen}/earlier")
    assert violations(page) == []
