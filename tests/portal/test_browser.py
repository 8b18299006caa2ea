"""A real browser: uploads with and without scripts, and every page checked for accessibility."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from models.lifecycle import Stage
from models.settings import settings
from models.tables import Submission
from tasks.ground.database import transaction
from tasks.ground.store import versions_of
from tests.portal.driving import Driver, Outbox, drafted, moved_to, validated

_RULES: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # Not of WCAG: everything on a page is in a landmark, so that a screen reader can go from one to the next.
    "rules": {"region": {"enabled": True}},
    # What passes is nobody's reading, and to tell it takes longer than to find it.
    "resultTypes": ["violations"],
}


def violations(page: Page) -> list[tuple[str, Any]]:
    """Return what axe finds wrong with a page: rule and elements."""
    # The script of axe is our tests' own, so that it goes around the policy that keeps others' scripts out.
    found = Axe().run(page, options=_RULES).response["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


@pytest.fixture
def signed_in(window: BrowserContext, outbox: Outbox) -> Page:
    """Return a page of a person of the police who came in by link and button."""
    page = window.new_page()
    page.goto(outbox.link_of("police"))
    assert violations(page) == []
    # The link came to a shared mailbox, which has no name.
    page.get_by_label("Full name").fill("Dan Webb")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/")
    return page


def test_an_upload_shows_its_progress_and_ends_at_the_receipt(
    signed_in: Page, portal: str, reading: str, police_file: Path, public_store: str
) -> None:
    page, puts = signed_in, []
    page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    page.goto(f"{portal}/requests/{reading}-pol-1/upload")
    assert violations(page) == []
    page.set_input_files("#file", police_file)
    page.evaluate(
        "new MutationObserver(() => { window.told = (window.told || '') + "
        "document.querySelector('[data-told]').textContent }).observe(document.querySelector('[data-told]'), "
        "{childList: true})"
    )
    with page.expect_navigation(url=re.compile("/submissions/")):
        page.get_by_role("button", name="Send the file").click()
    assert len(puts) == 1
    assert puts[0].startswith(public_store)
    assert "POL-1" not in puts[0]
    expect(page.get_by_text("We have your file")).to_be_visible()
    assert "POL-1.csv" in page.inner_text("main")
    assert violations(page) == []
    validated(reading)
    expect(page.get_by_text("is accepted")).to_be_visible()
    assert violations(page) == []


@pytest.mark.usefixtures("public_store")
def test_the_script_says_what_is_wrong_beside_the_field(
    signed_in: Page, portal: str, reading: str, tmp_path: Path
) -> None:
    page, wrong = signed_in, tmp_path / "notes.txt"
    wrong.write_text("x")
    page.goto(f"{portal}/requests/{reading}-pol-1/upload")
    page.set_input_files("#file", wrong)
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("#file-error")).to_have_text("The selected file must be an XLSX, ODS or CSV file.")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    assert violations(page) == []


def test_a_store_that_only_the_stack_believes_is_not_offered_to_browsers(
    signed_in: Page, portal: str, reading: str, police_file: Path
) -> None:
    page, puts, wrong = signed_in, [], []
    page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(f"{portal}/requests/{reading}-pol-1/upload")
    assert str(settings().s3_endpoint_url) not in page.evaluate(
        "fetch(location.href).then(answer => answer.headers.get('content-security-policy'))"
    )
    page.set_input_files("#file", police_file)
    with page.expect_navigation(url=re.compile("/submissions/")):
        page.get_by_role("button", name="Send the file").click()
    assert puts == wrong == []
    with transaction() as session:
        submission = session.get_one(Submission, f"{reading}-pol-1-v1")
        assert submission.size == police_file.stat().st_size
        # Through the portal it is sealed before it reaches the store: there never was a plain version.
        assert versions_of(submission.key) == [submission.version_id]


@pytest.mark.usefixtures("public_store")
def test_a_store_out_of_reach_makes_the_portal_pass_the_file_on(
    signed_in: Page, portal: str, reading: str, police_file: Path
) -> None:
    page = signed_in
    page.route(re.compile("X-Amz-Signature"), lambda route: route.abort())
    page.goto(f"{portal}/requests/{reading}-pol-1/upload")
    page.set_input_files("#file", police_file)
    with page.expect_navigation(url=re.compile("/submissions/")):
        page.get_by_role("button", name="Send the file").click()
    expect(page.get_by_text("We have your file")).to_be_visible()


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize("window", [{"java_script_enabled": False}], indirect=True)
def test_an_upload_works_without_scripts(
    window: BrowserContext, outbox: Outbox, reading: str, police_file: Path
) -> None:
    page = window.new_page()
    page.goto(outbox.link_of("police"))
    page.get_by_label("Full name").fill("Dan Webb")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="POL-1").click()
    page.get_by_role("button", name="Send a file").click()
    page.set_input_files("#file", police_file)
    page.get_by_role("button", name="Send the file").click()
    assert "We have your file" in page.inner_text("main")
    with transaction() as session:
        assert session.get_one(Submission, f"{reading}-pol-1-v1").size == police_file.stat().st_size


def signed(window: BrowserContext, driver: Driver, portal: str) -> Page:
    """Return a page of the same person as the driver's."""
    window.add_cookies([{"name": one.name, "value": str(one.value), "url": portal} for one in driver.http.cookies.jar])
    return window.new_page()


def checked(page: Page, portal: str, *paths: str) -> dict[str, Any]:
    """Return what axe finds wrong with several pages, by their address, and which show markup as words."""
    wrong: dict[str, Any] = {}
    for path in paths:
        page.goto(portal + path)
        if found := violations(page):
            wrong[path] = found
        elif "</" in page.inner_text("body"):
            wrong[path] = "markup is shown as words"
    return wrong


def test_pages_of_an_agency_are_accessible(
    window: BrowserContext, portal: str, police: Driver, reading: str, rejected: str
) -> None:
    page, base = signed(window, police, portal), f"/requests/{reading}-pol-1"
    paths = ("/", base, f"{base}/upload", f"{base}/nil", f"{base}/late", f"/submissions/{rejected}", "/letter")
    assert checked(page, portal, *paths, "/sign-out", "/nowhere", "/sign-in", "/sign-in/x/y") == {}
    page.goto(f"{portal}{base}/late")
    page.get_by_role("button", name="Tell us").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert violations(page) == []
    page.goto(f"{portal}{base}/nil")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert violations(page) == []


@pytest.fixture
def drafting(inspector: Driver, chosen: str) -> str:
    """Return an inspection whose draft is being checked, with one finding and one comment."""
    from models.themes import theme
    from tasks.accuracy.comments import comment

    moved_to(chosen, Stage.FIELDWORK)
    area = theme("domestic-abuse-2024").evaluation_areas[0].code
    words: dict[str, Any] = {
        "heading": "Referrals wait",
        "text": "Too long.",
        "evidence_kinds": ["case_tracking"],
        "cases": ["T1"],
    }
    inspector.post(f"/inspections/{chosen}/findings/new", category="improvement", area=area, **words)
    moved_to(chosen, Stage.FINDINGS_DRAFTING)
    drafted(chosen)
    comment(chosen, f"{chosen}/police", text="Three days.", paragraph="P01", by="test")
    return chosen


def test_pages_of_the_team_and_the_letter_are_accessible(
    window: BrowserContext, portal: str, police: Driver, inspector: Driver, drafting: str
) -> None:
    base = f"/inspections/{drafting}"
    rooms = (
        "",
        "/sample",
        "/findings",
        "/findings/new",
        "/findings/F01",
        "/findings/F01/evidence",
        "/findings/workbook",
        "/words",
        "/draft",
        "/draft/word",
        "/addressees",
        "/determination",
    )
    page = signed(window, inspector, portal)
    assert checked(page, portal, *(base + room for room in (*rooms, "/comments", "/letter"))) == {}
    page.goto(f"{portal}{base}/findings/new")
    page.get_by_role("button", name="Record the finding").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert violations(page) == []
    window.clear_cookies()
    police.operate()
    page = signed(window, police, portal)
    assert checked(page, portal, "/letter", "/", f"/requests/{drafting}-eval-police", "/outbox", "/operator") == {}
    assert checked(page, portal, "/home", "/account", "/first-people") == {}


def test_what_the_service_says_of_itself_is_accessible(window: BrowserContext, portal: str, police: Driver) -> None:
    paths = ("/accessibility", "/privacy", "/cookies", "/help", "/contact", "/feedback", "/sent")
    page = window.new_page()
    assert checked(page, portal, *paths[:-1]) == {}
    assert checked(signed(window, police, portal), portal, *paths) == {}


def test_the_check_of_accessibility_finds_what_is_wrong(window: BrowserContext) -> None:
    page = window.new_page()
    page.set_content("<html><body><img src='x'><input><p>Words</p><main>More words</main></body></html>")
    assert {"image-alt", "label", "html-has-lang", "region"} <= {rule for rule, _ in violations(page)}
