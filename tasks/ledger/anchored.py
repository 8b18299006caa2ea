"""An anchor as a document: the head of a chain, signed, which anybody can keep and hold the chain to later."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tasks.ground.digests import canonical_json
from tasks.ground.signing import PublicKey, Signature, sign, verify

FORMAT = "jtai-anchor-1"
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
    right = all(isinstance(fields[name], str) for name in _TEXTS) and type(fields["number"]) is int
    return Anchored(**fields) if right and fields["number"] > 0 else None
