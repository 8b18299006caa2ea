"""Takes the keys of what was destroyed out of every backup that this service knows, and says which it could not reach.

No backup has to be opened for that: each wrapped key is a file of its own, under the name of what it opens.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.settings import settings
from tasks.backup.making import forget
from tasks.backup.pieces import NoBackupError


@dataclass(frozen=True, slots=True)
class ReachedBackup:
    """What became of one backup.

    Attributes:
        name: of its folder; empty for the folder of all of them.
        keys: how many keys were taken out of it now.
        why: why it was not reached; empty where it was.
    """

    name: str
    keys: int
    why: str = ""


def forget_everywhere() -> list[ReachedBackup]:
    """Take the keys of all that was destroyed out of each backup below the setting's folder; again does no harm.

    Returns:
        What became of each, by name; nothing where no folder is set, so that nobody takes it for all that there are.
    """
    folder = settings().backups_folder
    return [] if folder is None else list(_each(folder))


def _each(folder: Path) -> Iterator[ReachedBackup]:
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        yield ReachedBackup("", 0, "the folder of backups cannot be read")
        return
    for name in names:
        try:
            yield ReachedBackup(name, forget(folder / name))
        except NoBackupError:
            # One that is being made gets its keys last, and so has none of what is destroyed by now.
            yield ReachedBackup(name, 0, "it is no whole backup")
        except OSError:
            yield ReachedBackup(name, 0, "its keys cannot be removed")
