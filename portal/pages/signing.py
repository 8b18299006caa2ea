"""Signs sessions and the tokens of forms, which a browser keeps for us, each under a salt of its own."""

import hashlib
import hmac
from typing import Any

from itsdangerous import Signer, URLSafeSerializer
from itsdangerous.encoding import want_bytes

from models.settings import Settings

_SHA256: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


class HexSigner(Signer):
    """Writes signatures in hex, so that each has one spelling.

    The library writes base64, where the last letter has two bits that mean nothing: it accepts four spellings of a
    signature, and so a cookie of which somebody altered a letter.
    """

    def get_signature(self, value: str | bytes) -> bytes:
        """Return the signature of a value."""
        return self.algorithm.get_signature(self.derive_key(), want_bytes(value)).hex().encode()

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        """Return whether a signature is ours; the time this takes shows nothing of the right one."""
        return hmac.compare_digest(self.get_signature(value), want_bytes(sig))


def signer(options: Settings, salt: str) -> Signer:
    """Return the signer for one purpose; it refuses a signature that was made for another."""
    return HexSigner(options.required("secret_key"), salt=salt, **_SHA256)


def serializer(options: Settings, salt: str) -> URLSafeSerializer:
    """Return the serializer for one purpose: values to signed text that any cookie can carry, and back."""
    return URLSafeSerializer(options.required("secret_key"), salt=salt, signer=HexSigner, signer_kwargs=_SHA256)
