"""Encodes names under a key and a day of birth, so that likeness can be seen and the name cannot be read.

A name becomes its pairs of letters; of each pair 96 keyed hashes are made, and of each hash the least over all pairs is
kept, in its lowest 4 bits (MinHash with b-bit signatures). Two signatures agree in about as many places as their names
share pairs. The day of birth is part of the key: the same name of two children born on other days has nothing in
common, which takes away what attacks on frequencies of names need. Whoever has the key can try names one by one.
So an encoded name is not anonymous, and is never called so.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import date

PREFIX = "~e1:"
"""What an encoded name begins with; no name does."""

HASHES = 96
"""Places of a signature."""

_BITS = 4
_CHANCE: float = 1 / 2**_BITS
_WIDE = 2
_DIGEST = 64


def encoding_key(secret: bytes) -> bytes:
    """Return the key of an inspection under which names are encoded, from the secret of its pseudonyms.

    Args:
        secret: of the pseudonyms; nobody who has the key finds it.
    """
    return hmac.digest(secret, b"jtai names encoded 1", "sha256")


def signature(letters: str, born: date | None, key: bytes) -> bytes:
    """Return the signature of a name.

    Args:
        letters: the name in lower-case letters alone, as `validation.contract.not_values.letters` makes it.
        born: the child's day of birth; None where it is not known.
        key: of the inspection.

    Returns:
        One place a byte, each from 0 to 15.
    """
    salted = hmac.digest(key, (born.isoformat() if born else "no day").encode(), "sha256")
    # So that its first and its last letter make pairs that say where they stand.
    padded = f"_{letters}_"
    # More than two bytes can hold, so that the first hash of a place is always less.
    least = [2**16] * HASHES
    for pair in {padded[at : at + 2] for at in range(len(padded) - 1)}:
        for place, value in enumerate(_hashes(pair, salted)):
            least[place] = min(least[place], value)
    return bytes(value & (2**_BITS - 1) for value in least)


def _hashes(pair: str, salted: bytes) -> Iterable[int]:
    data = pair.encode()
    blocks = b"".join(
        hashlib.blake2b(data, key=salted, person=bytes([block]), digest_size=_DIGEST).digest()
        for block in range(HASHES * _WIDE // _DIGEST)
    )
    return (int.from_bytes(blocks[at : at + _WIDE], "big") for at in range(0, len(blocks), _WIDE))


def to_text(places: bytes) -> str:
    """Return a signature as it stands in a cell."""
    packed = bytes(places[at] << _BITS | places[at + 1] for at in range(0, HASHES, 2))
    return PREFIX + base64.b32encode(packed).decode().rstrip("=")


def from_text(cell: str) -> bytes | None:
    """Return the signature in a cell; None where it holds none."""
    if not cell.startswith(PREFIX):
        return None
    body = cell.removeprefix(PREFIX)
    try:
        packed = base64.b32decode(body + "=" * (-len(body) % 8))
    except ValueError:
        return None
    if len(packed) != HASHES // 2:
        return None
    return bytes(part for byte in packed for part in (byte >> _BITS, byte & (2**_BITS - 1)))


def likeness(places: bytes, other: bytes) -> float:
    """Return about how many of their pairs of letters two names share: 0 for none, 1 for all.

    Chance makes places agree that have nothing in common; it is taken off.
    """
    agreeing = sum(a == b for a, b in zip(places, other, strict=True)) / HASHES
    return max(0.0, float((agreeing - _CHANCE) / (1 - _CHANCE)))
