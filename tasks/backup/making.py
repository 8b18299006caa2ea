"""Makes a backup: the ledger at one moment, the evidence of that moment, and the wrapped keys that it needs."""

import base64
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from models.settings import settings
from tasks.backup import postgres
from tasks.backup.pieces import AT_ONCE, FORMAT, OWN, Backup, BackupFile, NoBackupError, check_whole
from tasks.ground import vault
from tasks.ground.database import transaction
from tasks.ground.s3 import ABSENT, client, code_of
from tasks.ground.vault_places import place
from tasks.ledger import audit
from tasks.people.persons import PROGRAMME

LEDGER = "ledger"
_PAGE = 1000
"""So many versions a store lists at once."""
_MARGIN = timedelta(seconds=5)
"""A store tells times in whole seconds, by its own clock: what is a little newer than the ledger does no harm."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds.

    Attributes:
        at: the moment that it shows.
        objects: how many versions of objects.
        size: their bytes.
        keys: how many wrapped keys.
        gone: how many versions were sealed anew or destroyed while it was made, and so are not in it.
    """

    at: datetime
    objects: int
    size: int
    keys: int
    gone: int


def make(folder: Path, secret: str, by: str) -> Made:
    """Write a backup of everything into a new folder, sealed under a key of its own, while all goes on.

    The ledger comes first: what its rows name is stored before them. Keys come last: what is sealed has its key.
    Runs and boards of Prefect are not in it; the ledger makes them again.

    Args:
        folder: a new folder.
        secret: the key of the backup, or its passphrase.
        by: who makes it, for the audit.

    Raises:
        NoBackupError: the folder holds something.
        ProgramError: PostgreSQL's program failed.
    """
    backup, rows = Backup.begin(folder, secret), list[BackupFile]()
    with postgres.moment() as now:
        postgres.dump(now, lambda read: rows.append(backup.write(LEDGER, read)))
    with ThreadPoolExecutor(AT_ONCE) as several:
        copied = list(several.map(lambda entry: _copied(backup, *entry), _versions(now.at + _MARGIN)))
    objects = [entry for entry in copied if entry]
    keys = [_key(backup, name) for name in place().names(vault.KEYS)]
    contents: dict[str, Any] = {
        "format": FORMAT,
        "at": now.at.isoformat(),
        "revision": now.revision,
        "bucket": settings().s3_bucket,
        "ledger": asdict(rows[0]),
        "objects": objects,
        "keys": keys,
        "tombstones": [stone.to_json() for stone in vault.tombstones()],
    }
    backup.end(contents)
    size = sum(each["piece"]["size"] for each in objects)
    made = Made(now.at, len(objects), size, len(keys), len(copied) - len(objects))
    facts = {"at": now.at.isoformat(), "objects": made.objects, "keys": made.keys, "gone": made.gone}
    with transaction() as session:
        audit.append(session, PROGRAMME, actor=by, action="backup.made", subject=PROGRAMME, facts=facts)
    return made


def _versions(until: datetime) -> Iterator[tuple[str, str]]:
    """Yield key and id of each version up to a time, of each object the oldest first.

    A store lists the newest first, and the versions of one object may stand on two pages: they are turned around
    together, or the oldest would be put back as the newest.
    """
    listing = client().get_paginator("list_object_versions")
    pages = listing.paginate(Bucket=settings().s3_bucket, PaginationConfig={"PageSize": _PAGE})
    listed = (entry for page in pages for entry in page.get("Versions", ()))
    for key, versions in groupby(listed, key=itemgetter("Key")):
        if key.startswith(OWN):
            continue
        for entry in reversed(list(versions)):
            if entry["LastModified"] <= until:
                yield key, entry["VersionId"]


def _copied(backup: Backup, key: str, version: str) -> dict[str, Any] | None:
    """Copy one version; None where it is gone by now: a plain one that was sealed meanwhile, or one destroyed."""
    from botocore.exceptions import ClientError

    try:
        answer = client().get_object(Bucket=settings().s3_bucket, Key=key, VersionId=version)
    except ClientError as error:
        if code_of(error) not in ABSENT:
            raise
        return None
    # Its name says nothing of it; the sealed list does.
    name = f"objects/{sha256(f'{key} {version}'.encode()).hexdigest()[:40]}"
    until = answer.get("ObjectLockRetainUntilDate")
    return {
        "key": key,
        "version": version,
        "type": answer["ContentType"],
        "metadata": answer["Metadata"],
        "lock": [answer["ObjectLockMode"], until.isoformat()] if until else None,
        "piece": asdict(backup.write(name, answer["Body"].read)),
    }


def _key(backup: Backup, name: str) -> dict[str, str]:
    """Copy one wrapped key into a file of its own, which can be removed without opening the backup."""
    text = place().read(name) or b""
    backup.write(f"{vault.KEYS}{spelled(name)}", io.BytesIO(text).read)
    return {"name": name, "file": f"{vault.KEYS}{spelled(name)}"}


def spelled(name: str) -> str:
    """Return a name of the vault as the name of one file."""
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def forget(folder: Path) -> int:
    """Remove from a backup the keys of all that was destroyed since, without opening it; return how many.

    What it holds of them can then never be opened again, by whoever has its key and the key outside.

    Raises:
        NoBackupError: the folder holds no whole backup.
    """
    check_whole(folder)
    # Behind a link could lie files that are no part of the backup, and they would be removed.
    if (folder / vault.KEYS).is_symlink():
        raise NoBackupError(folder, f"{vault.KEYS} is a link, and leads elsewhere")
    removed = 0
    for path in [path for path in (folder / vault.KEYS).glob("*") if path.is_file()]:
        name = _name_in_vault(path.name)
        if name and vault.is_destroyed(name.removeprefix(vault.KEYS)):
            path.unlink()
            removed += 1
    return removed


def _name_in_vault(name: str) -> str:
    """Return the name of the vault that a file's name spells; empty where it spells none, as of a file of others."""
    try:
        return base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except ValueError:
        return ""
