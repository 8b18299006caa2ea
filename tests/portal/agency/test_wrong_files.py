"""An agency says that a file was sent in error, and reads what became of it; another agency finds nothing there."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.portal.driving import Driver, apart
from tests.portal.test_browser import signed
from tests.portal.test_narrow_documents import opened
from tests.tasks.steps import checked

pytestmark = pytest.mark.parts


def test_a_sender_puts_their_own_file_aside_and_owes_it_again(
    police: Driver, council: Driver, reading: str, police_file: Path, window: BrowserContext, portal: str
) -> None:
    apart(f"{reading}-pol-1", after=70)
    police.upload(f"{reading}-pol-1", "a.csv", police_file.read_bytes())
    checked(reading)
    identity = f"{reading}-pol-1-v71"
    page = f"/submissions/{identity}/sent-in-error"
    assert page in police.get(f"/submissions/{identity}").text
    assert council.get(page).status_code == 404
    assert council.post(page, page="/sent", reason="trial").status_code in (403, 404)
    browser = signed(window, police, portal)
    assert opened(browser, portal, page) == {}
    refused = police.post(page, people="40")
    assert refused.status_code == 422
    assert "Choose what is wrong" in refused.text
    stands = police.post(page, reason="other_area", people="40")
    assert "Nobody can open it now" in stands.text
    assert "is owed again" in stands.text
    assert "The SHA-256 is a fingerprint" in stands.text
    assert opened(browser, portal, f"/submissions/{identity}", "/sent", f"/requests/{reading}-pol-1") == {}
    assert "Nobody can open it" in police.get("/sent").text
    assert "Sent in error" in police.get(f"/requests/{reading}-pol-1").text
    for closed in ("files/1", "report.json", "report.xlsx", "places.csv", "marked/1.xlsx", "queries"):
        answer = police.get(f"/submissions/{identity}/{closed}")
        assert answer.status_code in (404, 422), closed
        assert police_file.read_bytes()[:60] not in answer.content
    assert police.post(page, reason="trial").status_code == 422
    # The right file goes the usual way.
    police.upload(f"{reading}-pol-1", "b.csv", police_file.read_bytes() + b"\r\n")
    assert len(checked(reading)) == 1
