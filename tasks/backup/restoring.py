"""Puts a backup back into an empty stack; what a vault says was destroyed since stays destroyed."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from models.refusals import OperatorError
from models.scopes import parent_of, scope_of
from models.settings import settings
from models.tables import AuditEntry, Inspection
from tasks.backup import postgres
from tasks.backup.pieces import AT_ONCE, OWN, Backup, BackupFile, NoBackupError
from tasks.ground import vault
from tasks.ground.database import transaction
from tasks.ground.digests import sha256_of
from tasks.ground.s3 import client
from tasks.ground.store import STANDS_FOR
from tasks.ground.vault_places import place, place_at
from tasks.ground.wrapping import WrappedKey, unwrap
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME


class NotEmptyError(OperatorError):
    """There is something in the stack already, which a backup would be mixed with."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} A backup is put back into an empty stack: start one in a new folder (JTAI_STATE).")


class OtherRevisionError(OperatorError):
    """The backup is of a newer release."""

    def __init__(self, theirs: str) -> None:
        super().__init__(
            f"The backup is of revision {theirs} of the ledger, which this release does not know. "
            "Put it back with the release that made it, or a newer one."
        )


class NoVaultError(OperatorError):
    """What is named as the vault of the lost stack is none: what was destroyed since would come back unseen."""

    def __init__(self, outside: str) -> None:
        super().__init__(
            f"{outside} is no vault: it holds neither keys nor tombstones. Give the folder or bucket of the vault, "
            "or a copy of it. Without it, what was destroyed since the backup would come back."
        )


class NotTheSameError(OperatorError):
    """What was put back is not what the backup holds."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} objects are not in the store as the backup holds them. Throw the stack away and begin again."
        )


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        at: the moment that the backup shows.
        objects: versions of objects that are in the store, each compared with its digest.
        keys: wrapped keys that are in the vault now.
        destroyed: scopes that are known to be destroyed, of which nothing was put back.
        left_out: versions of objects that were theirs.
        inspections: of those scopes, the inspections whose rows came back with the ledger.
        missing: scopes whose keys the backup does not hold although nothing says that they were destroyed.
    """

    at: datetime
    objects: int
    keys: int
    destroyed: tuple[str, ...]
    left_out: int
    inspections: tuple[str, ...]
    missing: tuple[str, ...] = ()


def restore(folder: Path, secret: str, by: str, *, outside: str | None) -> Restored:
    """Put a backup back into the stack that the settings name.

    Tombstones first, of this stack's vault, of the backup, and of the vault at `outside`; then keys and objects of what
    is not known to be destroyed; the ledger last, so that nobody can sign in before everything is there.

    Args:
        folder: of the backup.
        secret: its key, or its passphrase.
        by: who does it, for the audit.
        outside: the vault of the stack that was lost, or a copy of it, with what was destroyed since. None says that
            there is no such vault, and that what was destroyed since may come back.

    Raises:
        NoBackupError: it is not whole, was changed, or the key is another.
        NotEmptyError: the stack is not empty.
        OtherRevisionError: it is of a newer release.
        NoVaultError: what is at `outside` is no vault.
        UnknownKeyError, NotUnwrappedError: the key outside is not here under which its keys are wrapped.
        NotTheSameError: the store holds something else afterwards.
    """
    backup = Backup.open(folder, secret)
    contents = backup.contents()
    _check_empty(contents["revision"])
    keys = _keys(backup, contents)
    for stone in _tombstones(contents, outside):
        vault.keep_tombstone(stone)
    kept = _put_keys(keys)
    # Forgotten or taken away, nobody can tell from here: what they open stays shut, and whoever restores is told.
    missing = tuple(sorted(scope for scope in _missing(contents, keys) if not vault.is_destroyed(scope)))
    wanted = [each for each in contents["objects"] if not _is_destroyed(each["key"])]
    with ThreadPoolExecutor(AT_ONCE) as several:
        same = list(several.map(lambda chain: _put_back(backup, chain), _by_key(wanted)))
    if wrong := len(wanted) - sum(same):
        raise NotTheSameError(wrong)
    _check_piece(backup, BackupFile(**contents["ledger"]))
    postgres.load(backup.read(contents["ledger"]["name"]))
    destroyed = tuple(stone.scope for stone in vault.tombstones())
    at = datetime.fromisoformat(contents["at"])
    left_out = len(contents["objects"]) - len(wanted)
    with transaction() as session:
        refs = tuple(sorted(set(session.exec(select(Inspection.ref))) & set(destroyed)))
        facts = {"at": contents["at"], "objects": len(wanted), "destroyed": len(destroyed), "left_out": left_out}
        # Whoever asks later why something that was destroyed is there again finds it here.
        facts["outside"] = outside is not None
        audit.append(session, PROGRAMME, actor=by, action="backup.restored", subject=PROGRAMME, facts=facts)
    return Restored(at, len(wanted), kept, destroyed, left_out, refs, missing)


def _missing(contents: dict[str, Any], keys: dict[str, bytes]) -> set[str]:
    """Return the scopes whose keys the backup lists and does not hold."""
    return {each["name"].removeprefix(vault.KEYS) for each in contents["keys"] if each["name"] not in keys}


def _check_empty(revision: str) -> None:
    with transaction() as session:
        if session.exec(select(AuditEntry.number).limit(1)).first() is not None:
            raise NotEmptyError("The ledger has entries.")
        # Whatever a start itself enters would stand in the way of the same rows.
        tables = session.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        for table in tables:
            if table != "alembic_version" and session.execute(text(f'SELECT 1 FROM "{table}" LIMIT 1')).first():  # noqa: S608
                raise NotEmptyError(f"The ledger has rows ({table}).")
    if not postgres.is_known(revision):
        raise OtherRevisionError(revision)
    pages = client().get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket)
    if any(not entry["Key"].startswith(OWN) for page in pages for entry in page.get("Versions", ())):
        raise NotEmptyError("The evidence store holds objects.")


def _keys(backup: Backup, contents: dict[str, Any]) -> dict[str, bytes]:
    """Return the wrapped keys of the backup by name, each proven to open with the key outside that is here."""
    keys = {}
    for each in contents["keys"]:
        try:
            keys[each["name"]] = b"".join(backup.read(each["file"]))
        except NoBackupError:
            # It was taken out when what it opens was destroyed.
            if (backup.folder / each["file"]).exists():
                raise
    wrapped = {name: WrappedKey.from_json(json.loads(text)) for name, text in keys.items()}
    opened = {key.scope: unwrap(key) for key in wrapped.values() if not parent_of(key.scope)}
    for key in wrapped.values():
        around = parent_of(key.scope)
        if around in opened:
            unwrap(key, opened[around])
    return keys


def _tombstones(contents: dict[str, Any], outside: str | None) -> list[vault.Tombstone]:
    """Return the tombstones of the backup, and of the vault at `outside`, all of them before any is kept."""
    stones = [vault.Tombstone.from_json(each) for each in contents["tombstones"]]
    if outside is not None:
        there = place_at(outside)
        # A vault has the programme's key from its first start: a folder without anything is another folder.
        if not there.names(vault.KEYS) and not there.names(vault.TOMBSTONES):
            raise NoVaultError(outside)
        texts = [there.read(name) for name in there.names(vault.TOMBSTONES)]
        stones += [vault.Tombstone.from_json(json.loads(each)) for each in texts if each]
    return stones


def _put_keys(keys: dict[str, bytes]) -> int:
    """Put the keys of what is not destroyed into the vault; return how many these are."""
    wanted = {name: text for name, text in keys.items() if not vault.is_destroyed(name.removeprefix(vault.KEYS))}
    for name, content in wanted.items():
        place().add(name, content)
    return len(wanted)


def _is_destroyed(key: str) -> bool:
    scope = scope_of(key)
    return scope is not None and vault.is_destroyed(scope)


def _by_key(objects: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the versions of each object together, in their order."""
    chains: dict[str, list[dict[str, Any]]] = {}
    for each in objects:
        chains.setdefault(each["key"], []).append(each)
    return list(chains.values())


def _put_back(backup: Backup, chain: list[dict[str, Any]]) -> int:
    """Put the versions of one object into the store and read them back; return how many are the same."""
    return sum(_is_same(entry, _put(backup, entry, first=number == 0)) for number, entry in enumerate(chain))


def _put(backup: Backup, entry: dict[str, Any], *, first: bool) -> str:
    metadata = dict(entry["metadata"])
    # The ledger knows the version by the id that it had, and perhaps by one from before it was sealed.
    metadata[STANDS_FOR] = ",".join(filter(None, [metadata.get(STANDS_FOR, ""), entry["version"]]))
    more: dict[str, Any] = {"IfNoneMatch": "*"} if first else {}
    if entry["lock"]:
        mode, until = entry["lock"]
        more |= {"ObjectLockMode": mode, "ObjectLockRetainUntilDate": datetime.fromisoformat(until)}
    with closing(backup.read_whole(BackupFile(**entry["piece"]))) as body:
        answer = client().put_object(
            Bucket=settings().s3_bucket,
            Key=entry["key"],
            Body=body,
            ContentType=entry["type"],
            Metadata=metadata,
            **more,
        )
    return answer.get("VersionId", "")


def _is_same(entry: dict[str, Any], version: str) -> bool:
    answer = client().get_object(Bucket=settings().s3_bucket, Key=entry["key"], VersionId=version)
    return bool(sha256_of(answer["Body"].iter_chunks(1 << 20)) == entry["piece"]["sha256"])


def _check_piece(backup: Backup, piece: BackupFile) -> None:
    if sha256_of(backup.read(piece.name)) != piece.sha256:
        raise NoBackupError(backup.folder, f"{piece.name} is not what was written")
