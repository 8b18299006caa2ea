"""The public pages: open to everybody, the bytes of the store, narrow, printable, and right without a script."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlmodel import delete

from models.tables import PublicSite
from tasks.ground.database import transaction
from tasks.publishing.pages import keep_pages
from tasks.publishing.site import file_of, page_of, site
from tests.portal.driving import Driver, words
from tests.portal.test_browser import violations
from tests.tasks.publishing.made_up import corrected, leeds

pytestmark = pytest.mark.parts
_FIRST, _SECOND = corrected(), leeds()
_PAGES = ("index.html", page_of(_FIRST), page_of(_SECOND), "years/2024.html", "404.html")


@pytest.fixture
def files(portal: str, reading: str) -> dict[str, bytes]:  # noqa: ARG001 - there is a ledger
    """Return public pages as they are served."""
    made = site([_FIRST, _SECOND], f"{portal}/public")
    with transaction() as session:
        session.execute(delete(PublicSite))
        keep_pages(session, made)
    return made


def test_anybody_reads_the_bytes_of_the_store(portal: str, files: dict[str, bytes]) -> None:
    with Driver(portal) as anybody:
        for path, content in files.items():
            if path != "404.html":
                assert anybody.get(f"/public/{path}").content == content, path
        assert "Reading" in words(anybody.get("/public"))
        assert anybody.get(f"/public/letters/{_FIRST.ref}/").content == files[page_of(_FIRST)]
        feed = anybody.get("/public/feed.atom")
        assert feed.headers["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_an_old_address_of_a_withdrawn_letter_says_why_and_an_unknown_one_that_there_is_nothing(
    portal: str, files: dict[str, bytes]
) -> None:
    with Driver(portal) as anybody:
        gone = anybody.get(f"/public/{file_of(_SECOND, _SECOND.newest, 'html')}")
        assert (gone.status_code, "This letter was withdrawn on 2 June 2025" in gone.text) == (200, True)
        nothing = anybody.get("/public/letters/nowhere/index.html")
        assert nothing.status_code == 404
        assert nothing.content == files["404.html"]


def test_before_the_first_letter_there_is_a_sentence(portal: str, files: dict[str, bytes]) -> None:
    assert files
    with transaction() as session:
        session.execute(delete(PublicSite))
    with Driver(portal) as anybody:
        answer = anybody.get("/public/index.html")
    assert (answer.status_code, answer.text) == (404, "No letter is published yet.\n")


def test_pages_are_accessible_and_as_narrow_as_a_phone(
    window: BrowserContext, portal: str, files: dict[str, bytes]
) -> None:
    assert files
    page = window.new_page()
    page.set_viewport_size({"width": 320, "height": 900})
    for path in _PAGES:
        page.goto(f"{portal}/public/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert violations(page) == [], path


def test_the_search_narrows_the_list_and_says_how_much_is_left(
    window: BrowserContext, portal: str, files: dict[str, bytes]
) -> None:
    assert files
    page = window.new_page()
    page.goto(f"{portal}/public/index.html")
    page.get_by_label("Search by area, theme or date").fill("leeds 2024")
    expect(page.get_by_role("status")).to_have_text("1 of 2 letters")
    rows = page.locator("#letters > li")
    expect(rows.first).to_be_hidden()
    expect(rows.last).to_be_visible()


def test_the_files_are_right_from_a_folder_without_a_server_and_in_print(
    window: BrowserContext, files: dict[str, bytes], tmp_path: Path
) -> None:
    for path, content in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    page = window.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    page.get_by_role("link", name="Reading").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Reading")
    page.emulate_media(media="print")
    # Neither the header's links nor the footer's lists are of use on paper.
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator("main")).to_be_visible()
