"""Every page fits a window of 320 pixels, so that a reader who enlarges it, or has a phone, scrolls one way alone."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from models.lifecycle import Stage
from models.tables import TimetableStep
from tasks.ground.database import transaction
from tests.portal.driving import Driver, apart, moved_to, validated
from tests.portal.people.test_register import manager_of
from tests.portal.team.passing import FINDING
from tests.portal.team.test_growing import written
from tests.portal.test_browser import signed, violations
from tests.portal.test_printed import cut
from tests.validation.exports import spoilt_export

pytestmark = pytest.mark.parts
_NARROWEST = 320


def _too_wide(page: Page, address: str, *paths: str) -> dict[str, int]:
    """Return how wide each page is that does not fit, with all of its details open; and what axe finds, as -1."""
    wide: dict[str, int] = {}
    page.set_viewport_size({"width": _NARROWEST, "height": 800})
    for path in paths:
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        width = int(page.evaluate("document.documentElement.scrollWidth"))
        wide |= {path: width} if width > _NARROWEST else {}
        wide |= {f"{path} by axe": -1} if violations(page) else {}
    return wide


@pytest.fixture
def spoilt(police: Driver, reading: str, tmp_path: Path) -> str:
    """Return the id of a submission with errors in its layout, in whole columns and in cells."""
    path = tmp_path / "export.xlsx"
    spoilt_export(path)
    apart(f"{reading}-pol-1", after=60)
    police.upload(f"{reading}-pol-1", path.name, path.read_bytes())
    validated(reading)
    return f"{reading}-pol-1-v61"


def test_pages_of_an_agency_fit(window: BrowserContext, portal: str, police: Driver, reading: str, spoilt: str) -> None:
    police.operate()
    page, base = signed(window, police, portal), f"/requests/{reading}-pol-1"
    paths = ("/", base, f"{base}/upload", f"{base}/nil", f"{base}/late", f"/submissions/{spoilt}")
    assert (
        _too_wide(page, portal, *paths, f"/submissions/{spoilt}/queries", "/outbox", "/operator", "/home", "/account")
        == {}
    )


def test_the_calendar_and_the_desk_fit(window: BrowserContext, portal: str, reading: str) -> None:
    with transaction() as session:
        first = session.get_one(TimetableStep, (reading, "fieldwork_start")).day
    with manager_of(portal) as manager:
        page = signed(window, manager, portal)
        days = (f"/calendar?month={first:%Y-%m}", f"/calendar?week={first.isoformat()}", "/calendar?month=2020-02")
        assert _too_wide(page, portal, *days, "/desk", "/desk/decisions", f"/inspections/{reading}") == {}
        page.goto(f"{portal}{days[0]}")
        # A day on which nothing stands takes no room on a phone.
        shown = page.locator("td:visible").all_inner_texts()
        assert shown
        assert all("\n" in text for text in shown)
        assert cut(page) == []


_ROOMS = ("", "/sample", "/lists", "/pairs", "/explanations", "/findings", "/findings/new", "/findings/workbook")
_EVIDENCE = ("/children", "/sampled", "/sampled/S1", "/judgements", "/judgements/T1/EA01", "/evidence", "/exchange")


def test_pages_of_the_team_fit(window: BrowserContext, portal: str, inspector: Driver, chosen: str) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    paths = (f"/inspections/{chosen}{room}" for room in (*_ROOMS, "/comments", *_EVIDENCE))
    assert _too_wide(signed(window, inspector, portal), portal, *paths) == {}


def test_pages_of_notes_and_of_findings_that_grew_from_them_fit(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str
) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    codes = {"area": "EA02", "criterion": "unborn", "agency": "police"}
    note = written(chosen, 1, 1, "What we saw.\n\nWhat they said.", device="00000000000000c5", **codes)
    base = f"/inspections/{chosen}"
    data = {"csrf": inspector.token(f"{base}/findings/new"), **FINDING, "notes": f"{note}:v1:p2"}
    assert inspector.http.post(f"{base}/findings/new", data=data).status_code == 200
    rooms = ("/notes", f"/notes/{note}", "/findings/F01", "/findings/F01/evidence", f"/findings/from-notes?note={note}")
    page = signed(window, inspector, portal)
    assert _too_wide(page, portal, *(f"{base}{room}" for room in rooms)) == {}


_SIDEWAYS = """() => [...document.querySelectorAll('.app-scroll')].filter(region =>
  region.querySelector('table') && region.scrollWidth > region.clientWidth + 1).map(region => region.ariaLabel)"""


def test_what_an_inspector_reads_most_is_cards_on_a_phone_and_scrolls_one_way(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str
) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    base = f"/inspections/{chosen}"
    data = {"csrf": inspector.token(f"{base}/findings/new"), **FINDING, "cases": "T1"}
    assert inspector.http.post(f"{base}/findings/new", data=data).status_code == 200
    page = signed(window, inspector, portal)
    page.set_viewport_size({"width": 390, "height": 800})
    sideways = {}
    for path in ("/returns", "/children", "/children/T1", "/findings/F01/evidence", "/evidence", "/documents"):
        page.goto(f"{portal}{base}{path}")
        sideways[path] = page.evaluate(_SIDEWAYS)
    # People of a household stand next to each other, which is what that table is for.
    assert [each for each in sideways.pop("/children/T1") if "each person of the household" not in each] == []
    assert sideways == dict.fromkeys(sideways, [])


@pytest.mark.usefixtures("chosen")
def test_the_list_of_the_wider_sample_fits(window: BrowserContext, portal: str, police: Driver) -> None:
    assert _too_wide(signed(window, police, portal), portal, "/", "/sampled") == {}


def test_the_verdict_begins_with_downloads_and_links_to_each_group(
    window: BrowserContext, portal: str, police: Driver, spoilt: str
) -> None:
    page = signed(window, police, portal)
    page.goto(f"{portal}/submissions/{spoilt}")
    heads = page.locator("main h2").all_inner_texts()
    groups = ["The layout of your file", "Whole columns", "Cells and rows"]
    assert heads == ["Download", "On this page", *groups, "Receipt"]
    links = page.locator("nav[aria-label='On this page'] a").all()
    assert [link.inner_text() for link in links] == [*groups, "Receipt"]
    assert all(page.locator(str(link.get_attribute("href"))).count() == 1 for link in links)
    words = page.inner_text("#layout + p + ol")
    assert "Sheet 1, column O, child_date_of_birth" in words
    assert "Sheet 2" in words
    assert "Jane" not in page.inner_text("main")
