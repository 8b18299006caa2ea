"""What a certificate says: put together from the row of a destruction and the lists that were made of it."""

import json
from collections.abc import Mapping
from typing import Any

from models.retention import CLASS_HOLDS, CLASS_LABELS, RecordClass
from models.tables import Destruction, ReducedFile, WrongFile
from tasks.ground import store
from tasks.ground.digests import sha256

_BACKUPS = "backups"


class ListChangedError(RuntimeError):
    """A list of what was destroyed is not the one whose digest the ledger has."""


def lists_of(row: Destruction | ReducedFile | WrongFile) -> list[dict[str, Any]]:
    """Return the lists that were made of a destruction, each checked against its digest.

    Raises:
        ListChangedError: one was changed in the store.
    """
    return [_list(each["key"], each["sha256"]) for each in row.lists]


def _list(key: str, digest: str) -> dict[str, Any]:
    data = store.get(key)
    if sha256(data) != digest:
        raise ListChangedError
    stored: dict[str, Any] = json.loads(data)
    return stored


def certificate_content(row: Destruction, lists: list[dict[str, Any]], at: str) -> dict[str, Any]:
    """Return what the certificate of a destruction says: references, digests and counts, and nobody's name.

    Args:
        row: the destruction.
        lists: of what was there before it went.
        at: when it was finished.
    """
    objects = each_once((each for part in lists for each in part["objects"]), "key", "version")
    rows = sorted((each for part in lists for each in part["rows"]), key=lambda each: (each["table"], each["sha256"]))
    kind = RecordClass(row.record_class)
    return {
        "id": row.id,
        "inspection": row.inspection,
        "class": {"name": kind.value, "label": CLASS_LABELS[kind], "holds": CLASS_HOLDS[kind]},
        "policy": {
            "months": row.months,
            "counted_from": row.counted_from.isoformat(),
            "due_on": row.due_on.isoformat(),
            "basis": row.basis,
        },
        "authority": {
            "asked_by": row.asked_by,
            "confirmed_by": row.confirmed_by,
            "confirmed_at": row.confirmed_at.isoformat() if row.confirmed_at else None,
        },
        "destroyed_at": at,
        "again_of": row.again_of or None,
        "counts": {
            "objects": len(objects),
            "bytes": sum(each["size"] for each in objects),
            "rows": len(rows),
            **{f"traces_{name}": number for name, number in sorted(row.traces.items()) if name != _BACKUPS},
        },
        # What a backup holds stays sealed there, and is lost once its key is: null where no backup was known.
        "backups": row.traces.get(_BACKUPS),
        "key": row.tombstone or None,
        "kept": {"statistics": row.kept_key} if row.kept_key else None,
        "objects": objects,
        "rows": rows,
    }


def each_once(entries: Any, *names: str) -> list[Mapping[str, Any]]:
    """Return entries, those of one name once: a list that was made again after a kill repeats what was left."""
    by_name = {tuple(each[name] for name in names): each for each in entries}
    return [by_name[name] for name in sorted(by_name)]
