"""The ring of keys: one purpose changes alone, what must be made again stays, and no error repeats a key."""

import json

import pytest

from models.key_ring import (
    FIRST,
    REMEMBERED,
    Key,
    KeyRing,
    KeysTextError,
    Purpose,
    UnknownKeyError,
    fresh_key,
    fresh_ring,
    read_ring,
)

LONG = "s" * 32


def fresh_keys() -> dict[Purpose, Key]:
    return {purpose: fresh_key() for purpose in Purpose}


def test_with_the_one_key_of_before_it_is_current_for_every_purpose() -> None:
    ring = read_ring("", "old")
    for purpose in Purpose:
        key = ring.current(purpose)
        assert key is not None
        assert (key.id, key.text) == (FIRST, "old")


def test_without_any_key_there_is_none() -> None:
    assert {read_ring("").current(purpose) for purpose in Purpose} == {None}


def test_a_ring_comes_back_as_it_was_stored() -> None:
    ring = fresh_ring()
    assert read_ring(ring.to_text()) == ring
    secrets = {keys[0].text for keys in ring.keys.values()}
    assert len(secrets) == len(Purpose)
    assert min(map(len, secrets)) >= 32


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_replaced_key_changes_its_purpose_alone(purpose: Purpose) -> None:
    before = fresh_ring()
    after = before.replace([purpose], fresh_keys())
    assert {name for name in Purpose if after.current(name) != before.current(name)} == {purpose}
    assert (before.keys[purpose][0] in after.keys[purpose]) == (purpose in REMEMBERED)
    kept = before.replace([purpose], fresh_keys(), keep=True)
    assert kept.keys[purpose][1:] == before.keys[purpose]


@pytest.mark.parametrize("purpose", list(Purpose))
def test_the_first_key_is_remembered_where_things_are_made_again_and_nowhere_else(purpose: Purpose) -> None:
    ring = read_ring(json.dumps({purpose: [{"id": "b", "secret": LONG}]}), "old")
    assert [key.id for key in ring.keys[purpose]] == (["b", FIRST] if purpose in REMEMBERED else ["b"])


def test_a_key_that_is_gone_is_named_by_its_id() -> None:
    with pytest.raises(UnknownKeyError, match="key abc for seeds is missing"):
        KeyRing({}).by_id(Purpose.SEEDS, "abc")


@pytest.mark.parametrize(
    "text",
    [
        "quackenbush",
        '{"links": "quackenbush"}',
        '{"links": []}',
        '{"nothing": [{"id": "a", "secret": "quackenbush-quackenbush-quackenbush"}]}',
        '{"links": [{"id": "a", "secret": "quackenbush"}]}',
        '{"links": [{"id": "A:B", "secret": "quackenbush-quackenbush-quackenbush"}]}',
        '{"links": [{"id": "a", "secret": "quackenbush-quackenbush-quackenbush"},'
        ' {"id": "a", "secret": "quackenbush-quackenbush-quackenbusk"}]}',
    ],
)
def test_what_is_no_list_of_keys_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(KeysTextError) as caught:
        read_ring(text, where="keys.json")
    assert "quackenbush" not in f"{caught.value} {caught.value.__cause__!r}"
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert str(caught.value).startswith("keys.json is not a list of keys")


def test_no_key_is_shown_where_a_ring_is_printed() -> None:
    ring = read_ring("", "quackenbush")
    assert "quackenbush" not in f"{ring!r} {ring}"
