"""A certificate verifies from itself alone, and any change of it is found."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ground.digests import canonical_document, sha256
from tasks.ground.signing import public_keys
from tasks.retention.certificates import ENTRY, CertificateError, check, holds, list_document, signed
from tests.examples import examples
from tests.portal.pages.made_up import set_to

OBJECTS = [
    {"key": f"incoming/r-1/{name}", "version": "v1", "size": 5, "sha256": sha256(name.encode()), "marker": False}
    for name in ("a.csv", "b.csv")
]
ROWS = [{"table": "note", "sha256": "0" * 64, "removed": True}]
CONTENT: dict[str, Any] = {
    "id": "X-1A2B3C4D",
    "inspection": "reading-domestic-abuse-2024-20250224",
    "class": {"name": "children", "label": "Data about children"},
    "authority": {"asked_by": "manager: P-AAAAAAAA", "confirmed_by": "manager: P-BBBBBBBB"},
    "destroyed_at": "2026-01-12T12:00:00+00:00",
    "counts": {"objects": 2, "bytes": 10, "rows": 1},
    "objects": OBJECTS,
    "rows": ROWS,
}


@pytest.fixture(scope="module")
def made() -> Iterator[bytes]:
    """Sign one certificate by a key of its own."""
    with set_to():
        yield signed(CONTENT)


def test_it_verifies_alone_against_its_key_and_against_the_audit(made: bytes) -> None:
    with set_to():
        assert signed(CONTENT) == made
        key = public_keys()[0]
    entry = {
        "inspection": CONTENT["inspection"],
        "action": ENTRY,
        "subject": CONTENT["id"],
        "facts": {"certificate_sha256": sha256(made)},
    }
    for trusted in ([], [key.value], [key.id], [f" {key.value.upper()} "]):
        checked = check(made, trusted=trusted, audit=[{"action": "other"}, entry])
        assert (checked.faults, checked.audited, checked.trusted) == ((), True, bool(trusted) or None)
    assert holds(check(made).content, sha256(b"a.csv")) == ["incoming/r-1/a.csv"]
    assert holds(check(made).content, sha256(b"c.csv")) == []


def test_another_key_or_an_audit_without_it_is_told(made: bytes) -> None:
    checked = check(made, trusted=["0" * 64], audit=[])
    assert checked.trusted is False
    assert checked.audited is False
    assert len(checked.faults) == 2


def test_counts_that_do_not_fit_are_told() -> None:
    with set_to():
        wrong = signed({**CONTENT, "counts": {"objects": 3, "bytes": 10, "rows": 1}})
    assert check(wrong).faults == ("It counts 3 objects and lists 2.",)


@examples(100)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_byte_of_it_can_be_changed_unseen(made: bytes, place: int, change: int) -> None:
    at = place % len(made)
    other = made[:at] + bytes([made[at] ^ change]) + made[at + 1 :]
    try:
        checked = check(other)
    except CertificateError:
        return
    assert checked.faults


def is_refused(data: bytes) -> bool:
    try:
        return bool(check(data).faults)
    except CertificateError:
        return True


def test_a_part_that_is_left_out_is_seen(made: bytes) -> None:
    stored = json.loads(made)
    for name in CONTENT:
        content = {key: value for key, value in stored["certificate"].items() if key != name}
        assert is_refused(canonical_document({**stored, "certificate": content})), name


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"certificate": {}, "signature": {}}', b'{"certificate": 1, "signature": 2}']
)
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    with pytest.raises(CertificateError):
        check(data)


def test_the_same_list_has_the_same_bytes_in_any_order() -> None:
    assert list_document("X-1", 1, OBJECTS, ROWS) == list_document("X-1", 1, reversed(OBJECTS), ROWS)


@pytest.mark.parametrize(
    "change",
    [
        {"counts": {"objects": "abc", "bytes": 0, "rows": 0}},
        {"counts": [1]},
        {"class": "children"},
        {"class": {"label": 5}},
        {"objects": 5},
        {"objects": None},
        {"objects": [1]},
        {"objects": [{"size": 5}]},
        {"objects": [{"key": "a", "size": "5"}]},
        {"rows": None},
        {"rows": [1]},
        {"destroyed_at": None},
        {"inspection": ["r"]},
    ],
)
def test_what_says_that_it_is_a_certificate_and_is_not_made_as_one_is_refused_in_a_sentence(
    change: dict[str, Any],
) -> None:
    with set_to(), pytest.raises(CertificateError, match="not made as one"):
        check(signed({**CONTENT, **change}))


@pytest.mark.parametrize("text", ["[" * 200_000, '{"certificate":' * 50_000, "null", "[]", '{"certificate":"\\ud800"}'])
def test_what_is_no_certificate_at_all_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(CertificateError, match="no certificate"):
        check(text.encode())


def test_an_entry_of_another_inspection_is_none_of_it(made: bytes) -> None:
    facts = {"certificate_sha256": sha256(made)}
    entry = {"inspection": "another", "action": ENTRY, "subject": CONTENT["id"], "facts": facts}
    assert check(made, audit=[entry]).audited is False
