"""Accepted is what a paragraph was changed for; each comment has a reply in words before the check can be closed."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.england import ENGLAND
from models.refusals import FormRefusedError
from models.states import CommentOutcome
from models.tables import Correction, Inspection
from tasks.accuracy import replying
from tasks.accuracy.comments import CommentRefusedError, comment, withdraw_comment
from tasks.accuracy.replying import (
    ParagraphChange,
    are_replies_out,
    change_of,
    changes_since,
    choices_for,
    in_the_way,
    outcome_of,
    reply,
    reply_of,
    reply_refusal,
    says_other,
)
from tasks.drafting.checking import ParagraphWords
from tasks.drafting.draft import Binding, DraftParagraph
from tasks.drafting.writing import bind, remove_paragraph, restore_paragraph, write_paragraph
from tasks.ground.database import transaction
from tasks.ledger.rows import inspection_of
from tasks.letters.publication import PublicationRefusedError, close_accuracy
from tasks.recognition.passing import NAMED
from tests.tasks.findings.test_names_kept_out import somebody
from tests.tasks.passing import ready_for_publication
from tests.tasks.steps import actions, ledger_text

pytestmark = pytest.mark.parts

BY = "inspector: P-A"


def said(ref: str, paragraph: str = "P03", text: str = "It was two days.") -> str:
    return comment(ref, f"{ref}/police", text=text, paragraph=paragraph, by="police officer: P-B")


def changed(ref: str, text: str, *, follows: int = 1, paragraph: str | None = "P03") -> str:
    return write_paragraph(ref, paragraph, "main", ParagraphWords(text), follows=follows, by="P-A")


def choices(identity: str) -> list[str]:
    with transaction() as session:
        return list(choices_for(changes_since(session, session.get_one(Correction, identity))))


def row_of(identity: str) -> Correction:
    with transaction() as session:
        return session.get_one(Correction, identity)


def way(ref: str) -> str:
    with transaction() as session:
        return " ".join(in_the_way(session, ref))


def test_a_comment_is_accepted_only_with_the_version_that_changed_because_of_it(draft: str) -> None:
    changed(draft, "Children waited for some days.")
    identity = said(draft)
    # What was written before the comment was not written because of it.
    assert choices(identity) == ["declined"]
    for decision in ("accepted", "accepted/P03/2", "accepted/P02/1"):
        with pytest.raises(FormRefusedError, match="Change paragraph P03 first, then accept the comment"):
            reply(identity, decision, "You are right.", by=BY)
    with pytest.raises(FormRefusedError, match="Choose whether the comment is accepted or declined"):
        reply(identity, "maybe", "You are right.", by=BY)
    changed(draft, "Elsewhere.", paragraph="P01")
    changed(draft, "Children waited for two days.", follows=2)
    assert choices(identity) == ["accepted/P03/3", "declined"]
    reply(identity, "accepted/P03/3", "You are right: two days.", by=BY)
    row = row_of(identity)
    assert (row.outcome, change_of(row), reply_of(row)) == (
        "accepted",
        ParagraphChange("P03", 3),
        "You are right: two days.",
    )
    assert outcome_of(row) == "Accepted: P03 was changed (version 3) because of this comment"
    assert "two days" not in ledger_text()


def test_words_that_read_as_before_are_no_change(draft: str) -> None:
    identity = said(draft)
    words = ParagraphWords("Children waited for three days.")
    bind(draft, "P03", ParagraphWords(words.text, findings=("F01",)), follows=1, by="P-A")
    changed(draft, "Children waited for three  days.", follows=1)
    assert choices(identity) == ["declined"]
    changed(draft, "Two days.", follows=2)
    changed(draft, "Children waited for three days.", follows=3)
    assert choices(identity) == ["declined"]


def test_a_paragraph_that_is_taken_out_is_changed_until_it_is_put_back(draft: str) -> None:
    identity = said(draft)
    remove_paragraph(draft, "P03", follows=1, by="P-A")
    assert choices(identity) == ["accepted/P03/0", "declined"]
    reply(identity, "accepted/P03/0", "It is out.", by=BY)
    assert outcome_of(row_of(identity)) == "Accepted: P03 was taken out because of this comment"
    assert way(draft) == ""
    restore_paragraph(draft, "P03", by="P-A")
    assert "P03 reads again as before a comment that was accepted. Change it" in way(draft)


def test_a_comment_on_the_whole_letter_is_accepted_with_any_paragraph_that_changed_or_came(draft: str) -> None:
    identity = said(draft, "")
    with pytest.raises(FormRefusedError, match="Change the paragraph first"):
        reply(identity, "accepted", "You are right.", by=BY)
    changed(draft, "Two days.")
    added = changed(draft, "Three agencies act.", paragraph=None, follows=0)
    assert choices(identity) == ["accepted/P03/2", f"accepted/{added}/1", "declined"]
    reply(identity, f"accepted/{added}/1", "It says so now.", by=BY)
    assert outcome_of(row_of(identity)) == f"Accepted: {added} was added because of this comment"


def test_each_comment_has_a_reply_before_the_check_is_closed(draft: str) -> None:
    first, second = said(draft), said(draft, "P02", "It is not so.")
    ready_for_publication(draft)
    with pytest.raises(PublicationRefusedError, match="2 comments wait for a reply. Inspectors reply to each under"):
        close_accuracy(draft, by="A Lee")
    withdraw_comment(second, f"{draft}/police", by="police officer: P-B")
    with pytest.raises(FormRefusedError, match="Enter what the agency is to read as your reply"):
        reply(first, "declined", " ", by=BY)
    with pytest.raises(FormRefusedError, match="Remove the long number"):
        reply(first, "declined", "943 476 5919 was not.", by=BY)
    with pytest.raises(FormRefusedError) as named:
        reply(first, "declined", f"{somebody(draft)} was not.", by=BY)
    assert named.value.mistakes[0].text == NAMED
    reply(first, "declined", "The record of the meeting says three.", by=BY)
    assert way(draft) == ""
    close_accuracy(draft, by="A Lee")
    with transaction() as session:
        inspection = session.get_one(Inspection, draft)
        assert are_replies_out(session, inspection)
        assert "this check is closed" in reply_refusal(session, inspection)
    with pytest.raises(CommentRefusedError, match="this check is closed"):
        reply(first, "declined", "Other words.", by=BY)


def test_what_was_accepted_stands_in_the_letter_when_the_check_is_closed(draft: str) -> None:
    identity = said(draft)
    changed(draft, "Two days.")
    reply(identity, "accepted/P03/2", "You are right.", by=BY)
    changed(draft, "Children waited for three days.", follows=2)
    ready_for_publication(draft)
    # The test's own help has written the other paragraphs, and left this one as it reads.
    with pytest.raises(PublicationRefusedError, match="P03 reads again as before a comment that was accepted"):
        close_accuracy(draft, by="A Lee")


def test_a_reply_is_changed_until_the_check_is_closed_and_each_is_in_the_audit(draft: str) -> None:
    identity = said(draft)
    reply(identity, "declined", "The record says three.", by=BY)
    changed(draft, "Two days.")
    reply(identity, "accepted/P03/2", "You are right after all.", by="inspector: P-C")
    row = row_of(identity)
    assert (row.decided_by, reply_of(row)) == ("inspector: P-C", "You are right after all.")
    reply(identity, "declined", "No.", by=BY)
    assert change_of(row_of(identity)) is None
    assert actions(draft).count("accuracy.decided") == 3
    with transaction() as session:
        inspection = session.get_one(Inspection, draft)
        assert not are_replies_out(session, inspection)
        assert reply_refusal(session, inspection) == ""


def test_nobody_replies_to_a_comment_that_is_not_there(draft: str) -> None:
    identity = said(draft)
    withdraw_comment(identity, f"{draft}/police", by="police officer: P-B")
    for each in (identity, "none"):
        with pytest.raises(CommentRefusedError, match="There is no such comment"):
            reply(each, "declined", "No.", by=BY)


def test_a_comment_that_is_taken_back_while_somebody_replies_has_no_reply(
    draft: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = said(draft)

    def after_it_was_taken_back(*given: Any, **named: Any) -> Inspection:
        monkeypatch.undo()
        withdraw_comment(identity, f"{draft}/police", by="police officer: P-B")
        return inspection_of(*given, **named)

    monkeypatch.setattr(replying, "inspection_of", after_it_was_taken_back)
    with pytest.raises(CommentRefusedError, match="There is no such comment"):
        reply(identity, "declined", "No.", by=BY)
    assert row_of(identity).outcome is None


@pytest.mark.pure
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": None}, ""),
        ({"outcome": CommentOutcome.DECLINED}, "Declined: nothing was changed because of it"),
        (
            {"outcome": CommentOutcome.ACCEPTED, "changed_finding": "F04", "changed_version": 2},
            "Accepted: finding F04 was changed (version 2)",
        ),
        ({"outcome": CommentOutcome.ACCEPTED}, "Accepted, but no finding was changed because of it"),
    ],
)
def test_what_earlier_releases_decided_is_still_said(changes: dict[str, Any], sentence: str) -> None:
    made = datetime(2025, 4, 1, tzinfo=ENGLAND)
    row = Correction(id="c", inspection="i", agency_id="a", text_key="k", made_at=made, **changes)
    assert (outcome_of(row), reply_of(row)) == (sentence, "")


_PARAGRAPHS = st.none() | st.builds(
    DraftParagraph,
    id=st.just("P01"),
    version=st.integers(1, 9),
    text=st.sampled_from(["a", "b"]),
    heading=st.sampled_from(["", "h"]),
    bindings=st.sampled_from([(), (Binding(0, "most", ("T1",)),)]),
)


@pytest.mark.pure
@given(_PARAGRAPHS, _PARAGRAPHS)
def test_other_words_are_what_a_reader_sees_and_nothing_else(
    before: DraftParagraph | None, after: DraftParagraph | None
) -> None:
    def read(each: DraftParagraph | None) -> object:
        return each and (each.heading, each.text)

    assert says_other(before, after) == (read(before) != read(after)) == says_other(after, before)
