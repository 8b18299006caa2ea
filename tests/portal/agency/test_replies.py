"""An agency reads the replies to its comments once the check is closed; the partners read those of the area."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from models.lifecycle import Stage
from models.tables import AuditEntry
from tasks.accuracy.comments import comment
from tasks.accuracy.replying import reply
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.letters.publication import close_accuracy
from tests.portal.driving import Driver, Outbox, drafted, moved_to, words
from tests.tasks.passing import ready_for_publication

pytestmark = pytest.mark.parts


@pytest.fixture
def replied(chosen: str) -> str:
    """Return an inspection with a comment of probation and one of the police, each with a reply."""
    moved_to(chosen, Stage.FIELDWORK)
    given = FindingWords("improvement", "EA01", "A heading", "A text.", evidence_kinds=("documents",), cases=("T1",))
    record_finding(chosen, given, by="A Lee")
    moved_to(chosen, Stage.FINDINGS_DRAFTING)
    drafted(chosen)
    for kind in ("probation", "police"):
        said = comment(chosen, f"{chosen}/{kind}", text=f"Comment of {kind}.", by=f"{kind} officer: P-B")
        reply(said, "declined", f"Reply to {kind}.", by="inspector: P-A")
    return chosen


@pytest.fixture
def probation(portal: str, outbox: Outbox) -> Iterator[Driver]:
    """Return a signed-in person of probation."""
    with Driver(portal) as driver:
        driver.sign_in(outbox.link_of("probation"))
        yield driver


def readings(ref: str) -> list[str]:
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == ref, AuditEntry.action == "replies.read")
        return [entry.actor.partition(":")[0] for entry in session.exec(query)]


def closed(ref: str) -> None:
    ready_for_publication(ref)
    close_accuracy(ref, by="A Lee")


def test_replies_are_read_by_those_for_whom_they_are_and_each_opening_is_recorded(
    probation: Driver, police: Driver, inspector: Driver, replied: str
) -> None:
    for who in (probation, police):
        assert "The check of facts is not over" in words(who.get("/letter/replies"))
        assert who.get("/letter/replies.pdf").status_code == 404
    closed(replied)
    own = words(probation.get("/letter/replies"))
    assert "Reply to probation." in own
    assert "Declined: nothing was changed because of it." in own
    assert "Reply to police." not in own
    area = words(police.get("/letter/replies"))
    assert "All comments of the area" in area
    assert all(f"Reply to {kind}." in area for kind in ("probation", "police"))
    document = probation.get("/letter/replies.odt")
    assert document.headers["content-disposition"].endswith('replies-to-comments.odt"')
    assert police.get("/letter/replies.pdf").content.startswith(b"%PDF-")
    assert police.get("/letter/replies.exe").status_code == 404
    page = f"/inspections/{replied}/comments"
    assert "All comments with their replies as one table" in words(inspector.get(page))
    assert inspector.get(f"{page}/replies.docx").content.startswith(b"PK")
    assert readings(replied) == [
        *("probation officer", "police officer", "probation officer", "police officer", "lead_inspector")
    ]
    one = probation.get("/letter/replies").text.split('href="/letter/comments/')[1].split('"')[0]
    assert "Reply to probation." in words(probation.get(f"/letter/comments/{one}"))
    narrowed = words(police.post("/letter/replies", list="area", words="reply to probation"))
    # The other list of the page stays whole.
    assert ("1 of 2 comments." in narrowed, "Reply to police." in narrowed) == (True, True)
    table = probation.post("/letter/replies", list="area", download="csv").text
    assert ("Reply to police." in table, "Reply to probation." in table) == (False, False)
    assert "Reply to probation." in probation.post("/letter/replies", list="own", download="csv").text


def test_an_agency_that_sent_no_comment_is_told_so(probation: Driver, police: Driver, chosen: str) -> None:
    moved_to(chosen, Stage.FIELDWORK)
    given = FindingWords("improvement", "EA01", "A heading", "A text.", evidence_kinds=("documents",), cases=("T1",))
    record_finding(chosen, given, by="A Lee")
    moved_to(chosen, Stage.FINDINGS_DRAFTING)
    drafted(chosen)
    closed(chosen)
    assert "Your organisation sent no comment" in words(probation.get("/letter/replies"))
    assert "No agency commented" in words(police.get("/letter/replies"))
