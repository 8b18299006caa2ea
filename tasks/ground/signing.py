"""Signatures by which a stranger can hold us to what we wrote: Ed25519, with a key kept outside the database."""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.key_ring import Key, Purpose
from tasks.ground.keys import current_key, keys_of

_DERIVED_AS = b"jtai/ed25519/1"
_ID_DIGITS = 16
_PUBLIC_DIGITS = 64
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, with the id of the key that made it.

    Attributes:
        key: the first 16 hexadecimal digits of the SHA-256 of the public key's 32 bytes.
        value: the 64 bytes of the signature in hexadecimal digits.
    """

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that anybody may have; its id follows from it.

    Attributes:
        value: the 32 bytes of the key in hexadecimal digits.
    """

    value: str

    @property
    def id(self) -> str:
        """Return the id that signatures name."""
        return hashlib.sha256(bytes.fromhex(self.value)).hexdigest()[:_ID_DIGITS]


def public_key(text: str) -> PublicKey | None:
    """Return the public key that a text is in hexadecimal digits; None where it is none."""
    return PublicKey(text) if len(text) == _PUBLIC_DIGITS and set(text) <= _HEX else None


def sign(data: bytes) -> Signature:
    """Return the signature of some bytes by the key that is current; the same bytes give the same signature.

    What is signed says of itself what it is, so that a signature of one kind of thing is none of another.

    Raises:
        MissingSettingError: there is no key.
    """
    private = _private(current_key(Purpose.SIGNATURES))
    return Signature(_public(private).id, private.sign(data).hex())


def public_keys() -> tuple[PublicKey, ...]:
    """Return the public halves of the current key and of those before it, the current one first.

    Raises:
        MissingSettingError: there is no key.
    """
    return tuple(_public(_private(key)) for key in keys_of(Purpose.SIGNATURES))


def verify(data: bytes, signature: Signature, public_key: PublicKey) -> bool:
    """Return whether the owner of a public key signed these bytes; what is no key or signature at all did not."""
    try:
        if signature.key != public_key.id:
            return False
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key.value))
        key.verify(bytes.fromhex(signature.value), data)
    except (ValueError, InvalidSignature):
        return False
    return True


def _private(key: Key) -> Ed25519PrivateKey:
    # Keys of the ring are texts of any length; Ed25519 wants 32 bytes.
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_DERIVED_AS).derive(key.text.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(private: Ed25519PrivateKey) -> PublicKey:
    return PublicKey(private.public_key().public_bytes_raw().hex())
