"""Checks a package offline, by keys and anchors that came another way: nothing that it brings along is believed."""

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from models.refusals import Refusal
from tasks.ground.digests import canonical_json, sha256
from tasks.ground.foreign_json import parsed
from tasks.ground.signing import PublicKey, Signature, verify
from tasks.ledger.anchored import Anchored
from tasks.ledger.exports import Export, read_anchors, read_export
from tasks.ledger.proof import examine
from tasks.letters.proofs import letter_faults, opens
from tasks.packaging.crate import DIGESTS, FORMAT, METADATA
from tasks.retention.certificates import CertificateError, check

_AUDIT, _ANCHORS = "audit/audit.jsonl", "audit/anchors.jsonl"
_PROOF, _OPENINGS = "letter/proof.json", "letter/openings.json"
MOST_FILES, MOST_BYTES = 20_000, 1 << 30
"""More than any package of ours has, in number and in bytes of one file."""


class NoPackageError(Refusal):
    """A folder is no package; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of checking a package.

    Attributes:
        inspection: of which it says that it is.
        files: how many files it has.
        entries: how many entries its audit has.
        sentences: how many sentences of the letter were held to their proof.
        certificates: how many certificates of destructions were checked.
        faults: what is wrong, a sentence each; empty where nothing is.
    """

    inspection: str
    files: int
    entries: int
    sentences: int
    certificates: int
    faults: tuple[str, ...]


def read_folder(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of a folder by their paths, and what in it is no plain file: links are told and not followed.

    Raises:
        NoPackageError: there are more files, or larger ones, than a package has.
    """
    files: dict[str, bytes] = {}
    faults = []
    for path in _paths(folder):
        name = path.relative_to(folder).as_posix()
        if len(files) == MOST_FILES:
            raise NoPackageError(f"This folder has more than {MOST_FILES:,} files, and so is no package.")
        data = _read(path)
        if data is None:
            faults.append(f"{name} is a link or no file at all. A package has plain files alone, so it was not opened.")
        else:
            files[name] = data
    return files, faults


def _paths(folder: Path) -> Iterator[Path]:
    # Folders behind links are not walked through.
    for at, folders, names in os.walk(folder, followlinks=False):
        yield from (Path(at) / name for name in sorted(names))
        yield from (Path(at) / name for name in sorted(folders) if (Path(at) / name).is_symlink())


def _read(path: Path) -> bytes | None:
    try:
        # A pipe would be waited for without end, and a link can lead anywhere.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > MOST_BYTES:
            raise NoPackageError(f"{path.name} is larger than any file of a package.")
        return file.read(MOST_BYTES)


def examine_package(
    files: Mapping[str, bytes], keys: Sequence[PublicKey], anchors: Sequence[Anchored] = ()
) -> Examined:
    """Check everything in a package: each digest, the audit and its anchors, the letter's proof, certificates. Pure.

    Args:
        files: by their paths.
        keys: public keys that are trusted, which the package did not bring.
        anchors: of its audit, that were kept elsewhere.

    Raises:
        NoPackageError: it has no list of digests.
    """
    listed = _listed(files)
    ref = str(listed.get("inspection"))
    export = read_export(files.get(_AUDIT, b""))
    proof = _json(files, _PROOF)
    certificates = sorted(path for path in files if path.startswith("destroyed/"))
    faults = [
        *_unsigned(listed, keys),
        *_apart(listed, files),
        *_audit(ref, export, files, keys, anchors),
        *(_letter(ref, proof, files, keys) if _PROOF in files else ()),
        *(fault for path in certificates for fault in _certificate(ref, path, files[path], export, keys)),
        *_metadata(files),
    ]
    sentences = len(proof.get("proofs") or ()) if isinstance(proof, dict) else 0
    # An anchor that was kept elsewhere may lie in the package too: what is wrong with it is told once.
    return Examined(ref, len(files), len(export.entries), sentences, len(certificates), tuple(dict.fromkeys(faults)))


def _listed(files: Mapping[str, bytes]) -> dict[str, Any]:
    listed = _json(files, DIGESTS)
    if not isinstance(listed, dict) or listed.get("format") != FORMAT or not isinstance(listed.get("files"), dict):
        raise NoPackageError(f"This folder is no package: it has no {DIGESTS} of the form {FORMAT}.")
    return listed


def _json(files: Mapping[str, bytes], path: str) -> Any:
    try:
        return parsed(files[path])
    except (KeyError, ValueError):
        return None


def _unsigned(listed: Mapping[str, Any], keys: Sequence[PublicKey]) -> Iterator[str]:
    body = canonical_json({name: value for name, value in listed.items() if name != "signature"})
    signature = Signature(str(listed.get("key")), str(listed.get("signature")))
    if not any(verify(body, signature, key) for key in keys):
        yield f"{DIGESTS} is not signed by any key that you trust."


def _apart(listed: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    """Compare the files with the list, in both directions."""
    for path in sorted(map(str, listed["files"])):
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
            yield f"{DIGESTS} names {path}, which lies outside the package. It was not opened."
        elif path not in files:
            yield f"{path} is missing."
        elif listed["files"][path] != sha256(files[path]):
            yield f"{path} is not what it was when the package was made."
    yield from (f"{path} does not belong to the package." for path in sorted(set(files) - {*listed["files"], DIGESTS}))


def _audit(
    ref: str, export: Export, files: Mapping[str, bytes], keys: Sequence[PublicKey], anchors: Sequence[Anchored]
) -> Iterator[str]:
    if _AUDIT not in files:
        yield "It has no audit."
        return
    try:
        own = read_anchors(files[_ANCHORS]) if files.get(_ANCHORS, b"").strip() else []
    except ValueError:
        yield f"{_ANCHORS} holds something that is no anchor."
        own = []
    yield from examine(ref, export, [*anchors, *own], keys)


def _letter(ref: str, proof: Any, files: Mapping[str, bytes], keys: Sequence[PublicKey]) -> Iterator[str]:
    if isinstance(proof, dict) and proof.get("inspection") != ref:
        yield f"The letter's proof belongs to another inspection than {ref}."
    stem = "letter/letter."
    letter = {path.removeprefix(stem): data for path, data in files.items() if path.startswith(stem)}
    faults = letter_faults(proof, letter, keys)
    yield from faults
    # A proof with faults may be of any form, so that nothing can be compared with it.
    if faults:
        return
    missing = sorted(set(proof["files"]) - set(letter))
    yield from (f"{stem}{kind} is missing, and the letter's proof names it." for kind in missing)
    openings = _json(files, _OPENINGS)
    rows = openings.get("openings", []) if isinstance(openings, dict) else []
    wrong = sum(not (isinstance(row, dict) and opens(row, proof)) for row in rows)
    if wrong:
        yield f"{wrong} of {len(rows)} pieces of evidence in {_OPENINGS} are not those that the letter rests on."


def _certificate(ref: str, path: str, data: bytes, export: Export, keys: Sequence[PublicKey]) -> Iterator[str]:
    try:
        entries = [entry.model_dump() for entry in export.entries]
        checked = check(data, trusted=[key.value for key in keys], audit=entries)
    except CertificateError as error:
        yield f"{path}: {error}"
        return
    if checked.content["inspection"] != ref:
        yield f"{path}: It is of another inspection than {ref}."
    yield from (f"{path}: {fault}" for fault in checked.faults)


def _metadata(files: Mapping[str, bytes]) -> Iterator[str]:
    """Compare what the crate says of its files with them; a list of digests that was signed anew would not tell."""
    crate = _json(files, METADATA)
    graph = crate.get("@graph") if isinstance(crate, dict) else None
    for entity in graph if isinstance(graph, list) else ():
        digest = entity.get("sha256") if isinstance(entity, dict) else None
        path = str(entity.get("@id")) if digest else ""
        if digest and (path not in files or sha256(files[path]) != digest):
            yield f"{METADATA} says of {json.dumps(path)} what it is not."
