"""Wraps data keys by a key from outside: our own `evidence` key, or one that never leaves AWS KMS."""

import base64
import os
from dataclasses import dataclass
from typing import Any

from models.key_ring import Key, Purpose
from models.refusals import OperatorError
from models.settings import Settings, once_for_settings, settings
from tasks.ground.keys import current_key, ring
from tasks.ground.sealing import KEY_BYTES, DataKey

_NONCE = 12
_OURS, _KMS, _WITHIN = "key", "kms", "within"
_CONTEXT = "jtai"


class NotUnwrappedError(OperatorError):
    """A wrapped data key does not open with the key that it names."""

    brief = "a key of the evidence does not open"

    def __init__(self, scope: str, by: str) -> None:
        super().__init__(
            f"The key of {scope} does not open with {by}, which wrapped it. "
            "Put back the keys or the access to KMS that it was wrapped under."
        )


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key that only the key outside opens; it is no secret by itself.

    Attributes:
        scope: what it seals.
        id: of the data key.
        by: what wrapped it: `key:ID` of ours, `kms:ARN`, or `within:ID` of the data key of the scope around it.
        wrapped: the data key, encrypted.
    """

    scope: str
    id: str
    by: str
    wrapped: bytes

    def to_json(self) -> dict[str, str]:
        """Return it as it is stored."""
        return {"scope": self.scope, "id": self.id, "by": self.by, "wrapped": base64.b64encode(self.wrapped).decode()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "WrappedKey":
        """Return what `to_json` made."""
        return cls(stored["scope"], stored["id"], stored["by"], base64.b64decode(stored["wrapped"]))


@once_for_settings
def _kms(options: Settings) -> Any:
    import boto3

    # With AWS itself the machine's own role signs; keys of ours are for a KMS at an address of its own.
    keys = options.s3_access_key if options.kms_endpoint_url else None
    return boto3.client(
        "kms",
        endpoint_url=options.kms_endpoint_url,
        region_name=options.s3_region,
        aws_access_key_id=keys.get_secret_value() if keys else None,
        aws_secret_access_key=options.required("s3_secret_key") if keys else None,
    )


def wrap(key: DataKey, scope: str, parent: DataKey | None = None) -> WrappedKey:
    """Wrap a data key by its parent, or by the key outside that is current.

    Raises:
        MissingSettingError: there is no key outside.
    """
    if parent:
        return WrappedKey(scope, key.id, f"{_WITHIN}:{parent.id}", _encrypt(parent.secret, key, scope))
    if arn := settings().kms_key:
        answer = _kms().encrypt(KeyId=arn, Plaintext=key.secret, EncryptionContext=_context(scope, key.id))
        return WrappedKey(scope, key.id, f"{_KMS}:{arn}", answer["CiphertextBlob"])
    outside = current_key(Purpose.EVIDENCE)
    return WrappedKey(scope, key.id, f"{_OURS}:{outside.id}", _encrypt(_secret(outside), key, scope))


def unwrap(wrapped: WrappedKey, parent: DataKey | None = None) -> DataKey:
    """Return the data key.

    Args:
        wrapped: the data key, wrapped.
        parent: the data key of the scope around it, where there is one.

    Raises:
        NotUnwrappedError: it does not open.
        UnknownKeyError: our key that wrapped it is not there any more.
    """
    from botocore.exceptions import ClientError
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    kind, _, name = wrapped.by.partition(":")
    try:
        if kind == _KMS:
            context = _context(wrapped.scope, wrapped.id)
            answer = _kms().decrypt(KeyId=name, CiphertextBlob=wrapped.wrapped, EncryptionContext=context)
            return DataKey(wrapped.id, answer["Plaintext"])
        secret = parent.secret if parent else _secret(ring().by_id(Purpose.EVIDENCE, name))
        nonce, sealed = wrapped.wrapped[:_NONCE], wrapped.wrapped[_NONCE:]
        return DataKey(wrapped.id, AESGCM(secret).decrypt(nonce, sealed, _bound(wrapped.scope, wrapped.id)))
    except InvalidTag:
        raise NotUnwrappedError(wrapped.scope, wrapped.by) from None
    except ClientError as error:
        # A fault of KMS passes, and is tried again. A refusal says that we may not open this key.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise
        raise NotUnwrappedError(wrapped.scope, wrapped.by) from None


def is_current(wrapped: WrappedKey) -> bool:
    """Return whether a data key is wrapped by the key outside that is current now, or by the scope around it."""
    kind, _, name = wrapped.by.partition(":")
    if kind == _WITHIN:
        return True
    if arn := settings().kms_key:
        return (kind, name) == (_KMS, arn)
    return (kind, name) == (_OURS, current_key(Purpose.EVIDENCE).id)


def _context(scope: str, identity: str) -> dict[str, str]:
    """Return what KMS binds a data key to, and writes into its own log."""
    return {"service": _CONTEXT, "scope": scope, "key": identity}


def _secret(outside: Key) -> bytes:
    """Return the 32 bytes by which a key of ours wraps: its text is at least as long, but any text."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, b"", b"jtai wrap").derive(outside.text.encode())


def _encrypt(secret: bytes, key: DataKey, scope: str) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(secret).encrypt(nonce, key.secret, _bound(scope, key.id))


def _bound(scope: str, identity: str) -> bytes:
    # Authenticated with the key: one scope's wrapped key, put where another's lies, does not open.
    return f"{_CONTEXT}\0{scope}\0{identity}".encode()
