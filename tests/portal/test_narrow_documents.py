"""Pages of documents and meetings fit a window of 320 pixels and axe finds nothing wrong, mistakes included."""

import io

import pytest
from playwright.sync_api import BrowserContext, Page

from models.events import Owed
from models.ids import document_id
from tasks.documents.sending import hold_none, send_document
from tasks.jobs.scan_document import scan_document
from tasks.ledger.work import claim
from tests.portal.agency.test_family_meetings import days, label_of, tell
from tests.portal.driving import Driver
from tests.portal.test_browser import signed, violations

pytestmark = pytest.mark.parts
WIDTHS = (1280, 320)
PDF = b"%PDF-1.4\nA protocol\n%%EOF\n"


def wrong(page: Page) -> dict[str, object]:
    """Return what is wrong with the page that is open, at each width."""
    faults: dict[str, object] = {}
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        shown = int(page.evaluate("document.documentElement.scrollWidth"))
        faults |= {f"{page.url} at {width}": shown} if shown > width else {}
        if axe := violations(page):
            faults[f"{page.url} at {width} by axe"] = axe
    return faults


def opened(page: Page, portal: str, *paths: str) -> dict[str, object]:
    faults: dict[str, object] = {}
    for path in paths:
        page.goto(portal + path)
        faults |= wrong(page)
    return faults


@pytest.fixture
def sent(council: Driver, chosen: str) -> list[str]:
    """Return pages of documents of the council: one sent twice, one that it does not hold, and one that it owes."""
    agency = f"{chosen}/local_authority"
    first, second, third = (document_id(agency, number) for number in ("1.12", "1.3", "1.5"))
    for data in (PDF, PDF + b"2"):
        send_document(first, agency, io.BytesIO(data), len(data), filename="a.pdf", by="local_authority: P-7KQ2M4XB")
    hold_none(second, agency, "being_written", by="local_authority: P-7KQ2M4XB")
    while claimed := claim(Owed.SCAN_DOCUMENT, chosen):
        scan_document(claimed)
    tell(council, chosen)
    given = {"child": label_of(council), "of": "mother", "answer": "agreed", "asker": "social_worker"}
    council.post("/meetings/consent", **given, **days(chosen)["today"], text="An interpreter is needed.")
    return [f"/documents/{identity}" for identity in (first, second, third)]


def test_pages_of_the_council(
    window: BrowserContext, portal: str, council: Driver, chosen: str, sent: list[str]
) -> None:
    page = signed(window, council, portal)
    paths = ("/", *sent, f"/requests/{chosen}-eval-local_authority", "/meetings", "/meetings/plan", "/meetings/consent")
    assert opened(page, portal, *paths) == {}
    for path, button in (("/meetings/plan", "Tell us of this meeting"), ("/meetings/consent", "Record this answer")):
        page.goto(portal + path)
        page.get_by_role("button", name=button).click()
        page.wait_for_selector(".govuk-error-summary")
        assert page.title().startswith("Error: ")
        assert wrong(page) == {}
    page.goto(portal + sent[2])
    page.get_by_role("button", name="Send the document").click()
    assert "Select a file." in page.inner_text("main")
    assert wrong(page) == {}


@pytest.mark.usefixtures("sent")
def test_pages_of_the_team(
    window: BrowserContext, portal: str, council: Driver, inspector: Driver, chosen: str
) -> None:
    page, base = signed(window, inspector, portal), f"/inspections/{chosen}"
    child = f"{base}/children/{label_of(council)}"
    assert opened(page, portal, base, f"{base}/documents", child, f"{base}/meetings", f"{base}/meetings/new") == {}
    page.get_by_role("button", name="Keep the record").click()
    page.wait_for_selector(".govuk-error-summary")
    assert wrong(page) == {}
    page.get_by_label("Feedback meeting").check()
    for name, value in (("Day", "day"), ("Month", "month"), ("Year", "year")):
        page.get_by_label(name, exact=True).fill(days(chosen)["today"][f"on-{value}"])
    page.get_by_label("Head of probation in the area").check()
    page.get_by_label("What was said").fill("Strategy meetings start late.")
    page.get_by_role("button", name="Keep the record").click()
    page.wait_for_selector(".govuk-notification-banner")
    assert "Strategy meetings start late." in page.inner_text("main")
    assert wrong(page) == {}
