"""What somebody types into a finding or a paragraph is kept while they type, and comes back where it was not saved."""

import pytest
from playwright.sync_api import BrowserContext, expect

from models.lifecycle import Stage
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.test_draft import added
from tests.portal.test_browser import signed

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]


def test_l1_words_that_were_typed_and_not_saved_come_back_in_the_browser_and_elsewhere(
    window: BrowserContext, inspector: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    added(inspector, reading, "main", "They act.")
    address = f"{portal}/inspections/{reading}/draft/P01"
    page = signed(window, inspector, portal)
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("What you type is kept")
    page.fill("#text", "They act in CANARY-TYPED.")
    expect(page.locator("#state")).to_contain_text("Kept and sent")
    page.close()
    # Another browser of the same person finds them on the server.
    assert "Words that you typed before and did not save" in words(inspector.get(f"/inspections/{reading}/draft/P01"))
    page = window.new_page()
    page.goto(address)
    expect(page.locator("#text")).to_have_value("They act in CANARY-TYPED.")
    expect(page.locator("#server-words")).to_have_value("They act.")
    page.get_by_role("button", name="Save this version").click()
    page.wait_for_url("**/versions")
    assert "CANARY-TYPED" in page.inner_text("main")
    page.goto(address)
    expect(page.locator("#state")).to_contain_text("What you type is kept")
    assert "did not save" not in page.inner_text("main")
    assert page.input_value("#text") == "They act in CANARY-TYPED."


@pytest.mark.parametrize("window", [{"java_script_enabled": False}], indirect=True)
def test_a_paragraph_is_written_without_scripts(
    window: BrowserContext, inspector: Driver, portal: str, reading: str
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    added(inspector, reading, "main", "They act.")
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{reading}/draft/P01")
    page.fill("#text", "They act now.")
    page.get_by_role("button", name="Save this version").click()
    page.wait_for_url("**/versions")
    assert "They act now." in page.inner_text("main")
