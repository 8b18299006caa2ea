"""Keys of an inspection: the seeds of its draws, committed to before any return is in, and its pseudonyms."""

import hashlib

from models.refusals import Refusal
from models.settings import settings
from models.tables import Inspection
from tasks.ground.digests import keyed

SEEDS_COMMITTED = 20
"""So many draws have their seeds fixed at the announcement, the first draw and every redraw alike."""


def seed_for(inspection: Inspection, draw: int) -> str:
    """Return the seed of the n-th draw, fixed before any return is in.

    A rehearsal's seed is derived from public values, so that it repeats on every machine.
    """
    # Derived from the secret key, so that nobody can try draws out before the returns are in.
    key = "rehearsal" if inspection.rehearsal else settings().required("secret_key")
    return keyed(key, f"seed/{inspection.ref}/{draw}")


def pseudonym_key(inspection: Inspection) -> bytes:
    """Return the key of the inspection's pseudonyms, which is never in the evidence store beside them."""
    key = "rehearsal" if inspection.rehearsal else settings().required("secret_key")
    return keyed(key, f"pseudonym/{inspection.ref}").encode()


class EmptySeedError(Refusal):
    """A draw has no seed."""

    def __init__(self) -> None:
        super().__init__("The seed is empty. Give the revealed seed, 64 hexadecimal digits for preference.")


def commit(seed: str) -> str:
    """Return the digest that is published before the draw: SHA-256 (hex) of the seed's characters.

    Raises:
        EmptySeedError: no seed.
    """
    return hashlib.sha256(seed_bytes(seed)).hexdigest()


def seed_bytes(seed: str) -> bytes:
    """Return a seed as the key of an HMAC.

    Raises:
        EmptySeedError: no seed.
    """
    if not seed:
        raise EmptySeedError
    return seed.encode()
