"""Agencies comment at a paragraph as they have it, until the deadline; a comment without a reply can be taken back."""

from datetime import datetime, time, timedelta

import pytest

from models.england import ENGLAND
from models.lifecycle import Stage
from models.states import CommentOutcome
from models.tables import Correction, Inspection
from models.timetable import add_working_days
from tasks.accuracy.comments import (
    CommentRefusedError,
    NoCommentError,
    about,
    comment,
    comment_refusal,
    comments_of,
    comments_until,
    corrections_of,
    own_comment,
    text_mistake,
    text_of,
    withdraw_comment,
)
from tasks.accuracy.replying import reply
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.writing import write_paragraph
from tasks.ground.database import transaction
from tasks.inspection.days import day_of
from tasks.inspection.rehearsal_clock import set_clock
from tasks.letters.publication import close_accuracy
from tests.tasks.passing import ready_for_publication
from tests.tasks.steps import actions, ledger_text, notices

pytestmark = pytest.mark.parts


def rows(ref: str) -> list[Correction]:
    with transaction() as session:
        return corrections_of(session, ref)


def refusal(ref: str) -> str:
    with transaction() as session:
        return comment_refusal(session, session.get_one(Inspection, ref))


def test_a_comment_is_at_the_version_of_the_paragraph_that_was_sent(draft: str) -> None:
    police = f"{draft}/police"
    write_paragraph(draft, "P03", "main", ParagraphWords("Other words."), follows=1, by="P-A")
    identity = comment(draft, police, text="It was two days. ", paragraph="P03", by="police officer: P-B")
    (row,) = rows(draft)
    assert (row.id, row.paragraph, row.paragraph_version, row.letter_version) == (identity, "P03", 1, 1)
    assert (text_of(row), about(row), row.waits) == ("It was two days.", "Paragraph P03", True)
    # A form that is sent twice is one comment.
    assert comment(draft, police, text="It was two days.", paragraph="P03", by="police officer: P-B") == identity
    assert comment(draft, police, text="It was two days.", by="police officer: P-B") != identity
    assert actions(draft).count("accuracy.commented") == 2
    assert {row.facts["agency"] for row in notices(draft, "comment_made")} == {"Thames Valley Police"}


def test_l5_the_words_of_a_comment_lie_in_the_store_alone(draft: str) -> None:
    comment(draft, f"{draft}/police", text="Quizzlebury said so.", paragraph="P02", by="police officer: P-B")
    assert draft in ledger_text()
    assert "Quizzlebury" not in ledger_text()


@pytest.mark.parametrize(
    ("text", "paragraph", "sentence"),
    [
        (" ", "P01", "Enter what is not accurate"),
        ("x" * 2001, "", "in 2,000 characters or fewer"),
        ("It is wrong.", "P77", "no paragraph 'P77' in the draft"),
    ],
)
def test_what_is_no_comment_is_refused(draft: str, text: str, paragraph: str, sentence: str) -> None:
    with pytest.raises(CommentRefusedError, match=sentence):
        comment(draft, f"{draft}/police", text=text, paragraph=paragraph, by="police officer: P-B")
    assert rows(draft) == []


def test_the_deadline_acts_at_its_hour(draft: str) -> None:
    with transaction() as session:
        until = comments_until(session, session.get_one(Inspection, draft)).astimezone(ENGLAND)
        day = day_of(session, draft, "factual_accuracy_due")
    assert until.date() == day
    set_clock(draft, until - timedelta(minutes=5), by="test")
    assert refusal(draft) == ""
    comment(draft, f"{draft}/police", text="At the last moment.", by="police officer: P-B")
    set_clock(draft, datetime.combine(add_working_days(day, 1), time(9), ENGLAND), by="test")
    with pytest.raises(CommentRefusedError, match="Comments were taken only while there was time, until"):
        comment(draft, f"{draft}/police", text="Too late.", by="police officer: P-B")
    with pytest.raises(CommentRefusedError, match="Ring the lead inspector"):
        withdraw_comment(rows(draft)[0].id, f"{draft}/police", by="police officer: P-B")


def test_no_comment_is_taken_before_the_check_nor_once_it_is_closed(draft: str) -> None:
    ready_for_publication(draft)
    close_accuracy(draft, by="A Lee")
    assert refusal(draft) == "The check of the draft letter is closed, so no more comments are taken."
    with transaction() as session:
        session.get_one(Inspection, draft).stage = Stage.FIELDWORK
    assert "only while the draft letter is being checked" in refusal(draft)


def test_a_comment_is_taken_back_by_its_agency_alone_and_stays_on_record(draft: str) -> None:
    police, by = f"{draft}/police", "police officer: P-B"
    identity = comment(draft, police, text="It was two days.", paragraph="P03", by=by)
    for agency in (f"{draft}/health", "nobody"):
        with pytest.raises(NoCommentError):
            withdraw_comment(identity, agency, by="P-C")
    for _ in range(2):
        withdraw_comment(identity, police, by=by)
    assert actions(draft).count("accuracy.withdrawn") == 1
    with transaction() as session:
        assert corrections_of(session, draft) == []
        assert comments_of(session, draft) == []
        row = own_comment(session, identity, police)
        assert (row.withdrawn_by, row.waits) == (by, False)


def test_a_comment_with_a_reply_is_not_taken_back(draft: str) -> None:
    identity = comment(draft, f"{draft}/police", text="It was two days.", paragraph="P03", by="police officer: P-B")
    reply(identity, "declined", "The record says three.", by="P-A")
    with pytest.raises(CommentRefusedError, match="An inspector has replied"):
        withdraw_comment(identity, f"{draft}/police", by="police officer: P-B")


def test_one_agency_has_its_own_comments_and_the_team_all_of_them(draft: str) -> None:
    for kind in ("police", "health"):
        comment(draft, f"{draft}/{kind}", text=f"Of {kind}.", by=f"{kind} officer: P-B")
    with transaction() as session:
        assert [each.text for each in comments_of(session, draft, f"{draft}/health")] == ["Of health."]
        assert len(comments_of(session, draft)) == 2


@pytest.mark.pure
def test_what_a_comment_of_an_earlier_release_is_about_is_still_said() -> None:
    made = datetime(2025, 4, 1, tzinfo=ENGLAND)
    row = Correction(id="c", inspection="i", agency_id="a", finding_id="F02", text_key="k", made_at=made)
    assert (about(row), row.waits) == ("Finding F02", True)
    row.finding_id, row.outcome = None, CommentOutcome.DECLINED
    assert (about(row), row.waits) == ("The letter as a whole", False)


@pytest.mark.pure
def test_words_have_a_length() -> None:
    assert text_mistake("x" * 2000) == ""
    assert text_mistake(" \n", "your reply") == "Enter your reply, in 2,000 characters or fewer."
