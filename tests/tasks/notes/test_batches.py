"""A batch of notes is taken in its own shape alone, and the ledger keeps codes that are on lists (L5)."""

import json
from typing import Any

import pytest

from tasks.notes.batches import BatchShapeError, batch_in, kept_codes

_DEVICE = "0123456789abcdef"


def body(**changed: Any) -> bytes:
    entry = {"note": f"{_DEVICE}-1", "version": 1, "text": "a", "at": "2025-03-10T10:00:00Z", "child": "T1"}
    batch = {"device": _DEVICE, "sequence": 1, "entries": [entry | changed.pop("entry", {})]}
    return json.dumps(batch | changed).encode()


def test_a_batch_holds_whole_notes_of_its_own_log() -> None:
    batch = batch_in(body())
    assert (batch.device, batch.sequence) == (_DEVICE, 1)
    assert (batch.entries[0].text, batch.entries[0].codes["child"]) == ("a", "T1")


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b"\xff",
        body(device="../../../../etc/x"),
        body(device=_DEVICE.upper()),
        body(sequence=0),
        body(sequence=True),
        body(sequence="1"),
        body(sequence=10**9),
        body(entries=None),
        body(entry={"note": "fedcba9876543210-1"}),
        body(entry={"note": f"{_DEVICE}-x"}),
        body(entry={"version": 0}),
        body(entry={"text": 1}),
        body(entry={"follows": "a name"}),
    ],
)
def test_what_is_no_batch_is_refused_without_a_word_of_it(wrong: bytes) -> None:
    with pytest.raises(BatchShapeError, match=r"^This is no batch of notes\.$"):
        batch_in(wrong)


def test_l5_the_ledger_keeps_a_code_only_where_it_is_on_a_list() -> None:
    codes = {"child": "Robin Example", "area": "Robin", "judgement": "concern"}
    kept = kept_codes(codes, {"area": {"EA01": ""}, "judgement": {"concern": ""}})
    assert kept == {"child": "", "area": "", "judgement": "concern"}
    assert kept_codes({"child": "T12"}, {}) == {"child": "T12"}


@pytest.mark.parametrize(("sent", "draw"), [(2, 2), ("2", 0), (None, 0), (True, 0)])
def test_a_draw_that_is_no_number_is_not_known_and_the_words_are_taken(sent: object, draw: int) -> None:
    assert batch_in(body(entry={"draw": sent})).entries[0].draw == draw
