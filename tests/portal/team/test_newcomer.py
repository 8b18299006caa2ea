"""Somebody who has never seen the portal finds what they look for by words of links alone, in few clicks."""

import html
import re
from dataclasses import dataclass, field

import pytest

from models.lifecycle import Stage
from models.tables import Statement
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.passing import FINDING

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen")]

_LINK = re.compile(r'(?s)<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>')


@dataclass
class Newcomer:
    """Reads links from the top of a page, and clicks the first whose words have what they look for."""

    driver: Driver
    path: str = "/home"
    clicks: int = 0
    way: list[str] = field(default_factory=list)

    def click(self, wanted: str) -> "Newcomer":
        """Open what a link leads to; it must be on the page, and only one address may be behind its words."""
        links = [
            (html.unescape(href), " ".join(html.unescape(re.sub("<[^>]+>", " ", text)).split()))
            for href, text in _LINK.findall(self.driver.get(self.path).text)
        ]
        places = {href for href, text in links if re.search(rf"\b{wanted}\b", text)}
        assert len(places) == 1, f"{wanted!r} leads to {places} on {self.path}, of {[text for _, text in links]}"
        (self.path,) = places
        self.clicks += 1
        self.way.append(wanted)
        return self

    def read(self) -> str:
        """Return the words of the page that they have come to."""
        answer = self.driver.get(self.path)
        assert answer.status_code == 200
        return words(answer)


def test_the_evaluations_of_a_child_are_three_clicks_from_the_home_page(inspector: Driver, reading: str) -> None:
    newcomer = Newcomer(inspector).click("Open the inspection").click("Children").click("Evaluations of T3")
    assert newcomer.clicks == 3
    assert newcomer.path == f"/inspections/{reading}/children/T3#evaluations"
    text = newcomer.read()
    assert "Evaluations: what agencies think of their work" in text
    assert 'id="evaluations"' in inspector.get(newcomer.path).text


def test_the_row_behind_a_finding_is_four_clicks_from_the_home_page(inspector: Driver, reading: str) -> None:
    moved_to(reading, Stage.FIELDWORK)
    page = f"/inspections/{reading}/findings/new"
    assert inspector.post(page, page=page, **{**FINDING, "cases": ["T1"]}).status_code == 200
    newcomer = Newcomer(inspector).click("Open the inspection").click("Findings").click("Evidence behind finding F01")
    newcomer.click("of POL-1, case T1")
    assert newcomer.clicks == 4
    assert re.search(r"/returns/[^/]+/rows\?sheet=[\w-]+&at=[\d-]+$", newcomer.path)
    text = newcomer.read()
    assert "POL-1" in text
    # The row is read from top to bottom, not in a table of some thirty columns.
    assert re.search(r"that you followed a link to, without blank cells\. .*Row \d+ (child_|incident_)", text)
    assert "<table" not in inspector.get(newcomer.path).text


def test_the_statement_is_two_clicks_from_the_home_page(inspector: Driver, reading: str) -> None:
    statement = Statement(inspection=reading, needed=True, principal_authority="A council", due_at=utc_now())
    statement.published_on = utc_now().date()
    with transaction() as session:
        session.add(statement)
    due = Newcomer(inspector).click("Open the inspection").click("Written statement")
    assert due.path == f"/inspections/{reading}/returns#statement"
    assert "Nothing sent yet." in due.read()
    store.put_once(key := f"statements/{reading}/newcomer.pdf", b"%PDF-1.7")
    with transaction() as session:
        row = session.get_one(Statement, reading)
        row.key, row.received_at = key, utc_now()
    newcomer = Newcomer(inspector).click("Open the inspection").click("Written statement")
    assert newcomer.clicks == 2
    assert inspector.get(newcomer.path).content == b"%PDF-1.7"
