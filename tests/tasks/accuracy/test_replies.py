"""Each agency gets the replies to its own comments, the safeguarding partners all of the area; no letter has any."""

import pytest

from models.events import Owed
from models.states import LetterStatus
from models.tables import Inspection, Letter
from tasks.accuracy.comments import comment, withdraw_comment
from tasks.accuracy.replies import reads_all, replies_of, tell_replies
from tasks.accuracy.replying import reply
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.writing import write_paragraph
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.compile_letter import compile_owed
from tasks.letters.publication import close_accuracy
from tasks.people.notices import words_of
from tests.tasks.passing import ready_for_publication
from tests.tasks.steps import notices, taken

pytestmark = pytest.mark.parts


@pytest.fixture
def closed(draft: str) -> str:
    """Return an inspection whose check is closed, with a comment of probation accepted and one of health declined."""
    probation, health = f"{draft}/probation", f"{draft}/health"
    right = comment(draft, probation, text="Zuzzle two days.", paragraph="P03", by="probation officer: P-B")
    wrong = comment(draft, health, text="Zuzzle our name.", by="health officer: P-C")
    back = comment(draft, health, text="Taken back.", by="health officer: P-C")
    withdraw_comment(back, health, by="health officer: P-C")
    write_paragraph(draft, "P03", "main", ParagraphWords("Two days."), follows=1, by="P-A")
    reply(right, "accepted/P03/2", "Zuzzle you are right.", by="inspector: P-A")
    reply(wrong, "declined", "Zuzzle it stays.", by="inspector: P-A")
    ready_for_publication(draft)
    close_accuracy(draft, by="A Lee")
    return draft


def test_an_agency_has_its_own_and_a_partner_all(closed: str) -> None:
    with transaction() as session:
        (own,) = replies_of(session, closed, f"{closed}/probation")
        everything = replies_of(session, closed)
    assert (own.about, own.read, own.text) == ("Paragraph P03", "Children waited for three days.", "Zuzzle two days.")
    assert own.outcome == "Accepted: P03 was changed (version 2) because of this comment"
    assert own.reply == "Zuzzle you are right."
    assert {each.reply for each in everything} == {"Zuzzle you are right.", "Zuzzle it stays."}
    assert [each.agency for each in everything] == sorted(each.agency for each in everything)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("agency", "partner"),
    [("r/local_authority", True), ("r/police", True), ("r/health_2", True), ("r/probation", False)],
)
def test_the_safeguarding_partners_are_the_council_the_police_and_health(agency: str, partner: bool) -> None:
    assert reads_all(agency) is partner


def test_those_who_commented_and_the_partners_are_told_once_with_a_way_in(closed: str) -> None:
    rows = notices(closed, "replies_ready")
    told = {str(row.agency_id).rpartition("/")[2]: row.facts for row in rows}
    assert told == {
        "local_authority": {"comments": 0, "of_area": 2},
        "police": {"comments": 0, "of_area": 2},
        "health": {"comments": 1, "of_area": 2},
        "probation": {"comments": 1, "of_area": 0},
    }
    assert all(row.link_id for row in rows)
    with transaction() as session:
        tell_replies(session, session.get_one(Inspection, closed))
        bodies = {row.facts["comments"]: words_of(session, row).body for row in rows}
    assert len(notices(closed, "replies_ready")) == len(rows)
    assert "replied to 1 comment of yours" in bodies[1]
    assert "all 2 comments of the area with the replies in one table" in bodies[0]


def test_nobody_is_told_of_replies_where_nobody_commented(draft: str) -> None:
    ready_for_publication(draft)
    close_accuracy(draft, by="A Lee")
    assert notices(draft, "replies_ready") == []


def test_l13_no_letter_holds_a_comment_or_a_reply(closed: str) -> None:
    compile_owed(taken(Owed.COMPILE_LETTER, closed))
    with transaction() as session:
        letter = session.get_one(Letter, (closed, LetterStatus.PRE_PUBLICATION, 1))
    texts = [store.get(key).decode() for key in letter.keys if key.endswith((".json", ".html"))]
    assert len(texts) == 2
    assert all("Two days." in text and "Zuzzle" not in text and "P03" not in text for text in texts)
