"""An agency complains by its page and two managers decide on theirs; each reads no other agency's complaint."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.england import ENGLAND
from models.lifecycle import Stage
from models.states import LetterStatus
from models.tables import Inspection, Letter
from tasks.ground.database import transaction
from tasks.inspection.rehearsal_clock import set_clock
from tests.portal.driving import Driver, Outbox, words
from tests.portal.people.test_register import manager_of

pytestmark = pytest.mark.parts
TEXT = "We had one hour to find the records."


@pytest.fixture
def published(chosen: str) -> str:
    """Return an inspection whose letter is published today."""
    with transaction() as session:
        inspection = session.get_one(Inspection, chosen)
        inspection.stage = Stage.STATEMENT_DUE
        values: dict[str, Any] = {"version": 1, "sha256": "0" * 64, "compiled_at": inspection.now()}
        session.add(Letter(inspection=chosen, status=LetterStatus.PUBLISHED, keys=[], **values))
    return chosen


@pytest.fixture
def manager(portal: str, published: str) -> Iterator[Driver]:  # noqa: ARG001 - there is a letter
    """Return a signed-in programme manager."""
    with manager_of(portal) as driver:
        yield driver


def test_a_complaint_goes_there_and_back(police: Driver, council: Driver, manager: Driver, published: str) -> None:
    assert "You can complain until" in words(police.get("/"))
    assert "Enter what the complaint says" in words(police.post("/complaints", text=" "))
    sent = police.post("/complaints", text=TEXT)
    assert "We have your complaint." in words(sent)
    own = sent.url.path
    assert council.get(own).status_code == 404
    assert "1 complaint" in words(police.get("/complaints"))
    assert "1 complaint" not in words(council.get("/complaints"))
    table = police.post("/complaints/list", page="/complaints", download="csv").text.splitlines()
    assert (len(table), "Thames Valley Police" in table[1], TEXT in "".join(table)) == (2, True, False)
    base = f"/inspections/{published}/complaints"
    seen = words(manager.get(base))
    assert "Nothing of this inspection may be destroyed" in seen
    assert "Thames Valley Police" in seen
    page = base + own.removeprefix("/complaints")
    assert TEXT in words(manager.get(page))
    refused = words(manager.post(page, outcome="", text=" "))
    assert "Choose what is decided on the complaint." in refused
    assert "Enter why" in refused
    asked = manager.post(page, outcome="partly_upheld", incomplete="yes", text="The timetable was late.")
    assert "Another programme manager must confirm the decision" in words(asked)
    waits = re.search(r"/decisions/(D-[0-9A-F]{8})", asked.text)
    assert waits
    decision = words(manager.get(f"/decisions/{waits[1]}"))
    assert "is partly upheld, and gather additional evidence" in decision
    assert "Decide on it" not in words(manager.get(page))


def test_what_came_by_another_way_is_recorded_and_a_late_one_says_why(manager: Driver, published: str) -> None:
    with transaction() as session:
        today = session.get_one(Inspection, published).today()
    later = today + timedelta(days=30)
    set_clock(published, datetime(later.year, later.month, later.day, 12, tzinfo=ENGLAND), by="test")
    page = f"/inspections/{published}/complaints"
    day = {"received-day": str(later.day), "received-month": str(later.month), "received-year": str(later.year)}
    wrong = manager.post(page, text=TEXT, came_from="child_or_family", **day)
    assert (wrong.status_code, "Choose why this one is taken all the same" in words(wrong)) == (422, True)
    kept = words(manager.post(page, text=TEXT, came_from="child_or_family", late_reason="other_address", **day))
    assert "Yes. It was sent in time to another address." in kept
    assert "A child or a family" in kept
    assert "late" in words(manager.get(page))
    manager.post(
        page, text=f"{TEXT} And none to read them.", came_from="member_of_the_public", late_reason="could_not", **day
    )
    narrowed = {"only-source": "a member of the public", "only-late": "Yes"}
    assert "1 of 2 complaints." in words(manager.post(f"{page}/list", page=page, **narrowed))
    assert "No complaint matches." in words(manager.post(f"{page}/list", page=page, words="upheld"))
    table = manager.post(f"{page}/list", page=page, download="csv", by="source", falling="true").text.splitlines()
    assert (len(table), "a member of the public" in table[1], TEXT in "".join(table)) == (3, True, False)


def test_after_the_day_the_page_of_an_agency_asks_why(police: Driver, published: str) -> None:
    with transaction() as session:
        today = session.get_one(Inspection, published).today()
    later = today + timedelta(days=30)
    set_clock(published, datetime(later.year, later.month, later.day, 12, tzinfo=ENGLAND), by="test")
    assert "Complaints were due by" in words(police.get("/complaints"))
    assert "Choose why this one is taken" in words(police.post("/complaints", text=TEXT))
    assert "We have your complaint." in words(police.post("/complaints", text=TEXT, late_reason="could_not"))


def test_before_publication_the_page_says_so(police: Driver, outbox: Outbox) -> None:
    assert outbox.notices()
    assert "Complaints are made after the letter is published" in words(police.get("/complaints"))
    assert "Complain about the inspection" not in words(police.get("/"))
