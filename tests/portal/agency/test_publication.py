"""A recipient says on the portal where it published the letter, and whoever leads the inspection sees who has."""

import pytest
from playwright.sync_api import BrowserContext
from sqlmodel import select

from models.lifecycle import Stage
from models.states import LetterStatus
from models.tables import Inspection, Letter, RecipientPublication
from models.words import long
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, words
from tests.portal.test_browser import signed, violations

pytestmark = pytest.mark.parts
WHERE = "https://www.example.gov.uk/letter"


@pytest.fixture
def lettered(chosen: str) -> str:
    """Return an inspection whose letter is published today."""
    later = (Stage.FIELDWORK, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION, Stage.PUBLISHED)
    moved_to(chosen, *later)
    with transaction() as session:
        now = session.get_one(Inspection, chosen).now()
        session.add(
            Letter(inspection=chosen, status=LetterStatus.PUBLISHED, version=1, keys=[], sha256="", compiled_at=now)
        )
    return chosen


def day_of(ref: str) -> dict[str, str]:
    with transaction() as session:
        today = session.get_one(Inspection, ref).today()
    return {"day-day": str(today.day), "day-month": str(today.month), "day-year": str(today.year)}


def test_an_agency_says_where_it_published_the_letter(police: Driver, inspector: Driver, lettered: str) -> None:
    assert "Publish the letter and tell us where" in words(police.get("/"))
    wrong = police.post("/publication", page="/publication", website="example", **day_of(lettered))
    assert wrong.status_code == 422
    assert "Enter the web address of the letter" in words(wrong)
    police.post("/publication", page="/publication", website=WHERE, **day_of(lettered))
    assert WHERE in police.get("/publication").text
    page = f"/inspections/{lettered}/publication"
    assert WHERE in inspector.get(page).text
    with transaction() as session:
        (row,) = session.exec(select(RecipientPublication).where(RecipientPublication.inspection == lettered)).all()
    assert row.agency_id == f"{lettered}/police"


def test_whoever_leads_records_it_for_an_agency(inspector: Driver, lettered: str) -> None:
    page = f"/inspections/{lettered}/publication"
    none = inspector.post(page, page=page, agency="", website=WHERE, **day_of(lettered))
    assert "Choose an agency." in words(none)
    inspector.post(page, page=page, agency=f"{lettered}/health", website=WHERE, **day_of(lettered))
    with transaction() as session:
        today = session.get_one(Inspection, lettered).today()
    assert long(today) in words(inspector.get(page))


def test_without_a_published_letter_nobody_owes_anything(police: Driver, inspector: Driver, chosen: str) -> None:
    assert police.get("/publication").status_code == 404
    nobody = words(inspector.get(f"/inspections/{chosen}/publication"))
    assert "No letter is published that recipients must publish." in nobody
    assert "Publish the letter" not in words(police.get("/"))


def test_both_pages_are_accessible_and_narrow(
    window: BrowserContext, portal: str, police: Driver, inspector: Driver, lettered: str
) -> None:
    for driver, path in ((police, "/publication"), (inspector, f"/inspections/{lettered}/publication")):
        page = signed(window, driver, portal)
        page.set_viewport_size({"width": 320, "height": 800})
        page.goto(portal + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(page) == []
