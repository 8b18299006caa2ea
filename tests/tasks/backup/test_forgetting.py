"""Keys of what was destroyed go out of every backup that is known, and what could not be reached is said."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import reread
from tasks.backup.forgetting import ReachedBackup, forget_everywhere
from tasks.backup.making import spelled
from tasks.backup.pieces import Backup
from tasks.ground import vault

pytestmark = pytest.mark.parts
SECRET = "a passphrase of a backup"


def backup_with(folder: Path, *scopes: str, whole: bool = True) -> Path:
    """Write a backup that holds keys under these names, as `jtai backup` lays them."""
    backup = Backup.begin(folder, SECRET)
    for scope in scopes:
        name = f"{vault.KEYS}{scope}"
        backup.write(f"{vault.KEYS}{spelled(name)}", io.BytesIO(b"wrapped").read)
    if whole:
        backup.end({})
    return folder


def keys_in(folder: Path) -> set[str]:
    return {path.name for path in (folder / vault.KEYS).iterdir()}


@pytest.fixture
def backups(storage: dict[str, str], tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001 - both are there
    """Return the folder of all backups, at which the setting points."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JTAI_BACKUPS_FOLDER", str(tmp_path))
        reread()
        yield tmp_path
    reread()


def test_every_backup_loses_the_keys_of_what_was_destroyed_and_keeps_the_others(backups: Path) -> None:
    gone, stays = "forgotten-area/children", "other-area/children"
    vault.destroy(gone)
    for name in ("monday", "tuesday"):
        backup_with(backups / name, gone, stays)
    backup_with(backups / "wednesday", gone, whole=False)
    (backups / "notes.txt").write_text("no backup")
    (backups / "elsewhere").symlink_to(backups / "monday")
    assert forget_everywhere() == [
        ReachedBackup("monday", 1),
        ReachedBackup("tuesday", 1),
        ReachedBackup("wednesday", 0, "it is no whole backup"),
    ]
    assert keys_in(backups / "monday") == keys_in(backups / "tuesday") == {spelled(f"{vault.KEYS}{stays}")}
    assert [each.keys for each in forget_everywhere()] == [0, 0, 0]


def test_a_folder_that_cannot_be_read_is_said(backups: Path) -> None:
    backups.rmdir()
    assert forget_everywhere() == [ReachedBackup("", 0, "the folder of backups cannot be read")]


@pytest.mark.usefixtures("storage")
def test_nothing_is_claimed_where_no_folder_is_set() -> None:
    assert forget_everywhere() == []
