"""What is typed into a finding or a paragraph is kept as notes are, and shown to its writer until it is saved."""

import json

import pytest
from sqlmodel import select

from models.tables import Note
from tasks.ground.database import transaction
from tasks.notes import taking
from tasks.notes.batches import BatchShapeError, batch_in
from tasks.notes.writings import settle_words, unsaved_words
from tests.tasks.steps import ledger_text

pytestmark = pytest.mark.parts
# One of its own: the store keeps what the tests of other files wrote.
_WRITER = "P-3333333333"


def typed(ref: str, device: str, sequence: int, text: str, about: str = "draft-P01", *, signed_in: bool = True) -> None:
    entry = {"note": f"{device}-1", "version": sequence, "text": text, "about": about}
    document = {"device": device, "sequence": sequence, "entries": [entry]}
    taking.take(ref, _WRITER, json.dumps(document).encode(), signed_in=signed_in)


def unsaved(ref: str, *saved: str, person: str = _WRITER, about: str = "draft-P01") -> str:
    with transaction() as session:
        return unsaved_words(session, ref, person, about, saved)


def test_l1_what_was_typed_and_not_saved_comes_back_to_its_writer_alone(reading: str) -> None:
    device = "00000000000000b1"
    for sequence in (2, 1, 3):
        typed(reading, device, sequence, f"quizzical {sequence}")
    assert unsaved(reading) == "quizzical 3"
    assert unsaved(reading, person="P-2222222222") == unsaved(reading, about="draft-P02") == ""
    # A paragraph is kept on one line, so spaces do not count.
    assert unsaved(reading, "quizzical   3") == ""
    assert "quizzical" not in ledger_text(reading)
    with transaction() as session:
        assert session.exec(select(Note).where(Note.inspection == reading)).all() == []


def test_once_saved_it_is_shown_no_more_and_what_is_typed_later_is(reading: str) -> None:
    typed(reading, "00000000000000b2", 1, "first")
    with transaction() as session:
        settle_words(session, reading, _WRITER, "draft-P01")
    assert unsaved(reading) == ""
    typed(reading, "00000000000000b3", 1, "second")
    assert unsaved(reading) == "second"


def test_words_that_arrive_without_a_sign_in_wait_as_notes_do(reading: str) -> None:
    typed(reading, "00000000000000b4", 1, "late words", signed_in=False)
    assert unsaved(reading) == ""
    taking.let_in(reading, _WRITER, by=_WRITER)
    assert unsaved(reading) == "late words"


@pytest.mark.parametrize("about", ["draft-../../x", "letter-P01", 7, "draft-new_Main"])
def test_l5_what_it_is_about_is_an_id_of_ours(about: object) -> None:
    entry = {"note": "00000000000000b5-1", "version": 1, "text": "", "about": about}
    with pytest.raises(BatchShapeError):
        batch_in(json.dumps({"device": "00000000000000b5", "sequence": 1, "entries": [entry]}).encode())
