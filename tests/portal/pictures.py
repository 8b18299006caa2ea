"""Takes the guides' pictures anew: run `pytest tests/portal/pictures.py`, look at them, and commit them."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from models.lifecycle import Stage
from models.settings import CHECKOUT
from tasks.returns.rechecks import ask_all
from tasks.returns.rule_waivers import WaiverReason, waive_rule
from tests.portal.driving import Driver, Outbox, apart, moved_to, sent_and_chosen, validated
from tests.portal.team.test_pairs import first_pair
from tests.portal.test_browser import signed
from tests.tasks.doubtful_cohort import keep_doubtful
from tests.tasks.jobs.test_recheck import again
from tests.tasks.returns.test_explanations import police_file as queried_file
from tests.tasks.snapshots import put_back

_FOLDER = CHECKOUT / "docs" / "pictures"


def take(page: Page, name: str, *, tall: int = 900) -> None:
    """Keep a picture of the top of a page, 1200 pixels wide."""
    page.set_viewport_size({"width": 1200, "height": tall})
    page.screenshot(path=_FOLDER / f"portal-{name}.png")


@pytest.mark.usefixtures("public_store")
def test_pictures_for_agencies(
    window: BrowserContext, portal: str, council: Driver, reading: str, tmp_path: Path
) -> None:
    from models.themes import theme
    from validation.synthetic import synthesise
    from validation.synthetic.writing import write

    write(synthesise(theme("domestic-abuse-2024"), "E06000038", 300, 7, dirty=0.01), tmp_path)
    file = tmp_path / "LA-DA.xlsx"
    page = signed(window, council, portal)
    page.goto(f"{portal}/")
    take(page, "tasks")
    page.goto(f"{portal}/requests/{reading}-la-da")
    take(page, "request", tall=1280)
    page.goto(f"{portal}/requests/{reading}-la-da/upload")
    page.set_input_files("#file", file)
    # The picture is of the moment at which most of the file is sent.
    page.evaluate(
        "document.querySelector('[data-progress]').hidden = false; "
        "document.getElementById('progress').value = 62; "
        "document.querySelector('[data-told]').textContent = '60% sent'"
    )
    take(page, "upload")
    page.get_by_role("button", name="Send the file").click()
    page.wait_for_url("**/submissions/*")
    take(page, "receipt", tall=1100)
    validated(reading)
    page.reload()
    take(page, "verdict", tall=1500)


def test_pictures_of_queries(
    window: BrowserContext, portal: str, police: Driver, inspector: Driver, reading: str, synthetic: Path
) -> None:
    apart(f"{reading}-pol-1", after=1)
    for version, late in ((2, 5), (3, 3)):
        police.upload(f"{reading}-pol-1", f"POL-1-{version}.csv", queried_file(synthetic, late=late))
        validated(reading)
    page = signed(window, police, portal)
    page.goto(f"{portal}/submissions/{reading}-pol-1-v3")
    take(page, "queried", tall=1300)
    page.goto(f"{portal}/submissions/{reading}-pol-1-v3/queries/0")
    page.get_by_label("Why is it right?").fill("The line to the council was down that week; we told it by telephone.")
    page.get_by_label("At those chosen below").check()
    take(page, "query", tall=1100)
    page.get_by_label("At all 3 places").check()
    page.get_by_role("button", name="Keep the explanation").click()
    waive_rule(f"{reading}-pol-1", "ID.postcode.format", WaiverReason.RULE_IN_DOUBT, date(2026, 3, 3), by="Sam Patel")
    ask_all(reading, counts=False, by="inspectorate: Sam Patel")
    again(reading)
    team = signed(window, inspector, portal)
    team.goto(f"{portal}/inspections/{reading}/explanations")
    take(team, "explanations", tall=1100)


@pytest.mark.usefixtures("storage")
def test_pictures_of_pairs(window: BrowserContext, portal: str) -> None:
    ref = keep_doubtful()
    put_back("doubtful")
    with Driver(portal) as driver:
        driver.sign_in(Outbox(portal).link_to("Alex Lee", ref))
        page = signed(window, driver, portal)
        page.goto(portal + first_pair(driver, ref))
        take(page, "pair", tall=1250)
        driver.post(first_pair(driver, ref), decision="match/slips", seen="0")
        page.goto(f"{portal}/inspections/{ref}/pairs")
        take(page, "pairs")


def test_pictures_for_inspectors(
    window: BrowserContext, portal: str, inspector: Driver, reading: str, synthetic: Path
) -> None:
    # The store still holds what the agency of the other pictures sent.
    for code in ("la-da", "pol-1", "pro-1", "hea-1"):
        apart(f"{reading}-{code}", after=1)
    sent_and_chosen(reading, synthetic)
    page = signed(window, inspector, portal)
    page.goto(f"{portal}/inspections/{reading}")
    take(page, "overview", tall=2000)
    page.goto(f"{portal}/inspections/{reading}/lists")
    page.wait_for_load_state("networkidle")
    take(page, "lists", tall=1500)
    page.goto(f"{portal}/inspections/{reading}/sample")
    take(page, "sample", tall=1900)
    moved_to(reading, Stage.FIELDWORK)
    page.goto(f"{portal}/inspections/{reading}/findings/new")
    take(page, "finding", tall=2500)
