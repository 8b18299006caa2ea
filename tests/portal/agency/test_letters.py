"""The copy before publication is read under embargo by those to whom the letter goes; the team sees who opened it."""

from collections.abc import Iterator

import pytest

from models.events import Owed
from models.lifecycle import Stage
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.letters.publication import close_accuracy
from tasks.people.letter_people import addressees_of, remove_addressee
from tests.portal.driving import Driver, Outbox, drafted, moved_to, words
from tests.tasks.passing import ready_for_publication
from tests.tasks.steps import taken

pytestmark = pytest.mark.parts


@pytest.fixture
def copied(chosen: str) -> str:
    """Return an inspection whose copy is out, and addressed to nobody at the schools."""
    moved_to(chosen, Stage.FIELDWORK)
    given = FindingWords("improvement", "EA01", "A heading", "A text.", evidence_kinds=("documents",), cases=("T1",))
    record_finding(chosen, given, by="A Lee")
    moved_to(chosen, Stage.FINDINGS_DRAFTING)
    drafted(chosen)
    with transaction() as session:
        for row in addressees_of(session, chosen):
            if row.agency_id == f"{chosen}/education":
                remove_addressee(session, chosen, row.id, by="lead_inspector: P-A")
    ready_for_publication(chosen)
    close_accuracy(chosen, by="A Lee")
    compile_owed(taken(Owed.COMPILE_LETTER, chosen))
    return chosen


@pytest.fixture
def school(portal: str, outbox: Outbox) -> Iterator[Driver]:
    """Return a signed-in person of the schools."""
    with Driver(portal) as driver:
        driver.sign_in(outbox.link_of("education"))
        yield driver


def test_the_copy_is_marked_and_opened_by_those_to_whom_the_letter_goes_alone(
    police: Driver, school: Driver, inspector: Driver, copied: str
) -> None:
    seen = words(police.get("/letter"))
    assert "Under embargo until 6 May 2025, the day on which we plan to publish it. Do not quote it" in seen
    assert police.get("/letter/paragraphs").url.path == "/letter"
    assert police.get("/letter/comments/new").status_code == 404
    # Whoever had the form open when the check was closed reads why nothing is taken, and keeps their words.
    late = police.post("/letter/comments", page="/account", text="It was two days.", subject="P01")
    assert (late.status_code, "only while the draft letter is being checked" in words(late)) == (422, True)
    page = f"/inspections/{copied}/letter/openings"
    assert page in inspector.get(f"/inspections/{copied}/letter").text
    assert "Nobody has opened it at" in words(inspector.get(page))
    assert "Thames Valley Police" in words(inspector.get(page)).partition("Find, sort")[0]
    assert police.get("/letter/view").status_code == 200
    assert police.get("/letter.pdf").content.startswith(b"%PDF-")
    opened = words(inspector.get(page))
    assert "Thames Valley Police" not in opened.partition("Find, sort")[0]
    assert "Thames Valley Police A Lee, data officer (name not proven) 1 2" in opened
    assert inspector.post(page, download="csv").content.count(b"Thames Valley Police") == 1
    assert "open only to those to whom it is addressed" in words(school.get("/letter"))
    assert (school.get("/letter/view").status_code, school.get("/letter.pdf").status_code) == (404, 404)
    assert "Read the letter" not in words(school.get("/"))


def test_before_the_copy_is_made_its_page_says_so(inspector: Driver, chosen: str) -> None:
    page = f"/inspections/{chosen}/letter/openings"
    assert "The copy before publication is not made yet" in words(inspector.get(page))
