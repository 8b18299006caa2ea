"""The client of the evidence store, and what its answers mean."""

from base64 import b64encode
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO
from zlib import crc32

from models.settings import Settings, once_for_settings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PIECE = 1 << 20
_SKEWED = "RequestTimeTooSkewed"
TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
"""Codes by which a store says that there is an object already, or another than was expected."""
ABSENT = frozenset({"400", "404", "NoSuchKey", "NoSuchVersion"})
"""Codes by which a store says that there is no such object."""


@once_for_settings
def client(options: Settings) -> "S3Client":
    """Return the S3 client; connections are made on first use, never at import."""
    return _client(options, options.s3_endpoint_url)


@once_for_settings
def public_client(options: Settings) -> "S3Client":
    """Return a client that signs addresses for senders, who may reach the store at another address than we do."""
    return _client(options, options.s3_public_url or options.s3_endpoint_url)


def connected(options: Settings) -> "S3Client":
    """Return a client by the keys of some settings, such as that of the one job that destroys."""
    return _client(options, options.s3_endpoint_url)


def _client(options: Settings, endpoint: str | None) -> "S3Client":
    import boto3
    from botocore.config import Config

    config = Config(
        signature_version="s3v4",
        # A store at an address of its own has no host name for each bucket, as AWS has.
        s3={"addressing_style": "path"},
        retries={"mode": "standard", "max_attempts": 5},
        connect_timeout=5,
        read_timeout=60,
    )
    # A store without keys is AWS, where boto3 gets our role by itself; without either there is no store at all.
    keys = options.s3_access_key or not options.s3_endpoint_url
    made = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=options.s3_region,
        aws_access_key_id=options.required("s3_access_key") if keys else None,
        aws_secret_access_key=options.required("s3_secret_key") if keys else None,
        # Whom we trust is said, never whether: a store that nobody vouches for gets nothing of ours.
        verify=str(options.s3_ca_file) if options.s3_ca_file else None,
        config=config,
    )
    # Else boto3 sends over TLS what it puts in pieces with a checksum behind them, which doubles what a put costs.
    made.meta.events.register("before-parameter-build.s3.PutObject", _sum_first)
    return made


def _sum_first(params: dict[str, Any], **_: object) -> None:
    """Give a body that is put its checksum beforehand; an address that is signed for others has no body yet."""
    body = params.get("Body")
    if body is None or any(name.startswith("Checksum") for name in params):
        return
    params["ChecksumCRC32"] = b64encode(_crc32(body).to_bytes(4, "big")).decode()


def _crc32(body: bytes | BinaryIO) -> int:
    if isinstance(body, bytes):
        return crc32(body)
    begin, value = body.tell(), 0
    for piece in iter(partial(body.read, _PIECE), b""):
        value = crc32(piece, value)
    body.seek(begin)
    return value


def code_of(error: Exception) -> str:
    """Return the code of a store's answer, or an empty text."""
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))


def is_away(fault: BaseException) -> bool:
    """Return whether a fault passes without us: the store does not answer, breaks off, is busy, or a clock is wrong."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError

    if isinstance(fault, ClientError):
        return int(fault.response["ResponseMetadata"]["HTTPStatusCode"]) >= 500 or code_of(fault) == _SKEWED
    return isinstance(fault, ConnectionError | HTTPClientError | IncompleteReadError)
