"""With scripts off, an inspector and a manager do everything but write notes, and the page of notes says so."""

import pytest
from playwright.sync_api import BrowserContext, expect

from models.lifecycle import Stage
from tests.portal.driving import Driver, moved_to
from tests.portal.people.test_register import manager_of
from tests.portal.test_browser import signed

pytestmark = [
    pytest.mark.parts,
    pytest.mark.parametrize("window", [{"java_script_enabled": False}], indirect=True),
]


def test_an_inspector_goes_from_the_first_page_to_evaluations_and_reports_a_danger(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str
) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/home")
    page.get_by_role("link", name="Open the inspection of Slough").click()
    page.get_by_role("link", name="Children", exact=True).click()
    page.get_by_text("Find, sort and download").click()
    page.get_by_label("Words to look for").fill("T1")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Evaluations of T1").click()
    assert page.url.endswith(f"/inspections/{chosen}/children/T1#evaluations")
    page.get_by_role("button", name="This child may be in danger now").click()
    page.get_by_label("Who the child is, and where").fill("The child of the page.")
    page.get_by_label("Why the child may be in danger now").fill("We saw a bruise today.")
    page.get_by_role("button", name="Tell them now").click()
    expect(page.get_by_text("We saw a bruise today.")).to_be_visible()


def test_an_inspector_judges_records_a_finding_and_opens_its_evidence(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str
) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{chosen}/children")
    page.get_by_role("link", name="Judgements of the tracked children").click()
    page.locator("tbody a").first.click()
    page.get_by_role("radio").first.check()
    page.locator("main textarea").fill("The plan says by when.")
    page.locator("main form button").first.click()
    expect(page.get_by_text("The plan says by when.").first).to_be_visible()
    page.get_by_role("link", name="Findings", exact=True).click()
    page.get_by_role("button", name="Record a finding").click()
    page.get_by_label("Heading").fill("Plans say by when")
    page.locator("textarea[name=text]").fill("Plans have dates.")
    page.locator("input[name=category]").first.check()
    page.locator("select[name=area]").select_option(index=1)
    page.locator("input[name=evidence_kinds]").first.check()
    page.locator("input[name=cases][value=T1]").check()
    page.locator("main form button[type=submit]").last.click()
    page.get_by_role("link", name="Evidence").first.click()
    page.locator("td a").first.click()
    assert "/rows?" in page.url
    expect(page.locator("main dl").first).to_be_visible()
    page.get_by_role("link", name="Notes", exact=True).click()
    page.get_by_role("button", name="Write notes").click()
    expect(page.locator("#state")).to_have_text("Scripts are needed to write notes on this page.")


@pytest.mark.usefixtures("chosen")
def test_a_manager_narrows_the_desk_and_turns_the_calendar(window: BrowserContext, portal: str) -> None:
    with manager_of(portal) as manager:
        page = signed(window, manager, portal)
        page.goto(f"{portal}/home")
        page.get_by_role("link", name="All inspections on one page").click()
        page.get_by_text("Find, sort and download").click()
        page.get_by_label("Words to look for").fill("Atlantis")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("0 of 1 inspection.")).to_be_visible()
        page.get_by_role("link", name="Calendar of days").click()
        before = page.locator("h1").inner_text()
        page.get_by_text("Later:").locator("a").first.click()
        assert page.locator("h1").inner_text() != before
