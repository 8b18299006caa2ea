"""Sealed bytes open only whole, in place and under their key, and the same bytes are always sealed the same way."""

import io
from collections.abc import Iterator
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ground.sealing import (
    HEADER_BYTES,
    PIECE,
    DataKey,
    NotOpenedError,
    is_sealed,
    open_name,
    open_pieces,
    seal_bytes,
    seal_name,
    seal_pieces,
    seal_stream,
    sealed_size,
)
from tests.examples import examples

KEY = DataKey("0123456789abcdef", b"k" * 32)
OTHER = DataKey("0123456789abcdef", b"o" * 32)
TAG = 16
SIZES = [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 5]


def opened(sealed: bytes, place: str = "a/b", key: DataKey = KEY, cut: int = 70_000) -> bytes:
    body = sealed[HEADER_BYTES:]
    pieces = [body[at : at + cut] for at in range(0, len(body), cut)]
    return b"".join(open_pieces(key, place, sealed[:HEADER_BYTES], pieces))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cut", [1 << 16, PIECE + TAG, 1 << 20])
def test_what_is_sealed_opens_however_it_arrives(size: int, cut: int) -> None:
    data = (b"quackenbush" * (size // 11 + 1))[:size]
    sealed = seal_bytes(KEY, "a/b", data)
    assert is_sealed(sealed)
    assert bytes.fromhex(KEY.id) in sealed[:HEADER_BYTES]
    assert len(sealed) == sealed_size(size)
    assert b"quackenbush" not in sealed
    assert opened(sealed, cut=cut) == data


@examples(60)
@given(st.binary(max_size=400), st.binary(max_size=400))
def test_l4_the_same_bytes_are_sealed_the_same_and_others_share_nothing(first: bytes, second: bytes) -> None:
    one, two = seal_bytes(KEY, "a", first), seal_bytes(KEY, "a", second)
    assert (one == two) == (first == second)
    assert (one[HEADER_BYTES - 32 : HEADER_BYTES] == two[HEADER_BYTES - 32 : HEADER_BYTES]) == (first == second)
    assert seal_bytes(KEY, "b", first) != one


def test_a_stream_is_sealed_as_its_bytes_are_whatever_a_read_returns() -> None:
    data = bytes(range(256)) * 3000
    out = io.BytesIO()
    assert seal_stream(KEY, "a", io.BytesIO(data), out) == sha256(data).digest()
    few = io.BytesIO(data)
    short = b"".join(seal_pieces(KEY, "a", sha256(data).digest(), lambda size: few.read(min(size, 1000))))
    assert out.getvalue() == short == seal_bytes(KEY, "a", data)


def _attacks(sealed: bytes) -> Iterator[bytes]:
    piece = PIECE + TAG
    first, second, third = (sealed[HEADER_BYTES + piece * at : HEADER_BYTES + piece * (at + 1)] for at in range(3))
    header = sealed[:HEADER_BYTES]
    yield header + second + first + third
    yield header + first + third
    yield header + first + second
    yield header + first
    yield header
    yield header + first + second + third + third
    yield header + first + second + third + b"\0"
    yield header[:-1] + bytes([header[-1] ^ 1]) + first + second + third
    yield header + first + second + third[:-1]


def test_pieces_cannot_be_moved_left_out_repeated_or_cut_off() -> None:
    sealed = seal_bytes(KEY, "a/b", b"r" * (2 * PIECE + 100))
    for changed in _attacks(sealed):
        with pytest.raises(NotOpenedError):
            opened(changed)
    with pytest.raises(NotOpenedError):
        opened(sealed, place="a/c")
    with pytest.raises(NotOpenedError):
        opened(sealed, key=OTHER)


@examples(60)
@given(st.integers(0, HEADER_BYTES + 30 + TAG - 1), st.integers(1, 255))
def test_no_bit_can_be_changed(at: int, change: int) -> None:
    sealed = bytearray(seal_bytes(KEY, "a/b", b"r" * 30))
    sealed[at] ^= change
    # The mark and the id lie in the header, which each piece authenticates.
    with pytest.raises(NotOpenedError):
        opened(bytes(sealed))


@pytest.mark.parametrize("name", ["", "Ann Example.csv", "Zoë, born 2019.xlsx", "x" * 5000, "é" * 3000])
def test_a_name_is_sealed_fits_the_metadata_and_opens_at_its_object_alone(name: str) -> None:
    sealed = seal_name(KEY, "a/b", name)
    assert sealed.isascii()
    assert len(sealed) < 1300
    assert name.startswith(open_name(KEY, "a/b", sealed))
    assert len(name) > 800 or open_name(KEY, "a/b", sealed) == name or len(name.encode()) > 800
    with pytest.raises(NotOpenedError):
        open_name(KEY, "a/c", sealed)


def test_a_key_is_never_shown() -> None:
    assert "kkk" not in repr(KEY)
