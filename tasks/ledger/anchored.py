"""An anchor as a document: the head of a chain, signed, which anybody can keep and hold the chain to later."""

import base64
import binascii
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tasks.ground.digests import canonical_json
from tasks.ground.foreign_json import parsed
from tasks.ground.signing import PublicKey, Signature, sign, verify

FORMAT = "jtai-anchor-1"
WITHIN = "jtai-anchor"
"""The name under which the metadata of a letter has an anchor."""

_TOKEN = re.compile(rb"jtai-anchor:([A-Za-z0-9_-]{100,2000})")
_PARTS = ("docProps/custom.xml", "meta.xml")
_MOST_BYTES = 1 << 20
"""So much of a part of a package is looked at: what holds an anchor has a few hundred bytes."""

_TEXTS = ("inspection", "hash", "at", "key", "signature")


@dataclass(frozen=True, slots=True)
class Anchored:
    """A signed head: the chain of `inspection` had `number` entries at `at`, the last with the hash `hash`."""

    inspection: str
    number: int
    hash: str
    at: str
    key: str
    signature: str

    def body(self) -> bytes:
        """Return what is signed: all but the signature, with the format, as canonical JSON."""
        return _body(self.inspection, self.number, self.hash, self.at, self.key)

    def document(self) -> bytes:
        """Return the anchor as one line of canonical JSON, as it is stored and handed on; no line break at its end."""
        return canonical_json({"format": FORMAT, **asdict(self)})

    def is_signed_by(self, keys: Iterable[PublicKey]) -> bool:
        """Return whether one of these keys signed it."""
        return any(verify(self.body(), Signature(self.key, self.signature), key) for key in keys)


def anchor_lines(anchors: Iterable[Anchored]) -> bytes:
    """Return anchors as the file in which they are handed on: a line each."""
    return b"".join(anchor.document() + b"\n" for anchor in anchors)


def _body(inspection: str, number: int, hash_: str, at: str, key: str) -> bytes:
    fields = {"format": FORMAT, "inspection": inspection, "number": number, "hash": hash_, "at": at, "key": key}
    return canonical_json(fields)


def signed(inspection: str, number: int, hash_: str, at: str, key: PublicKey) -> Anchored:
    """Return the anchor of a head, signed now.

    Args:
        inspection: whose chain it is.
        number: of the last entry.
        hash_: of the last entry.
        at: the moment, as entries have it.
        key: the current public key, whose id the anchor names.
    """
    signature = sign(_body(inspection, number, hash_, at, key.id))
    return Anchored(inspection, number, hash_, at, signature.key, signature.value)


def anchored_of(value: object) -> Anchored | None:
    """Return the anchor that a parsed JSON value holds, or None where it is none."""
    if not isinstance(value, Mapping) or value.get("format") != FORMAT:
        return None
    fields: dict[str, Any] = {name: value.get(name) for name in (*_TEXTS, "number")}
    right = all(isinstance(fields[name], str) and fields[name].isprintable() for name in _TEXTS)
    right = right and type(fields["number"]) is int
    return Anchored(**fields) if right and fields["number"] > 0 else None


def token_of(anchored: Anchored | None) -> str:
    """Return an anchor as one word for the metadata of a document: `jtai-anchor:` and its file in base64url.

    Empty where there is none.
    """
    return f"{WITHIN}:{base64.urlsafe_b64encode(anchored.document()).decode().rstrip('=')}" if anchored else ""


def anchors_within(data: bytes) -> list[Anchored]:
    """Return the anchors that the metadata of a letter has, each once: of a PDF, DOCX, ODT, HTML or JSON file.

    Nothing is believed of them by that: each is signed, and held to the record.
    """
    anchors = [anchored_of(_value(token)) for token in _tokens(data)]
    if data.lstrip()[:1] == b"{":
        letter = _json(data)
        anchors.append(anchored_of(letter.get("anchor")) if isinstance(letter, Mapping) else None)
    return list(dict.fromkeys(each for each in anchors if each is not None))


def _tokens(data: bytes) -> Iterator[bytes]:
    if not data.startswith(b"PK"):
        yield from _TOKEN.findall(data)
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in sorted(set(_PARTS) & set(package.namelist())):
                with package.open(name) as part:
                    yield from _TOKEN.findall(part.read(_MOST_BYTES))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        # What is no package has no anchor.
        return


def _value(token: bytes) -> object:
    try:
        return _json(base64.urlsafe_b64decode(token + b"=" * (-len(token) % 4)))
    except binascii.Error:
        return None


def _json(data: bytes) -> object:
    try:
        return parsed(data)
    except ValueError:
        return None
