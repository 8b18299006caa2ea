"""The order of the draw: HMAC-SHA256 of stage and child under the seed, so that row order can change nothing (L4)."""

import hashlib
import secrets
from collections.abc import Iterable

from tasks.ground.keys import seed_bytes

# Bytes of a block of SHA-256.
_BLOCK = 64


def new_seed() -> str:
    """Return a fresh seed: 256 random bits as 64 hexadecimal digits."""
    return secrets.token_hex(32)


def ranked(seed: str, stage: str, children: Iterable[str]) -> list[str]:
    """Return the children in draw order at this stage: ascending HMAC-SHA256(seed, `stage|child`), ties by name.

    Raises:
        EmptySeedError: no seed.
    """
    inner, outer = _halves(seed_bytes(seed))
    inner.update(f"{stage}|".encode())
    order = []
    for child in children:
        first, second = inner.copy(), outer.copy()
        first.update(child.encode())
        second.update(first.digest())
        order.append((second.digest(), child))
    order.sort()
    return [child for _, child in order]


def _halves(key: bytes) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """Return the inner and outer hash of HMAC (RFC 2104), keyed once: `hmac` itself takes twice as long to copy."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return hashlib.sha256(bytes(byte ^ 0x36 for byte in block)), hashlib.sha256(bytes(byte ^ 0x5C for byte in block))
