"""The evidence store as destruction sees it: all versions of objects, read and erased with a key of its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from models.settings import Settings, once_for_settings, settings
from tasks.ground import store, vault
from tasks.ground.digests import sha256_of
from tasks.ground.s3 import connected
from tasks.ground.sealing import NotOpenedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PARTS = {"s3_access_key": "access_key", "s3_secret_key": "secret_key"}
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion"})


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version of an object.

    Attributes:
        key: of the object.
        version: its id.
        size: in bytes, as stored; 0 for a marker that hides an object.
        marker: whether it is such a marker.
    """

    key: str
    version: str
    size: int
    marker: bool = False


@once_for_settings
def destroyer(options: Settings) -> "S3Client":
    """Return the client whose key destroys; its file is read here and nowhere else.

    A file without keys is for AWS, where boto3 gets the role of this process.

    Raises:
        MissingSettingError: this process is not told where that key is.
    """
    keys = json.loads(Path(options.required("destruction_key_file")).read_text())
    own = {name: SecretStr(keys[part]) if part in keys else None for name, part in _PARTS.items()}
    return connected(options.model_copy(update=own))


def versions_under(*prefixes: str) -> Iterator[Version]:
    """Return all versions of all objects whose key begins with one of the prefixes, markers among them."""
    for prefix in prefixes:
        pages = destroyer().get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=settings().s3_bucket, Prefix=prefix):
            for entry in page.get("Versions", ()):
                yield Version(entry["Key"], entry["VersionId"], entry["Size"])
            for marker in page.get("DeleteMarkers", ()):
                yield Version(marker["Key"], marker["VersionId"], 0, marker=True)


def digest_of(version: Version) -> str:
    """Return the SHA-256 of what a version holds, as its receipt has it; of the stored bytes where it cannot be read.

    Empty for a marker, and for what is gone meanwhile.
    """
    if version.marker:
        return ""
    try:
        return sha256_of(store.chunks(version.key, version.version))
    except store.NotStoredError:
        return ""
    except (vault.DestroyedError, vault.LostKeyError, NotOpenedError):
        # Its key is gone, as of what an older backup brought back: what lies there is told by its stored bytes.
        where = {"Bucket": settings().s3_bucket, "Key": version.key, "VersionId": version.version}
        return sha256_of(destroyer().get_object(**where)["Body"].iter_chunks(1 << 20))  # type: ignore[arg-type]


def erase(version: Version) -> None:
    """Remove one version for good, also one under lock; what is gone already stays gone."""
    from botocore.exceptions import ClientError

    where = {"Bucket": settings().s3_bucket, "Key": version.key, "VersionId": version.version}
    try:
        destroyer().delete_object(**where, BypassGovernanceRetention=True)  # type: ignore[arg-type]
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
