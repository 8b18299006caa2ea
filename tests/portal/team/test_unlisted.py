"""The estimate on the portal: the lead inspector and the manager read it, nobody else, and each reading is kept."""

import pytest
from playwright.sync_api import BrowserContext

from tests.portal.driving import Driver, words
from tests.portal.people.test_register import manager_of
from tests.portal.team.test_overlaps import audited
from tests.portal.test_browser import signed, violations

pytestmark = pytest.mark.parts


def test_l5_whoever_leads_reads_the_estimate_or_why_there_is_none_and_each_reading_is_kept(
    inspector: Driver, police: Driver, portal: str, chosen: str
) -> None:
    page = f"/inspections/{chosen}/lists/unlisted"
    assert police.get(page).status_code == 404
    assert audited(chosen, "estimate.read") == []
    shown = words(inspector.get(page))
    for sentence in (
        "none of the lists",
        "Do not put it in a letter",
        "Before you use it",
        "asked for and are compared",
    ):
        assert sentence in shown
    assert "/lists/unlisted" in inspector.get(f"/inspections/{chosen}/lists").text
    with manager_of(portal) as manager:
        assert "none of the lists" in words(manager.get(page))
    entries = audited(chosen, "estimate.read")
    # Whether there was one, and never the number.
    assert [sorted(set(entry.facts) - {"trace"}) for entry in entries] == [["cohort", "estimate"]] * 2


def test_before_the_cohort_is_frozen_there_is_no_page(inspector: Driver, reading: str) -> None:
    assert inspector.get(f"/inspections/{reading}/lists/unlisted").status_code == 404


def test_the_page_is_accessible(window: BrowserContext, portal: str, inspector: Driver, chosen: str) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{chosen}/lists/unlisted")
    assert violations(page) == []
