"""The keys in force, each for one purpose; the seeds of an inspection's draws, and the key of its pseudonyms."""

import hashlib
import hmac

from models.key_ring import KEYS_FORM, Key, KeyRing, KeysTextError, Purpose, read_ring
from models.refusals import Refusal
from models.settings import MissingSettingError, settings
from models.tables import Inspection
from tasks.ground.digests import keyed

SEEDS_COMMITTED = 20
"""So many draws have their seeds fixed at the announcement, the first draw and every redraw alike."""


def ring() -> KeyRing:
    """Return all keys that there are now; a file that was replaced holds from that moment, without a new start.

    Raises:
        KeysTextError: what was given is no list of keys, or its file cannot be read.
    """
    options = settings()
    first = options.secret_key.get_secret_value() if options.secret_key else None
    if options.keys is not None:
        return read_ring(options.keys.get_secret_value(), first)
    if options.keys_file is None:
        return read_ring("", first)
    # Read each time: a key that leaked and was replaced must be out at once, and not at the next start.
    try:
        text = options.keys_file.read_text()
    except OSError:
        raise KeysTextError(f"{options.keys_file} is not a list of keys. {KEYS_FORM}") from None
    return read_ring(text, first, where=str(options.keys_file))


def keys_of(purpose: Purpose) -> tuple[Key, ...]:
    """Return the keys that count for a purpose, the current one first.

    Raises:
        MissingSettingError: there is none.
    """
    keys = ring().keys[purpose]
    if not keys:
        raise MissingSettingError("keys_file")
    return keys


def current_key(purpose: Purpose) -> Key:
    """Return the key under which new things are made.

    Raises:
        MissingSettingError: there is none.
    """
    key = ring().current(purpose)
    if key is None:
        raise MissingSettingError("keys_file")
    return key


def derived(purpose: Purpose, text: str, digits: int) -> str:
    """Return the first hexadecimal digits of what the current key of a purpose makes of a text."""
    return keyed(current_key(purpose).text, text)[:digits]


def is_derived(purpose: Purpose, text: str, digits: int, given: str) -> bool:
    """Return whether something was derived from a text by a key that still counts.

    The time it takes shows nothing of the right answer.
    """
    made = (keyed(key.text, text)[:digits] for key in keys_of(purpose))
    # A sum and not `any`: each is compared, whichever it is.
    return sum(hmac.compare_digest(each.encode(), given.encode()) for each in made) > 0


def keep_keys(inspection: Inspection) -> None:
    """Let an inspection that is announced now keep today's keys to the end; a rehearsal's are public."""
    inspection.own_seeds = True
    if not inspection.rehearsal:
        inspection.seed_key = current_key(Purpose.SEEDS).id
        inspection.pseudonym_key = current_key(Purpose.PSEUDONYMS).id


REHEARSED = "rehearsal"
"""The key of a rehearsal's seeds: it is open, so that anybody can repeat its draws on any machine."""


def seed_for(inspection: Inspection, draw: int) -> str:
    """Return the seed of the n-th draw, fixed before any return is in."""
    # By the key under which it was committed to, whatever has been replaced since.
    return seed_under(_seed_key(inspection), inspection.ref, draw)


def seed_under(key: str, ref: str, draw: int) -> str:
    """Return the seed of the n-th draw of an inspection under the key of its seeds: what anybody does who has it."""
    return keyed(key, f"seed/{ref}/{draw}")


def seed_key_of(inspection: Inspection) -> str:
    """Return the key of this inspection's seeds alone, which is revealed with its letter; a rehearsal's is open.

    Empty for an inspection whose announcement has no digest of it. Its seeds hang on the installation's key itself,
    which is never revealed, because those of others hang on it, too.
    """
    return _seed_key(inspection) if inspection.own_seeds else ""


def _seed_key(inspection: Inspection) -> str:
    if inspection.rehearsal:
        return REHEARSED
    key = ring().by_id(Purpose.SEEDS, inspection.seed_key).text
    # Derived from the secret key, so that nobody can try draws out before the returns are in, and whoever has the key
    # of one inspection learns nothing about another's.
    return keyed(key, f"seeds/{inspection.ref}") if inspection.own_seeds else key


def pseudonym_key(inspection: Inspection) -> bytes:
    """Return the key of the inspection's pseudonyms, which is never in the evidence store beside them."""
    key = "rehearsal" if inspection.rehearsal else ring().by_id(Purpose.PSEUDONYMS, inspection.pseudonym_key).text
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
