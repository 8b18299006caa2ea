"""What every destruction does alike: it lists what is there before it goes, erases until nothing is left, certifies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from models.keys import destruction_folder
from models.retention import RecordClass
from models.scopes import class_scope, scope_of
from models.settings import settings
from models.states import DestructionStep
from models.tables import Destruction, ReducedFile, WrongFile
from tasks.backup.forgetting import forget_everywhere
from tasks.ground import store
from tasks.ground.digests import sha256
from tasks.retention.certificates import list_document, signed
from tasks.retention.facts import lists_of
from tasks.retention.versions import Version, digest_of, erase

AnyRow = Destruction | ReducedFile | WrongFile
"""The row of a destruction: of a class of record, of a file as it came, or of one that was sent in error."""

Row = TypeVar("Row", bound=AnyRow)

_MOST_LISTS = 20
"""So many times what is left is listed again; more would be somebody who goes on writing."""


class StillWrittenError(RuntimeError):
    """Objects of what is being destroyed go on appearing."""


def is_before(done: DestructionStep, step: DestructionStep) -> bool:
    """Return whether a destruction whose last step is `done` has not come to `step`."""
    steps = list(DestructionStep)
    return steps.index(DestructionStep(done)) < steps.index(step)


def keep_list(row: AnyRow, versions: Iterable[Version], rows: Iterable[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Store one more list of a destruction, and return its key and digest.

    Args:
        row: of the destruction, with the lists before.
        versions: of objects, that are there now.
        rows: of the ledger, as `list_document` has them.
    """
    objects = [
        {"key": v.key, "version": v.version, "size": v.size, "sha256": digest_of(v), "marker": v.marker}
        for v in versions
    ]
    part = len(row.lists) + 1
    data = list_document(row.id, part, objects, rows)
    key = f"{destruction_folder(row.inspection)}/{row.id}-list-{part}-{sha256(data)[:16]}.json"
    return {"key": store.put_once(key, data).key, "sha256": sha256(data)}


def erase_listed(
    row_now: Callable[[], Row],
    there: Callable[[Row], Sequence[Version]],
    record: Callable[..., None],
    step: DestructionStep,
) -> None:
    """Remove every version that was listed; what came meanwhile, as from a check that ended late, is listed first.

    Args:
        row_now: reads the row of the destruction as it is now.
        there: returns the versions of objects that are there.
        record: records a step, with the changes of the row that go with it.
        step: what is recorded when nothing is left.

    Raises:
        StillWrittenError: objects go on appearing.
    """
    for _ in range(_MOST_LISTS):
        row = row_now()
        listed = {(each["key"], each["version"]) for part in lists_of(row) for each in part["objects"]}
        left = there(row)
        unlisted = [each for each in left if (each.key, each.version) not in listed]
        if unlisted:
            record(DestructionStep.LISTED, lists=[*row.lists, keep_list(row, unlisted)])
            continue
        if not left:
            record(step)
            return
        for each in left:
            erase(each)
    raise StillWrittenError


def keys_out_of_backups() -> dict[str, Any]:
    """Take the keys of what was destroyed out of every known backup; return under `reached` what became of each.

    It is done once a key is destroyed: what is not destroyed yet is in no backup's way. None where no backup is known.
    """
    return {"reached": [asdict(each) for each in forget_everywhere()] if settings().backups_folder else None}


def left_in_backups(objects: Iterable[Mapping[str, Any]], ref: str) -> int:
    """Return how many objects were sealed under a key that other files need, and that therefore stays.

    A copy of them in a backup can be read until that backup is removed.
    """
    shared = {ref, *(class_scope(ref, kind) for kind in RecordClass)}
    return sum(scope_of(each["key"]) in shared for each in objects if not each["marker"])


def keep_certificate(row: AnyRow, content: Mapping[str, Any]) -> str:
    """Sign the certificate of a destruction, put it into the store, note both on the row, and return its digest."""
    data = signed(content)
    digest = sha256(data)
    key = f"{destruction_folder(row.inspection)}/{row.id}-certificate-{digest[:16]}.json"
    row.certificate_key, row.certificate_sha256 = store.put_once(key, data).key, digest
    return digest
