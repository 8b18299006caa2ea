"""Signs the operator's session and the tokens of forms, which a browser keeps for us, each under a salt of its own."""

import hashlib
import hmac
from typing import Any

from itsdangerous import Signer, URLSafeSerializer
from itsdangerous.encoding import want_bytes

from models.key_ring import Purpose
from tasks.ground.keys import keys_of

_SHA256: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


class HexSigner(Signer):
    """Writes signatures in hex, so that each has one spelling.

    The library writes base64, where the last letter has two bits that mean nothing: it accepts four spellings of a
    signature, and so a cookie of which somebody altered a letter.
    """

    def get_signature(self, value: str | bytes) -> bytes:
        """Return the signature of a value."""
        return self._signed(value, self.secret_key)

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        """Return whether a signature is ours; the time this takes shows nothing of the right one."""
        # A sum and not `any`: each key is tried, whichever it is.
        return sum(hmac.compare_digest(self._signed(value, key), want_bytes(sig)) for key in self.secret_keys) > 0

    def _signed(self, value: str | bytes, key: bytes) -> bytes:
        return self.algorithm.get_signature(self.derive_key(key), want_bytes(value)).hex().encode()


def _keys() -> list[str]:
    """Return the keys as the library wants them: the current one last, with which it signs."""
    return [key.text for key in reversed(keys_of(Purpose.SESSIONS))]


def signer(salt: str) -> Signer:
    """Return the signer for one purpose; it refuses a signature that was made for another."""
    return HexSigner(_keys(), salt=salt, **_SHA256)


def serializer(salt: str) -> URLSafeSerializer:
    """Return the serializer for one purpose: values to signed text that any cookie can carry, and back."""
    return URLSafeSerializer(_keys(), salt=salt, signer=HexSigner, signer_kwargs=_SHA256)
