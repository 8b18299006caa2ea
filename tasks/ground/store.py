"""The evidence store: versioned, conditional, hashed puts to S3-compatible storage (L1, L2)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from models.refusals import OperatorError
from models.settings import Settings, once_for_settings, settings
from tasks.ground.digests import sha256

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK = 1 << 20
_ANNOUNCED = "announced-size"
_SKEWED = "RequestTimeTooSkewed"
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
_ABSENT = frozenset({"400", "404", "NoSuchKey", "NoSuchVersion"})


class StoredDifferentlyError(OperatorError):
    """A key that is written once already holds other bytes."""

    brief = "another file lies where it is to be stored"

    def __init__(self, key: str) -> None:
        super().__init__(f"The object {key} is already stored with other content and is never overwritten.")


class NotStoredError(OperatorError):
    """There is no object at a key."""

    brief = "file not in the store"


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


@once_for_settings
def client(options: Settings) -> "S3Client":
    """Return the S3 client; connections are made on first use, never at import."""
    return _client(options, options.s3_endpoint_url)


@once_for_settings
def _public_client(options: Settings) -> "S3Client":
    """Return a client that signs addresses for senders, who may reach the store at another address than we do."""
    return _client(options, options.s3_public_url or options.s3_endpoint_url)


def _client(options: Settings, endpoint: str | None) -> "S3Client":
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        retries={"mode": "standard", "max_attempts": 5},
        connect_timeout=5,
        read_timeout=60,
    )
    # A store without keys is AWS, where boto3 gets our role by itself; without either there is no store at all.
    keys = options.s3_access_key or not options.s3_endpoint_url
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=options.s3_region,
        aws_access_key_id=options.required("s3_access_key") if keys else None,
        aws_secret_access_key=options.required("s3_secret_key") if keys else None,
        config=config,
    )


def _code(error: Exception) -> str:
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def is_taken(error: Exception) -> bool:
    """Return whether a put was refused because there is an object at its key already."""
    return _code(error) in _TAKEN


def is_away(fault: BaseException) -> bool:
    """Return whether a fault passes without us: the store does not answer, breaks off, is busy, or a clock is wrong."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError

    if isinstance(fault, ClientError):
        return int(fault.response["ResponseMetadata"]["HTTPStatusCode"]) >= 500 or _code(fault) == _SKEWED
    return isinstance(fault, ConnectionError | HTTPClientError | IncompleteReadError)


def put_once(
    key: str,
    data: bytes,
    *,
    content_type: str = "application/octet-stream",
    keep_until: datetime | None = None,
    filename: str = "",
) -> Stored:
    """Store `data` at a key that is written once; a repeat with the same bytes returns what is stored.

    A timeout after the write is an unknown outcome: the repeat finds the object and compares it, so that every
    retry is safe. `keep_until` puts the version under object lock; `filename` is the sender's own, kept beside it.

    Raises:
        StoredDifferentlyError: the key holds other bytes.
    """
    from urllib.parse import quote

    from botocore.exceptions import ClientError

    lock: dict[str, Any] = (
        {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": keep_until} if keep_until else {}
    )
    digest = sha256(data)
    try:
        answer = client().put_object(
            Bucket=settings().s3_bucket,
            Key=key,
            Body=data,
            ContentType=content_type,
            IfNoneMatch="*",
            Metadata={"sha256": digest} | ({"filename": quote(filename)[:1000]} if filename else {}),
            **lock,
        )
    except ClientError as error:
        if _code(error) not in _TAKEN:
            raise
        stored = look(key)
        if stored.sha256 != digest:
            raise StoredDifferentlyError(key) from None
        return stored
    return Stored(key, answer.get("VersionId", ""), answer["ETag"].strip('"'), len(data), digest)


def put_stream(key: str, stream: BinaryIO, *, filename: str = "") -> None:
    """Stream an upload to a key that nobody can guess, and only if the key is still empty.

    The sender's own file name may hold a child's name, so it lives with the object alone. As with `put_once`, an
    answer that was lost after the write is no fault: the object is found and compared.

    Raises:
        StoredDifferentlyError: something else is already stored at the key.
    """
    from urllib.parse import quote

    from botocore.exceptions import ClientError

    metadata = {"filename": quote(filename)[:1000]}
    try:
        client().put_object(Bucket=settings().s3_bucket, Key=key, Body=stream, Metadata=metadata, IfNoneMatch="*")
    except ClientError as error:
        if _code(error) not in _TAKEN:
            raise
        # boto3 has read the stream to its end while sending it.
        stream.seek(0)
        if look(key).sha256 != hashlib.file_digest(stream, "sha256").hexdigest():  # type: ignore[arg-type]
            raise StoredDifferentlyError(key) from None


def presign_put(key: str, seconds: int, *, size: int, filename: str = "") -> tuple[str, dict[str, str]]:
    """Return a URL to which one object of `size` bytes may be put once, and the headers that its sender must give.

    The length is signed. As not every store compares it, the size also goes into the object's metadata, where `look`
    finds it again.
    """
    from urllib.parse import quote

    # Metadata of S3 is ASCII, and at most 2 KB in all.
    name = quote(filename)[:1000]
    metadata = {"filename": name, _ANNOUNCED: str(size)}
    url = _public_client().generate_presigned_url(
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
        if _code(error) != "AccessDenied":
            raise
        return False
    return True


@contextmanager
def _which(key: str, version_id: str) -> Iterator[dict[str, Any]]:
    """Yield the arguments that name one version of an object; the store's answer that there is none gets our words.

    Raises:
        NotStoredError: no such object.
    """
    from botocore.exceptions import ClientError

    version = {"VersionId": version_id} if version_id else {}
    try:
        yield {"Key": key, **version}
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            raise NotStoredError(f"There is no object {key} in the evidence store.") from None
        raise


def chunks(key: str, version_id: str = "") -> Iterator[bytes]:
    """Read one version of an object in pieces of at most 1 MiB.

    Raises:
        NotStoredError: no such object.
    """
    with _which(key, version_id) as version:
        answer = client().get_object(Bucket=settings().s3_bucket, **version)
    yield from answer["Body"].iter_chunks(_CHUNK)


def get(key: str, version_id: str = "") -> bytes:
    """Return one version of an object whole.

    Raises:
        NotStoredError: no such object.
    """
    with _which(key, version_id) as version:
        answer = client().get_object(Bucket=settings().s3_bucket, **version)
    return answer["Body"].read()


def _head(key: str, version_id: str = "") -> dict[str, Any]:
    with _which(key, version_id) as version:
        return dict(client().head_object(Bucket=settings().s3_bucket, **version))


def look(key: str, version_id: str = "") -> Stored:
    """Read a version of an object back, by default the newest, and hash what the store really holds.

    Raises:
        NotStoredError: no such object.
    """
    # The version is pinned first: what is hashed below is one version, whatever is put meanwhile.
    head = _head(key, version_id)
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(key, head.get("VersionId", "")):
        digest.update(chunk)
        size += len(chunk)
    announced = head["Metadata"].get(_ANNOUNCED, "")
    return Stored(
        key,
        head.get("VersionId", ""),
        head["ETag"].strip('"'),
        size,
        digest.hexdigest(),
        int(announced) if announced.isdecimal() else None,
    )


def keys_under(prefix: str) -> Iterator[str]:
    """Return the keys of all objects whose key begins with `prefix`, a page of the store's list at a time."""
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=settings().s3_bucket, Prefix=prefix)
    for page in pages:
        yield from (entry["Key"] for entry in page.get("Contents", ()))


def exists(key: str) -> bool:
    """Return whether an object is stored at a key."""
    try:
        _head(key)
    except NotStoredError:
        return False
    return True


def filename_of(key: str) -> str:
    """Return the name under which the sender's file was uploaded, or an empty text.

    Raises:
        NotStoredError: no such object.
    """
    from urllib.parse import unquote

    return unquote(_head(key)["Metadata"].get("filename", ""))
