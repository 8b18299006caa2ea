"""The certificate of a destruction: its form, its signature, and how anybody checks one when all else is gone."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.refusals import Refusal
from tasks.ground.digests import canonical_document, sha256
from tasks.ground.foreign_json import parsed
from tasks.ground.signing import PublicKey, Signature, public_keys, sign, verify

FORMAT = "jtai-destruction-1"
"""The form of a certificate, named in what is signed: a signature of anything else is none of a certificate."""

LIST_FORMAT = "jtai-destroyed-list-1"
"""The form of a list of what was there before it went."""

ENTRY = "data.destroyed"
"""The action of the audit entry that has the digest of a certificate."""


class CertificateError(Refusal):
    """A file is no certificate of ours; the sentence says why."""


def list_document(
    destruction: str, part: int, objects: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]
) -> bytes:
    """Return one list of what is there, as canonical JSON.

    Args:
        destruction: its id.
        part: the number of the list, from 1.
        objects: versions in the store: `key`, `version`, `size` in bytes, `sha256` of what it holds, `marker`.
        rows: of the ledger: `table`, `sha256` of the row as canonical JSON, `removed`.
    """
    return canonical_document(
        {
            "format": LIST_FORMAT,
            "destruction": destruction,
            "part": part,
            # The store and the database promise no order, and the digest of a list is part of its key (L4).
            "objects": sorted(objects, key=lambda each: (each["key"], each["version"])),
            "rows": sorted(rows, key=lambda each: (each["table"], each["sha256"])),
        }
    )


def signed(content: Mapping[str, Any]) -> bytes:
    """Return a certificate as its file: the content, and a signature of its canonical JSON with the key's public half.

    The same content gives the same bytes.
    """
    body = canonical_document({"format": FORMAT, **content})
    signature, key = sign(body), public_keys()[0]
    seal = {"algorithm": "Ed25519", "key": signature.key, "public_key": key.value, "value": signature.value}
    # Read back from what was signed, so that the file says those very words.
    return canonical_document({"certificate": json.loads(body), "signature": seal})


@dataclass(frozen=True, slots=True)
class CheckedCertificate:
    """What came of checking a certificate.

    Attributes:
        content: what it says.
        sha256: of its file.
        faults: what is wrong, a sentence each; empty where nothing is.
        trusted: whether its key is one of those that were to be trusted; None where none were given.
        audited: whether the audit has its digest; None where no audit was given.
    """

    content: Mapping[str, Any]
    sha256: str
    faults: tuple[str, ...]
    trusted: bool | None = None
    audited: bool | None = None


def check(
    data: bytes, *, trusted: Sequence[str] = (), audit: Iterable[Mapping[str, Any]] | None = None
) -> CheckedCertificate:
    """Check a certificate's own form, counts and signature, its key, and the audit's entry of it. Pure.

    Args:
        data: its file.
        trusted: public keys in hexadecimal digits, or their ids; where there are none, the key in the file is used
            and nothing is said of whose it is.
        audit: entries of the inspection's chain, as `jtai audit export` writes them.

    Raises:
        CertificateError: it is no certificate.
    """
    content, seal = _parts(data)
    body = canonical_document(content)
    key = PublicKey(str(seal.get("public_key", "")))
    faults = [*_miscounted(content)]
    if canonical_document({"certificate": content, "signature": seal}) != data:
        faults.append("The file is not in its canonical form: something was added or spelled in another way.")
    if not verify(body, Signature(str(seal.get("key", "")), str(seal.get("value", ""))), key):
        faults.append("The signature is not that of these words: the certificate was changed, or is another key's.")
    is_trusted = None
    if trusted:
        # Hexadecimal digits are the same number in either case.
        is_trusted = bool({key.value, str(seal.get("key"))} & {each.strip().lower() for each in trusted})
        if not is_trusted:
            faults.append("The key that signed it is none of those that you trust.")
    audited = _in_audit(data, content, audit) if audit is not None else None
    if audited is False:
        faults.append("The audit has no entry with the digest of this certificate.")
    return CheckedCertificate(content, sha256(data), tuple(faults), is_trusted, audited)


def _parts(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        stored = parsed(data)
        content, seal = stored["certificate"], stored["signature"]
    except (ValueError, KeyError, TypeError):
        raise CertificateError("This file is no certificate of a destruction.") from None
    if not isinstance(content, dict) or not isinstance(seal, dict) or content.get("format") != FORMAT:
        raise CertificateError(f"This file is no certificate of the form {FORMAT}.")
    if not _is_formed(content):
        raise CertificateError(f"This file says that it is a certificate of the form {FORMAT}, and is not made as one.")
    return content, seal


def _is_formed(content: Mapping[str, Any]) -> bool:
    """Return whether a content has the parts of a certificate, so that whatever is read of it is there."""
    counts = content.get("counts")
    texts = all(isinstance(content.get(name), str) for name in ("id", "inspection", "destroyed_at"))
    # By its very type, since `True` is an `int` to `isinstance` and no count.
    counted = isinstance(counts, dict) and all(type(counts.get(name)) is int for name in ("objects", "bytes", "rows"))
    kind = content.get("class")
    named = isinstance(kind, dict) and isinstance(kind.get("label"), str)
    return texts and counted and named and _are_listed(content.get("objects"), content.get("rows"))


def _are_listed(objects: object, rows: object) -> bool:
    if not isinstance(objects, list) or not isinstance(rows, list):
        return False
    formed = (isinstance(each, dict) and isinstance(each.get("key"), str) for each in objects)
    return (
        all(formed)
        and all(type(each.get("size", 0)) is int for each in objects)
        and all(isinstance(each, dict) for each in rows)
    )


def _miscounted(content: Mapping[str, Any]) -> list[str]:
    counts, objects, rows = content["counts"], content["objects"], content["rows"]
    listed = {"objects": len(objects), "rows": len(rows), "bytes": sum(each.get("size", 0) for each in objects)}
    return [
        f"It counts {counts.get(name)} {name} and lists {number}."
        for name, number in listed.items()
        if counts.get(name) != number
    ]


def _in_audit(data: bytes, content: Mapping[str, Any], audit: Iterable[Mapping[str, Any]]) -> bool:
    digest = sha256(data)
    return any(
        entry.get("inspection") == content["inspection"]
        and entry.get("action") == ENTRY
        and entry.get("subject") == content.get("id")
        and entry.get("facts", {}).get("certificate_sha256") == digest
        for entry in audit
    )


def holds(content: Mapping[str, Any], digest: str) -> list[str]:
    """Return the keys of the objects of a certificate that held something, by its SHA-256."""
    return [str(each["key"]) for each in content["objects"] if digest and each.get("sha256") == digest]
