"""A batch of notes is stored before it is recorded; dying between, twice the same, out of order: there once."""

import json
from typing import Any

import pytest
from sqlmodel import select

from models.keys import note_log
from models.tables import Note, NoteBatch, NoteLog
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.notes import taking
from tasks.notes.batches import batch_in
from tests.tasks.steps import ledger_text

pytestmark = pytest.mark.parts
_WRITER = "P-1111111111"


class DiedError(BaseException):
    """The process ended here."""


def body(device: str, sequence: int, text: str, *, version: int = 0, **codes: str) -> bytes:
    entry: dict[str, Any] = {"note": f"{device}-1", "version": version or sequence, "text": text, **codes}
    return json.dumps({"device": device, "sequence": sequence, "entries": [entry]}).encode()


def _rows(ref: str, kind: type[Any]) -> list[Any]:
    with transaction() as session:
        return list(session.exec(select(kind).where(kind.inspection == ref)))


def _words(ref: str, device: str) -> str:
    with transaction() as session:
        note = session.get_one(Note, (ref, f"{device}-1"))
        row = session.get_one(NoteBatch, (ref, _WRITER, device, note.sequence))
    return batch_in(store.get(taking.key_of(row))).entries[-1].text


def test_l1_a_batch_sent_twice_is_stored_once(reading: str) -> None:
    device = "00000000000000a1"
    for _ in range(2):
        taking.take(reading, _WRITER, body(device, 1, "first"), signed_in=True)
    assert [row.position for row in _rows(reading, NoteBatch)] == [1]
    assert _words(reading, device) == "first"


def test_l2_another_batch_at_the_same_place_overwrites_nothing(reading: str) -> None:
    device = "00000000000000a2"
    taking.take(reading, _WRITER, body(device, 1, "first"), signed_in=True)
    with pytest.raises(taking.LogTakenError):
        taking.take(reading, _WRITER, body(device, 1, "other"), signed_in=True)
    assert _words(reading, device) == "first"


def test_batches_in_any_order_end_in_the_newest_version(reading: str) -> None:
    device = "00000000000000a3"
    for sequence in (2, 1, 3):
        taking.take(reading, _WRITER, body(device, sequence, f"v{sequence}"), signed_in=True)
    assert _words(reading, device) == "v3"
    (log,) = _rows(reading, NoteLog)
    assert (log.taken, log.newest) == (3, 3)
    chain = ""
    for row in sorted(_rows(reading, NoteBatch), key=lambda row: row.position):
        chain = taking.seal(chain, row.sha256, row.sequence)
        assert row.chain == chain
    assert chain == log.chain


@pytest.mark.parametrize("where", ["put_once", "record"])
def test_l1_dying_before_the_object_or_before_its_row_loses_and_doubles_nothing(
    reading: str, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    device = "00000000000000b1" if where == "record" else "00000000000000b2"
    batch = body(device, 1, "typed")

    def died(*_: object, **__: object) -> None:
        raise DiedError

    with monkeypatch.context() as patch:
        patch.setattr(taking if where == "record" else store, where, died)
        with pytest.raises(DiedError):
            taking.take(reading, _WRITER, batch, signed_in=True)
    assert _rows(reading, NoteBatch) == []
    # The sweep finds the object without its row; it cannot know whose session it was, so the words wait.
    assert taking.settle(reading) == (1 if where == "record" else 0)
    assert _rows(reading, Note) == []
    taking.take(reading, _WRITER, batch, signed_in=True)
    assert _words(reading, device) == "typed"
    assert [row.waits for row in _rows(reading, NoteBatch)] == [False]


def test_words_without_a_session_wait_until_somebody_lets_them_in(reading: str) -> None:
    device = "00000000000000c1"
    taking.take(reading, _WRITER, body(device, 1, "after sign-out"), signed_in=False)
    assert _rows(reading, Note) == []
    assert taking.let_in(reading, _WRITER, by="P-2222222222") == 1
    assert taking.let_in(reading, _WRITER, by="P-2222222222") == 0
    assert _words(reading, device) == "after sign-out"
    assert store.exists(f"{note_log(reading, _WRITER, device)}/00000001.json")


def test_l5_what_is_no_code_stays_in_the_store(reading: str) -> None:
    device = "00000000000000d1"
    taking.take(
        reading, _WRITER, body(device, 1, "CANARY", area="CANARY", child="T1", judgement="concern"), signed_in=True
    )
    ledger = ledger_text()
    assert f"{device}-1" in ledger
    assert "CANARY" not in ledger
    (note,) = _rows(reading, Note)
    assert (note.child, note.area, note.judgement, note.characters) == ("T1", "", "concern", 6)
