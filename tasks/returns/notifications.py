"""Notifications of stores and queues about new objects, read as hints: where to look, never what is there."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

_CREATED = ("ObjectCreated", "s3:ObjectCreated")
_FILER_CREATED = frozenset({"create", "update", "rename"})
_VERSIONS = ".versions/"


@dataclass(frozen=True, slots=True)
class Hint:
    """One object that may have arrived; the version is empty where the notification has none."""

    bucket: str
    key: str
    version_id: str = ""


def hints_in(message: Any) -> tuple[Hint, ...]:
    """Return the objects that a message names as new; none for a message that names none, or makes no sense.

    It reads the event notifications of S3, as AWS sends them to queues and Ceph's gateway to webhooks, alone or wrapped
    by SNS or EventBridge; and those of SeaweedFS's filer.
    """
    if not isinstance(message, dict):
        return ()
    return tuple(dict.fromkeys((*_records(message), *_event_bridge(message), *_filer(message))))


def _records(message: dict[str, Any]) -> Iterator[Hint]:
    records = message.get("Records")
    for record in records if isinstance(records, list) else ():
        if not isinstance(record, dict) or not str(record.get("eventName", "")).startswith(_CREATED):
            continue
        s3 = record.get("s3")
        if isinstance(s3, dict):
            # Keys in these messages are encoded as in an address.
            yield from _hint(_at(s3, "bucket", "name"), unquote_plus(_at(s3, "object", "key")), _version(s3))


def _version(s3: dict[str, Any]) -> str:
    version = _at(s3, "object", "versionId")
    # S3 writes so for a bucket whose versions are switched off.
    return "" if version == "null" else version


def _event_bridge(message: dict[str, Any]) -> Iterator[Hint]:
    detail = message.get("detail")
    if message.get("detail-type") == "Object Created" and isinstance(detail, dict):
        version = _at(detail, "object", "version-id")
        yield from _hint(_at(detail, "bucket", "name"), _at(detail, "object", "key"), version)


def _filer(message: dict[str, Any]) -> Iterator[Hint]:
    path = message.get("key")
    # Parts of an upload that is not complete lie under `.uploads/`.
    if str(message.get("event_type")) not in _FILER_CREATED or not isinstance(path, str):
        return
    bucket, _, key = path.removeprefix("/buckets/").partition("/")
    if path.startswith("/buckets/") and not key.startswith(".uploads/") and not _is_folder(message):
        # A versioned bucket keeps the versions of an object in a folder named after it.
        yield from _hint(bucket, key.partition(_VERSIONS)[0], "")


def _is_folder(message: dict[str, Any]) -> bool:
    entry = message.get("message")
    new = entry.get("new_entry") if isinstance(entry, dict) else None
    return bool(isinstance(new, dict) and new.get("is_directory"))


def _hint(bucket: str, key: str, version_id: str) -> Iterator[Hint]:
    # PostgreSQL takes no NUL in a text, and no key of ours has one.
    if bucket and key and "\0" not in key:
        yield Hint(bucket, key, version_id)


def _at(value: dict[str, Any], *path: str) -> str:
    part: Any = value
    for name in path:
        part = part.get(name) if isinstance(part, dict) else None
    return part if isinstance(part, str) else ""


def parsed(text: str | bytes) -> Any:
    """Return a message of JSON.

    Raises:
        ValueError: it is no JSON, is nested deeper than any notification, or holds half of a character.
    """
    try:
        message = json.loads(text)
        # JSON can name one half of a pair of code units, which neither the database nor an address takes.
        json.dumps(message, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError from None
    return message


def unwrapped(message: Any) -> Any:
    """Return the notification inside an envelope of SNS, or the message itself."""
    if isinstance(message, dict) and message.get("Type") == "Notification" and isinstance(message.get("Message"), str):
        try:
            return parsed(message["Message"])
        except ValueError:
            return None
    return message
