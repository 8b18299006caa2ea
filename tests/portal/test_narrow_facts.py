"""Pages of the check of facts, the copy, concerns and complaints fit their windows, and axe finds nothing."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from models.events import Owed
from models.lifecycle import Stage
from models.roles import Role
from models.tables import Inspection
from tasks.accuracy.comments import comment
from tasks.accuracy.files import attach
from tasks.accuracy.replying import reply
from tasks.complaints.recording import ComplaintWords, record_complaint
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.writing import write_paragraph
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.jobs.scan_comment_file import scan_comment_file
from tasks.letters.publication import close_accuracy
from tasks.people.persons import members
from tasks.remit.people import body_of, receivers
from tasks.remit.writing import write_concern
from tests.portal.driving import Driver, drafted, moved_to
from tests.portal.people.test_register import manager_of
from tests.portal.test_browser import signed
from tests.portal.test_narrow_documents import opened
from tests.tasks.passing import ready_for_publication
from tests.tasks.steps import taken

pytestmark = pytest.mark.parts
FILE = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def said(chosen: str) -> tuple[str, str]:
    """Return an inspection whose facts are checked and a comment of the police with a file, whose paragraph changed."""
    moved_to(chosen, Stage.FIELDWORK)
    text = "Plans seldom say what should be different for the child and by when, and reviews do not test it."
    given = FindingWords(
        "improvement", "EA01", "Plans say too little", text, evidence_kinds=("documents",), cases=("T1",)
    )
    record_finding(chosen, given, by="A Lee")
    moved_to(chosen, Stage.FINDINGS_DRAFTING)
    drafted(chosen)
    by, police = "police officer: P-AAAAAAAA", f"{chosen}/police"
    identity = comment(chosen, police, text="They say so since January, on the new form.", paragraph="P03", by=by)
    attach(identity, police, io.BytesIO(FILE), len(FILE), filename="a.pdf", by=by)
    scan_comment_file(taken(Owed.SCAN_COMMENT_FILE, chosen))
    comment(chosen, f"{chosen}/health", text="The letter is long.", by="health officer: P-AAAAAAAB")
    words = ParagraphWords("Since January plans say what should be different, and few said so before.")
    write_paragraph(chosen, "P03", "main", words, follows=1, by="P-A")
    return chosen, identity


@pytest.fixture
def manager(portal: str) -> Iterator[Driver]:
    """Return a signed-in programme manager."""
    with manager_of(portal) as driver:
        yield driver


def closed(ref: str) -> None:
    """Reply to every comment, write a concern and take the inspection to the copy before publication."""
    from tasks.accuracy.comments import corrections_of

    with transaction() as session:
        rows = corrections_of(session, ref)
        lead = members(session, ref, Role.LEAD)[0][1].id
        to = receivers(session, ref, body_of(session, lead))[0].person
    for row in rows:
        outcome = "accepted/P03/2" if row.paragraph else "declined"
        reply(row.id, outcome, "The paragraph says so now.", by="inspector: P-A")
    write_concern(ref, "", to, "Their review was not shared.", follows=0, by=f"lead_inspector: {lead}")
    ready_for_publication(ref)
    close_accuracy(ref, by="A Lee")
    compile_owed(taken(Owed.COMPILE_LETTER, ref))


def test_pages_of_the_check_of_facts_fit(
    window: BrowserContext, portal: str, police: Driver, inspector: Driver, said: tuple[str, str]
) -> None:
    ref, identity = said
    base = f"/inspections/{ref}"
    own = ("/", "/letter", "/letter/paragraphs", "/letter/comments/new?at=P03", f"/letter/comments/{identity}")
    assert opened(signed(window, police, portal), portal, *own) == {}
    window.clear_cookies()
    teams = (f"{base}/comments", f"{base}/comments/{identity}", f"{base}/remit/new")
    assert opened(signed(window, inspector, portal), portal, *teams) == {}


def test_pages_of_what_follows_the_check_fit(
    window: BrowserContext, portal: str, police: Driver, inspector: Driver, manager: Driver, said: tuple[str, str]
) -> None:
    ref, _ = said
    base = f"/inspections/{ref}"
    closed(ref)
    police.get("/letter/view")
    assert opened(signed(window, police, portal), portal, "/letter", "/letter/replies") == {}
    window.clear_cookies()
    paths = (f"{base}/letter", f"{base}/letter/openings", f"{base}/remit")
    assert opened(signed(window, inspector, portal), portal, *paths) == {}
    identity = _complained(ref)
    window.clear_cookies()
    assert opened(signed(window, police, portal), portal, "/complaints", f"/complaints/{identity}") == {}
    window.clear_cookies()
    managers = (f"{base}/complaints", f"{base}/complaints/{identity}")
    assert opened(signed(window, manager, portal), portal, *managers) == {}


def _complained(ref: str) -> str:
    """Publish the letter as a row alone, and let the police complain."""
    from models.states import LetterStatus
    from models.tables import Letter

    with transaction() as session:
        inspection = session.get_one(Inspection, ref)
        inspection.stage = Stage.STATEMENT_DUE
        values: dict[str, Any] = {"version": 1, "sha256": "0" * 64, "compiled_at": inspection.now()}
        session.add(Letter(inspection=ref, status=LetterStatus.PUBLISHED, keys=[], **values))
        today = inspection.today()
    words = ComplaintWords("We had one hour to find the records.", "agency", today, f"{ref}/police")
    return record_complaint(ref, words, by="police officer: P-AAAAAAAA")
