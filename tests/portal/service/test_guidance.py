"""The guidance of a theme is open to everybody, reads on every width, and comes as a PDF and with the templates."""

import pytest
from playwright.sync_api import BrowserContext

from models.themes import shipped
from tests.portal.driving import Driver, words
from tests.portal.test_browser import violations

pytestmark = pytest.mark.parts


def test_anybody_reads_the_guidance_of_each_theme(portal: str, reading: str) -> None:  # noqa: ARG001 - there is a ledger
    with Driver(portal) as anybody:
        listed = anybody.get("/guidance").text
        for name in shipped():
            assert f'href="/guidance/{name}"' in listed
        page = "/guidance/domestic-abuse-2024"
        assert "How children are chosen" in words(anybody.get(page))
        assert anybody.get(f"{page}/guidance.pdf").content.startswith(b"%PDF")
        odt = anybody.get(f"{page}/guidance.odt")
        assert odt.content.startswith(b"PK")
        assert odt.headers["Content-Type"] == "application/vnd.oasis.opendocument.text"
        assert anybody.get(f"{page}/templates.zip").content.startswith(b"PK")
        assert anybody.get("/guidance/nothing").status_code == 404


def test_the_guidance_is_accessible_and_as_narrow_as_a_phone(window: BrowserContext, portal: str, reading: str) -> None:  # noqa: ARG001
    page = window.new_page()
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{portal}/guidance/domestic-abuse-2024")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []
