"""The evidence store: versioned, conditional, hashed puts to S3-compatible storage (L1, L2).

No version changes, and none goes but with its class of record. The one exception is a file that came with columns or
sheets that were not asked for: once a copy without them stands for it, `tasks/retention/sent_files.py` destroys it.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO

from models.keys import is_destroyed, is_put_aside
from models.refusals import OperatorError, Refusal
from models.scopes import scope_of
from models.settings import settings
from tasks.ground import sealing, vault
from tasks.ground.digests import sha256
from tasks.ground.log import log
from tasks.ground.s3 import ABSENT, TAKEN, client, code_of, is_away, public_client
from tasks.ground.sealing import MARK

__all__ = [
    "NotStoredError", "PutAsideError", "Stored", "StoredDifferentlyError", "chunks", "client", "exists", "filename_of",
    "get", "is_away", "is_plain", "keys_under", "look", "name_metadata", "presign_put", "put_once", "put_stream",
    "remove", "seal_arrived", "versions_of",
]  # fmt: skip

_CHUNK = 1 << 20
_ANNOUNCED = "announced-size"
_SEALED_NAME = "sealed-name"
STANDS_FOR = "stands-for"
"""Metadata of a version that took the place of others: ids by which the ledger may know it, with commas."""


class StoredDifferentlyError(OperatorError):
    """A key that is written once already holds other bytes."""

    brief = "another file lies where it is to be stored"

    def __init__(self, key: str) -> None:
        super().__init__(f"The object {key} is already stored with other content and is never overwritten.")


class NotStoredError(OperatorError):
    """There is no object at a key."""

    brief = "file not in the store"


class PutAsideError(Refusal):
    """What is to be opened was sent in error: it is put aside, or destroyed."""

    def __init__(self) -> None:
        super().__init__("This was sent in error, so nobody can open it, its rows or its report.")


@dataclass(frozen=True, slots=True)
class Stored:
    """One immutable version of an object."""

    key: str
    version_id: str
    etag: str
    size: int
    sha256: str
    announced: int | None = None
    """The size that its sender gave before putting it; None where it came through us."""
    sealed: bool = field(default=True, compare=False)
    """Whether its bytes are sealed in the store. Size and digest are of the plain bytes all the same."""


def put_once(
    key: str,
    data: bytes,
    *,
    content_type: str = "application/octet-stream",
    keep_until: datetime | None = None,
    filename: str = "",
) -> Stored:
    """Store `data` at a key that is written once, sealed; a repeat with the same bytes returns what is stored.

    A timeout after the write is an unknown outcome: the repeat finds the object and compares it, so that every
    retry is safe. `keep_until` puts the version under object lock; `filename` is the sender's own, kept beside it.

    Raises:
        StoredDifferentlyError: the key holds other bytes.
        DestroyedError: the key that would seal it was destroyed.
    """
    from botocore.exceptions import ClientError

    lock: dict[str, Any] = (
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": keep_until} if keep_until else {}
    )
    digest = sha256(data)
    try:
        answer = client().put_object(
            Bucket=settings().s3_bucket,
            Key=key,
            Body=vault.seal(key, data),
            ContentType=content_type,
            IfNoneMatch="*",
            Metadata=name_metadata(key, filename),
            **lock,
        )
    except ClientError as error:
        if code_of(error) not in TAKEN:
            raise
        stored = look(key)
        if stored.sha256 != digest:
            raise StoredDifferentlyError(key) from None
        return stored
    return Stored(
        key, answer.get("VersionId", ""), answer["ETag"].strip('"'), len(data), digest, None, scope_of(key) is not None
    )


def name_metadata(key: str, filename: str) -> dict[str, str]:
    """Return the sender's own file name for the metadata of an object: it may hold a child's name, so it is sealed."""
    if not filename:
        return {}
    scope = scope_of(key)
    if scope is None:
        from urllib.parse import quote

        # Metadata of S3 is ASCII, and at most 2 KB in all.
        return {"filename": quote(filename)[:1000]}
    return {_SEALED_NAME: sealing.seal_name(vault.data_key(scope), key, filename)}


def put_stream(key: str, stream: BinaryIO, *, filename: str = "") -> None:
    """Seal and store an upload at a key that nobody can guess, and only if the key is still empty.

    No more of it than a few MiB is in memory at once, and nothing of it is plain on a disk. As with `put_once`, an
    answer that was lost after the write is no fault: the object is found and compared.

    Raises:
        StoredDifferentlyError: something else is already stored at the key.
        DestroyedError: the key that would seal it was destroyed.
    """
    from botocore.exceptions import ClientError

    body, digest = vault.seal_stream(key, stream)
    metadata = name_metadata(key, filename)
    try:
        client().put_object(Bucket=settings().s3_bucket, Key=key, Body=body, Metadata=metadata, IfNoneMatch="*")
    except ClientError as error:
        if code_of(error) not in TAKEN:
            raise
        if look(key).sha256 != digest.hex():
            raise StoredDifferentlyError(key) from None
    finally:
        if body is not stream:
            body.close()


def presign_put(key: str, seconds: int, *, size: int, filename: str = "") -> tuple[str, dict[str, str]]:
    """Return a URL to which one object of `size` bytes may be put once, and the headers that its sender must give.

    The length is signed. As not every store compares it, the size also goes into the object's metadata, where `look`
    finds it again.
    """
    metadata = {**name_metadata(key, filename), _ANNOUNCED: str(size)}
    url = public_client().generate_presigned_url(
        "put_object",
        Params={
            "Bucket": settings().s3_bucket,
            "Key": key,
            "IfNoneMatch": "*",
            "ContentLength": size,
            "Metadata": metadata,
        },
        ExpiresIn=seconds,
    )
    # Whoever puts the file gives its length in any case, and the script of a page may not.
    return url, {"If-None-Match": "*", **{f"x-amz-meta-{field}": value for field, value in metadata.items()}}


def remove(key: str, version_id: str) -> bool:
    """Remove one version of an object that was never acknowledged; return whether our key of the store may.

    Where it may not, as by the policy for AWS, the version stays until it is destroyed by policy.
    """
    from botocore.exceptions import ClientError

    try:
        client().delete_object(Bucket=settings().s3_bucket, Key=key, VersionId=version_id)
    except ClientError as error:
        if code_of(error) != "AccessDenied":
            raise
        return False
    return True


def seal_arrived(stored: Stored) -> Stored:
    """Seal what a sender put plain into the store, and remove every plain version of it; return the sealed version.

    The sealed version takes the place of the very version that was read, or of none: of several that do it at once one
    does, and the others find it. Whoever was killed between the steps calls it again.

    Raises:
        NotStoredError: no such object.
        DestroyedError: the key that would seal it was destroyed.
    """
    if scope_of(stored.key) is None:
        return stored
    while not stored.sealed:
        stored = _sealed_in_place(stored) or look(stored.key)
    for version_id in versions_of(stored.key):
        if version_id != stored.version_id and not remove(stored.key, version_id):
            log().warning("object.plain-not-removed", key=stored.key)
    return stored


def _sealed_in_place(plain: Stored) -> Stored | None:
    """Put the sealed version over a plain one; return None where another is there by now."""
    from botocore.exceptions import ClientError

    try:
        answer = _read(client().get_object, plain.key, plain.version_id)
    except NotStoredError:
        # Somebody else has sealed and removed it since it was read.
        return None
    metadata = dict(answer["Metadata"])
    if name := metadata.pop("filename", ""):
        from urllib.parse import unquote

        metadata |= name_metadata(plain.key, unquote(name))
    with closing(vault.seal_from(plain.key, bytes.fromhex(plain.sha256), answer["Body"].read)) as body:
        try:
            put = client().put_object(
                Bucket=settings().s3_bucket, Key=plain.key, Body=body, Metadata=metadata, IfMatch=f'"{plain.etag}"'
            )
        except ClientError as error:
            if code_of(error) not in TAKEN:
                raise
            return None
    return replace(plain, version_id=put.get("VersionId", ""), etag=put["ETag"].strip('"'), sealed=True)


def versions_of(key: str) -> list[str]:
    """Return the ids of all versions of an object, the newest first."""
    pages = client().get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket, Prefix=key)
    # A prefix also lists keys that only begin with it.
    return [entry["VersionId"] for page in pages for entry in page.get("Versions", ()) if entry["Key"] == key]


def is_plain(key: str) -> bool:
    """Return whether the newest version of an object that is to be sealed lies plain in the store.

    Raises:
        NotStoredError: no such object.
    """
    if scope_of(key) is None or _head(key)["ContentLength"] == 0:
        return scope_of(key) is not None
    start = _read(client().get_object, key, Range=f"bytes=0-{len(MARK) - 1}")
    return bool(start["Body"].read() != MARK)


def _read(ask: Callable[..., Any], key: str, version_id: str = "", **more: str) -> Any:
    """Return the store's answer about one version of an object; that there is none gets our words.

    A version that was sealed later, or put back from a backup, has another id in the store. It carries the id that the
    ledger knows, and is found by it.

    Raises:
        NotStoredError: no such object.
        PutAsideError: the reference stands for what was sent in error. Every reader comes by here, so none opens it.
        DestroyedError: the reference stands for what was destroyed by policy.
    """
    from botocore.exceptions import ClientError

    if is_put_aside(key):
        raise PutAsideError
    if is_destroyed(key):
        raise vault.DestroyedError("it")

    bucket, version = settings().s3_bucket, {"VersionId": version_id} if version_id else {}
    try:
        return ask(Bucket=bucket, Key=key, **version, **more)
    except ClientError as error:
        if code_of(error) not in ABSENT:
            raise
    for candidate in versions_of(key) if version_id else ():
        head = client().head_object(Bucket=bucket, Key=key, VersionId=candidate)
        if version_id in head["Metadata"].get(STANDS_FOR, "").split(","):
            return ask(Bucket=bucket, Key=key, VersionId=candidate, **more)
    raise NotStoredError(f"There is no object {key} in the evidence store.")


def chunks(key: str, version_id: str = "") -> Iterator[bytes]:
    """Return what one version of an object holds, in pieces of at most 1 MiB.

    Raises:
        NotStoredError: no such object.
        DestroyedError: its key was destroyed.
    """
    answer = _read(client().get_object, key, version_id)
    return vault.open_stream(key, answer["Body"].iter_chunks(_CHUNK))


def get(key: str, version_id: str = "") -> bytes:
    """Return one version of an object whole.

    Raises:
        NotStoredError: no such object.
        DestroyedError: its key was destroyed.
    """
    answer = _read(client().get_object, key, version_id)
    return b"".join(vault.open_stream(key, [answer["Body"].read()]))


def _head(key: str, version_id: str = "") -> dict[str, Any]:
    return dict(_read(client().head_object, key, version_id))


def look(key: str, version_id: str = "") -> Stored:
    """Read a version of an object back, by default the newest, and hash what the store really holds, opened.

    Raises:
        NotStoredError: no such object.
        DestroyedError: its key was destroyed.
    """
    # One answer tells of the version and holds it: what is hashed is that version, whatever is put meanwhile.
    answer = _read(client().get_object, key, version_id)
    digest, size = hashlib.sha256(), 0
    for chunk in vault.open_stream(key, answer["Body"].iter_chunks(_CHUNK)):
        digest.update(chunk)
        size += len(chunk)
    # What is sealed is always longer than what it holds.
    sealed = answer["ContentLength"] != size
    # S3 gives it in quotation marks; `If-Match` gets them back.
    etag = answer["ETag"].strip('"')
    return Stored(key, answer.get("VersionId", ""), etag, size, digest.hexdigest(), _announced(answer), sealed)


def _announced(answer: dict[str, Any]) -> int | None:
    # Whoever puts the file writes this header, so it may hold anything.
    announced = answer["Metadata"].get(_ANNOUNCED, "")
    return int(announced) if announced.isdecimal() else None


def keys_under(prefix: str) -> Iterator[str]:
    """Return the keys of all objects whose key begins with `prefix`, a page of the store's list at a time."""
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=settings().s3_bucket, Prefix=prefix)
    for page in pages:
        yield from (entry["Key"] for entry in page.get("Contents", ()))


def versions_under(prefix: str) -> Iterator[tuple[str, str]]:
    """Return key and id of every version under a prefix, those too that a later one or a marker hides."""
    pages = client().get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket, Prefix=prefix)
    for page in pages:
        yield from ((entry["Key"], entry["VersionId"]) for entry in page.get("Versions", ()))


def exists(key: str) -> bool:
    """Return whether an object is stored at a key."""
    try:
        _head(key)
    except NotStoredError:
        return False
    return True


def filename_of(key: str) -> str:
    """Return the name under which the sender's file was uploaded; an empty text where it has none, or none any more.

    Raises:
        NotStoredError: no such object.
    """
    from urllib.parse import unquote

    metadata = _head(key)["Metadata"]
    sealed = metadata.get(_SEALED_NAME, "")
    try:
        return vault.open_name(key, sealed) if sealed else unquote(metadata.get("filename", ""))
    except vault.DestroyedError:
        # Pages that show what came in and when go on without the name.
        return ""
