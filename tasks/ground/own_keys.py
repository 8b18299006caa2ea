"""Signatures that people make with keys of their own: plain Ed25519, minisign, and SSH (`ssh-keygen -Y sign`)."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from models.refusals import Refusal
from models.witnesses import WitnessWay

SSH_NAMESPACE = "jtai-anchor"
"""What `ssh-keygen -Y sign -n` is given, so that a signature made for something else is none for an anchor."""

LONGEST = 8192
"""Characters of a key, or of a signature, that are looked at."""

_SSH_TYPE = b"ssh-ed25519"
_SSH_MAGIC = b"SSHSIG"
_SSH_HASHES = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}
_SSH_ARMOUR = re.compile(r"-----BEGIN SSH SIGNATURE-----(.+)-----END SSH SIGNATURE-----", re.DOTALL)
_KEY, _SIGNATURE = 32, 64


class NotSignedError(Refusal):
    """A signature is none of these bytes by this key."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"This does not countersign the anchor: {why}. Sign the anchor's file as you downloaded it, and give the "
            "signature with your public key. docs/audit.md has the commands for OpenSSL, minisign and SSH.",
            field="signature",
        )


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """A signature that holds, and the key that made it as 64 hexadecimal digits."""

    way: WitnessWay
    public_key: str


def checked(data: bytes, key: str, signature: bytes) -> OwnSignature:
    """Check a signature of some bytes by a person's own key, in whichever of the three forms both are.

    Args:
        data: what was signed.
        key: 64 hexadecimal digits or base64 of 32 bytes; the last line of a minisign key; or a line `ssh-ed25519 ...`.
        signature: 64 bytes, in hexadecimal digits or base64; a minisign signature; or an armoured SSH signature.

    Raises:
        NotSignedError: it does not hold, or is in none of these forms.
    """
    # A form sends line breaks as two characters.
    text, name = signature[:LONGEST].replace(b"\r\n", b"\n"), key.strip()[:LONGEST]
    try:
        if b"SSH SIGNATURE" in text:
            return OwnSignature(WitnessWay.SSH, _ssh(data, name, text.decode("ascii")))
        if text.startswith(b"untrusted comment:"):
            return OwnSignature(WitnessWay.MINISIGN, _minisign(data, name, text.decode()))
        raw = _bytes_of(name, _KEY, "the public key")
        _check(raw, _bytes_of(text.decode("ascii").strip(), _SIGNATURE, "the signature"), data)
        return OwnSignature(WitnessWay.ED25519, raw.hex())
    except (ValueError, IndexError):
        raise NotSignedError("the key or the signature cannot be read") from None


def _check(key: bytes, signature: bytes, data: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        raise NotSignedError("this key has not signed this anchor") from None


def _bytes_of(text: str, size: int, what: str) -> bytes:
    if re.fullmatch(rf"[0-9a-fA-F]{{{2 * size}}}", text):
        return bytes.fromhex(text)
    try:
        raw = base64.b64decode("".join(text.split()), validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != size:
        raise NotSignedError(f"{what} is not {size} bytes in hexadecimal digits or base64")
    return raw


def _minisign(data: bytes, key: str, text: str) -> str:
    """Check both signatures of a minisign file: of the data, and of the first with its trusted comment."""
    own = base64.b64decode(key.splitlines()[-1], validate=True)
    _, first, comment, second = text.split("\n")[:4]
    blob = base64.b64decode(first, validate=True)
    kind, key_id, signature = blob[:2], blob[2:10], blob[10:]
    if own[:2] != b"Ed" or len(own) != 42 or own[2:10] != key_id or not comment.startswith("trusted comment: "):
        raise NotSignedError("the signature names another key of minisign")
    if kind not in {b"Ed", b"ED"}:
        raise NotSignedError("minisign knows no such kind of signature")
    _check(own[10:], signature, hashlib.blake2b(data).digest() if kind == b"ED" else data)
    trusted = comment.removeprefix("trusted comment: ").encode()
    _check(own[10:], base64.b64decode(second, validate=True), signature + trusted)
    return own[10:].hex()


def _ssh(data: bytes, key: str, armoured: str) -> str:
    """Check a signature in the format of OpenSSH (PROTOCOL.sshsig), by an Ed25519 key."""
    inner = _SSH_ARMOUR.search(armoured)
    if inner is None:
        raise NotSignedError("the SSH signature is not whole")
    blob = base64.b64decode("".join(inner[1].split()), validate=True)
    if blob[:10] != _SSH_MAGIC + b"\0\0\0\1":
        raise NotSignedError("it is no SSH signature of version 1")
    public, namespace, reserved, hashed, signature = _strings(blob[10:], 5)
    if public != base64.b64decode(key.split()[1], validate=True):
        raise NotSignedError("the SSH signature is by another key than the one given")
    if namespace != SSH_NAMESPACE.encode() or hashed not in _SSH_HASHES:
        raise NotSignedError(f"the SSH signature is not made with `-n {SSH_NAMESPACE}`")
    kind, raw = _strings(public, 2)
    signed_kind, value = _strings(signature, 2)
    if kind != _SSH_TYPE or signed_kind != _SSH_TYPE:
        raise NotSignedError("the SSH key is not of the kind ssh-ed25519")
    parts = (namespace, reserved, hashed, _SSH_HASHES[hashed](data).digest())
    _check(raw, value, _SSH_MAGIC + b"".join(len(part).to_bytes(4, "big") + part for part in parts))
    return raw.hex()


def _strings(blob: bytes, number: int) -> list[bytes]:
    """Take strings off the front of an SSH blob, each with its length of 4 bytes before it."""
    parts = []
    for _ in range(number):
        size = int.from_bytes(blob[:4], "big")
        parts.append(blob[4 : 4 + size])
        blob = blob[4 + size :]
    return parts
