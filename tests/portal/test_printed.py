"""Pages on paper: A4, nothing cut off, no menus, and on each sheet that it is confidential, who opened it, and when."""

import io
import re
from pathlib import Path
from unicodedata import normalize

import pytest
from playwright.sync_api import BrowserContext, Page
from pypdf import PdfReader

from models.lifecycle import Stage
from tests.portal.driving import Driver, moved_to
from tests.portal.team.passing import FINDING
from tests.portal.team.test_growing import written
from tests.portal.test_browser import signed

pytestmark = pytest.mark.parts

_A4 = (595, 842)
_ROOMS = (
    *("", "/returns", "/sample", "/children", "/lists", "/lists/hidden", "/documents", "/meetings", "/explanations"),
    *("/pairs", "/notes", "/notes/write", "/findings", "/findings/new", "/findings/workbook", "/evidence", "/exchange"),
    *("/judgements", "/judgements/T1/EA01", "/sampled", "/sampled/S1", "/children/T1", "/openings", "/record"),
    *("/findings/F01", "/findings/F01/evidence", "/findings/F01/standing", "/assurance", "/comments", "/draft"),
)
# A sheet is 186 mm wide between its margins, and 273 mm where it lies on its side.
_NARROW, _WIDE = 703, 1031
_CUT = """width => [...document.querySelectorAll('main *')].filter(each => {
  const table = each.closest('table'), box = each.getBoundingClientRect()
  const wide = table && getComputedStyle(table).page === 'wide'
  return box.width && box.height && !each.closest('.govuk-visually-hidden, details:not([open], .app-row)')
    && getComputedStyle(each).visibility !== 'hidden' && !wide === (width < 1000) && box.right > width + 1
}).map(each => each.outerHTML.slice(0, 120))"""


def cut(page: Page) -> list[str]:
    """Return what of a page is wider than the sheet that it is printed on."""
    page.emulate_media(media="print")
    lost: list[str] = []
    for width in (_NARROW, _WIDE):
        page.set_viewport_size({"width": width, "height": 1000})
        lost += page.evaluate(_CUT, width)
    page.emulate_media(media="null")
    page.set_viewport_size({"width": 1200, "height": 900})
    return lost


def sheets(page: Page, keep: Path) -> list[str]:
    """Return the text of each sheet of a page, which is A4; the file is kept to be looked at."""
    data = page.pdf(prefer_css_page_size=True)
    keep.write_bytes(data)
    read = PdfReader(io.BytesIO(data)).pages
    for each in read:
        assert tuple(sorted((round(each.mediabox.width), round(each.mediabox.height)))) == _A4
    return [" ".join(normalize("NFKC", each.extract_text()).split()) for each in read]


def test_each_page_of_the_team_prints_whole_and_says_of_itself_whose_it_is(
    window: BrowserContext, portal: str, inspector: Driver, chosen: str, tmp_path: Path
) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    note = written(
        chosen, 1, 1, "What we saw.\n\nWhat they said.", device="00000000000000c4", area="EA02", criterion="unborn"
    )
    base = f"/inspections/{chosen}"
    form = f"{base}/findings/new"
    data = {"csrf": inspector.token(form), **FINDING, "notes": f"{note}:v1"}
    assert inspector.http.post(form, data=data).status_code == 200
    page, wrong = signed(window, inspector, portal), {}
    for room in (*_ROOMS, f"/notes/{note}"):
        page.goto(f"{portal}{base}{room}")
        if lost := cut(page):
            wrong[room] = lost[:3]
        printed = sheets(page, tmp_path / f"{room.replace('/', '-')[1:] or 'overview'}.pdf")
        heading = page.inner_text("h1")
        assert heading in printed[0], room
        for number, sheet in enumerate(printed, 1):
            assert "Confidential. Opened by Alex Lee, " in sheet, room
            assert re.search(r"Printed \d+ \w+ \d{4}, \d\d:\d\d", sheet), room
            assert f"{number} of {len(printed)}" in sheet, room
            assert not re.search(r"Skip to main|Your inspections|This is a new service|Accessibility", sheet), room
        assert f"{base}{room}".replace(" ", "") in printed[0].replace(" ", ""), room
    assert wrong == {}


@pytest.mark.usefixtures("chosen")
def test_where_a_family_lives_stays_masked_on_paper(
    window: BrowserContext, portal: str, inspector: Driver, reading: str, tmp_path: Path
) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{reading}/children/T1")
    # Rows are closed on the page and open on paper.
    masked = (page.text_content("main") or "").count("Hidden")
    assert masked > page.inner_text("main").count("Hidden")
    text = " ".join(sheets(page, tmp_path / "child.pdf"))
    assert text.count("Hidden") == masked
    assert not re.search(r"\b[A-Z]{1,2}\d{1,2} ?\d[A-Z]{2}\b", text)


def test_a_page_for_everybody_prints_without_it(window: BrowserContext, portal: str, tmp_path: Path) -> None:
    page = window.new_page()
    page.goto(f"{portal}/help")
    printed = sheets(page, tmp_path / "help.pdf")
    assert not any("Confidential" in sheet or "Opened by" in sheet for sheet in printed)


@pytest.mark.parametrize("window", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_first_sheet_says_it(
    window: BrowserContext, portal: str, inspector: Driver, reading: str, tmp_path: Path
) -> None:
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{reading}")
    printed = sheets(page, tmp_path / "plain.pdf")
    assert "Confidential. Opened by Alex Lee, " in printed[0]
    assert all("Confidential." in sheet for sheet in printed)
    assert not any("Printed" in sheet for sheet in printed)
