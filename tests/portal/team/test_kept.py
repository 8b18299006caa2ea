"""What somebody types into a finding or a paragraph is kept while they type, and comes back where it was not saved."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from models.lifecycle import Stage
from models.roles import Role
from models.states import SignInWay
from models.tables import Person
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.people.persons import members
from tasks.people.sessions import begin, end_all
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


def _of_a_paragraph(inspector: Driver, reading: str) -> str:
    added(inspector, reading, "main", "They act in SAVED.")
    return f"/inspections/{reading}/draft/P01"


def _of_a_finding(_: Driver, reading: str) -> str:
    return f"/inspections/{reading}/findings/new"


@pytest.mark.parametrize("comes_back", [True, False], ids=["comes back to the tab", "types on"])
@pytest.mark.parametrize("form_of", [_of_a_paragraph, _of_a_finding], ids=["paragraph", "finding"])
def test_l15_a_form_hides_what_was_typed_and_saved_once_its_writer_is_signed_out(
    window: BrowserContext,
    inspector: Driver,
    portal: str,
    reading: str,
    form_of: Callable[[Driver, str], str],
    comes_back: bool,
) -> None:
    moved_to(reading, Stage.FIELDWORK)
    path = form_of(inspector, reading)
    page = signed(window, inspector, portal)
    page.goto(f"{portal}{path}")
    expect(page.locator("#state")).to_contain_text("What you type is kept")
    if form_of is _of_a_finding:
        page.fill("#heading", "CANARY-HEADING")
        page.check("#category")
    page.fill("#text", "They act in CANARY-TYPED.")
    expect(page.locator("#state")).to_contain_text("Kept and sent")
    writer = lead_of(reading)
    with transaction() as session:
        end_all(session, writer.id, by="test")
    if comes_back:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    else:
        page.locator("#text").press_sequentially(" More.")
    expect(page.locator("#state")).to_contain_text("You are no longer signed in.")
    expect(page.locator("#text")).to_have_count(0)
    shown = page.evaluate("document.querySelector('main').outerHTML")
    assert not any(word in shown for word in ("CANARY", "SAVED"))
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    # It all comes back to the same person.
    with transaction() as session:
        secret = begin(session, writer, SignInWay.OWN_LINK)
    window.add_cookies([{"name": COOKIE, "value": secret, "url": portal}])
    page.goto(f"{portal}{path}")
    expect(page.locator("#text")).to_have_value("They act in CANARY-TYPED." + ("" if comes_back else " More."))
    if form_of is _of_a_finding:
        expect(page.locator("#heading")).to_have_value("CANARY-HEADING")
        expect(page.locator("#category")).to_be_checked()


def lead_of(ref: str) -> Person:
    with transaction() as session:
        return members(session, ref, Role.LEAD)[0][1]
