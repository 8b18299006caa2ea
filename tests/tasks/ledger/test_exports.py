"""An export comes back as it was written, and whatever else a file holds is told in sentences."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ledger.anchored import Anchored, anchored_of
from tasks.ledger.exports import FORMAT, Rows, read_anchors, read_export, written
from tasks.ledger.proof import examine
from tests.examples import examples
from tests.tasks.ledger.made_chains import REF, made

LEDGER = made()
DATA = written(REF, LEDGER.export())


DATA_LINES = DATA.decode().split("\n")


def test_an_export_comes_back_as_it_was_written() -> None:
    again = read_export(DATA)
    assert written(REF, again) == DATA
    assert again.faults == ()
    assert again.rows == Rows(tuple(LEDGER.draws), tuple(LEDGER.decisions))
    assert again.anchors == tuple(LEDGER.anchors)
    assert again.keys == LEDGER.keys
    assert examine(REF, again, LEDGER.anchors) == []


def test_an_export_of_an_older_version_is_its_entries_alone() -> None:
    older = read_export("\n".join(DATA_LINES[:-2]).encode())
    assert (len(older.entries), older.head, older.rows, older.faults) == (len(LEDGER.entries), None, None, ())
    assert examine(REF, older, LEDGER.anchors, LEDGER.keys) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "", "x", "[]", "{}", "null", "7", '{"inspection":"x"}', "[" * 5000,
        DATA_LINES[2].replace('"number":3', '"number":"3"'), DATA_LINES[2].replace('"number":3', '"number":true'),
        DATA_LINES[2].replace('{"action"', '{ "action"'), DATA_LINES[2].replace('"actor":', '"actor":"x","actor":'),
        DATA_LINES[2].replace('"facts":{', '"facts":[{').replace("},", "}],"), DATA_LINES[2] + " ",
    ],
    ids=range(14),
)  # fmt: skip
def test_a_line_that_is_no_entry_is_told_by_its_number(wrong: str) -> None:
    lines = [*DATA_LINES]
    lines[2] = wrong
    (fault, *_) = read_export("\n".join(lines).encode()).faults
    assert fault.startswith("Line 3 of the file is ")


@pytest.mark.parametrize("name", ["head", "anchors", "keys", "rows", "format"])
def test_a_last_line_without_what_belongs_there_is_told(name: str) -> None:
    last = json.loads(DATA_LINES[-2])
    for value in (None, 7, "x", [None]):
        changed = "\n".join([*DATA_LINES[:-2], json.dumps({**last, name: value}), ""])
        export = read_export(changed.encode())
        assert export.faults or examine(REF, export, LEDGER.anchors, LEDGER.keys)
    assert last["format"] == FORMAT


@examples(60)
@given(st.binary(max_size=300), st.integers(0, len(DATA)))
def test_no_bytes_are_a_fault_of_ours(junk: bytes, place: int) -> None:
    export = read_export(DATA[:place] + junk + DATA[place + len(junk) :])
    for fault in examine(REF, export, LEDGER.anchors, LEDGER.keys):
        assert fault.endswith(".")


def test_anchors_are_read_one_alone_or_a_line_each_and_nothing_else_is() -> None:
    lines = b"\n".join(each.document() for each in LEDGER.anchors)
    assert read_anchors(lines) == LEDGER.anchors
    one = json.dumps(json.loads(LEDGER.anchors[0].document()), indent=2).encode()
    assert read_anchors(one) == LEDGER.anchors[:1]
    for wrong in (b"", b"x", b"[]", b"{}", lines + b"\nx", b"\xff"):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it is
            read_anchors(wrong)


@pytest.mark.parametrize("name", ["inspection", "number", "hash", "at", "key", "signature"])
def test_an_anchor_that_lacks_something_is_none_and_one_that_was_changed_is_not_signed(name: str) -> None:
    whole = json.loads(LEDGER.anchors[0].document())
    assert anchored_of(whole) == LEDGER.anchors[0]
    wrong: tuple[Any, ...] = (None, 7.5, [], 0, -1, True)
    for value in wrong:
        assert anchored_of({**whole, name: value}) is None
    other: dict[str, Any] = {name: 99 if name == "number" else "0" * 64}
    changed: Anchored = replace(LEDGER.anchors[0], **other)
    assert not changed.is_signed_by(LEDGER.keys)
    assert LEDGER.anchors[0].is_signed_by(LEDGER.keys)
