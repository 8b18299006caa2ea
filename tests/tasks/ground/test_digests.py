"""Digests: the same content the same digest in any order, different content a different one (L4)."""

import hashlib
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ground.digests import UnspellableColumnError, canonical_document, frame_digest

_TEXT = st.one_of(st.none(), st.text(max_size=4))
_ROWS = st.lists(st.tuples(_TEXT, st.one_of(st.none(), st.integers(-5, 5)), st.lists(_TEXT, max_size=2)), max_size=6)
_SCHEMA: dict[str, pl.DataType] = {"a": pl.String(), "b": pl.Int64(), "c": pl.List(pl.String())}


def _frame(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


@given(rows=_ROWS, order=st.randoms(use_true_random=False))
def test_l4_row_and_column_order_change_nothing(rows: list[tuple[object, ...]], order: object) -> None:
    shuffled = list(rows)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert frame_digest(_frame(shuffled).select("c", "a", "b")) == frame_digest(_frame(rows))


@given(one=_ROWS, other=_ROWS)
def test_l4_different_content_has_different_digests(
    one: list[tuple[object, ...]], other: list[tuple[object, ...]]
) -> None:
    same = sorted(map(repr, one)) == sorted(map(repr, other))
    assert (frame_digest(_frame(one)) == frame_digest(_frame(other))) is same


def test_l4_the_spelling_is_the_one_that_the_page_states() -> None:
    frame = pl.DataFrame(
        {"b": [True, None], "a": ["x\ty", "\\N"], "d": [date(2025, 2, 24), None], "l": [["p", None], None]}
    )
    lines = ["a\tb\td\tl", *sorted(["x\\ty\ttrue\t2025-02-24\tp\x1f\\N\x1f", "\\\\N\t\\N\t\\N\t\\N"])]
    assert frame_digest(frame) == hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_times_and_empty_frames_have_a_spelling_and_fractions_have_none() -> None:
    frame_digest(pl.DataFrame({"t": [datetime(2025, 1, 2, 3, 4)]}))
    assert frame_digest(pl.DataFrame()) == hashlib.sha256(b"").hexdigest()
    with pytest.raises(UnspellableColumnError, match="Column p"):
        frame_digest(pl.DataFrame({"p": [0.5]}))


def test_l4_json_is_sorted_and_ends_in_one_newline() -> None:
    assert canonical_document({"b": 1, "a": "é"}) == '{"a":"é","b":1}\n'.encode()
