"""The files of a backup open with its key alone, as they were written, and only where it was written to its end."""

import io
import os
import stat
from pathlib import Path

import pytest

from tasks.backup.making import forget
from tasks.backup.pieces import Backup, BackupFile, BackupKeyError, NoBackupError, new_key_file, read_key_file

SECRET = "correct horse battery staple"
ROWS = b"Ann Quackenbush\n" * 40_000


def made(folder: Path) -> BackupFile:
    backup = Backup.begin(folder, SECRET)
    piece = backup.write("objects/a", io.BytesIO(ROWS).read)
    backup.end({"pieces": ["objects/a"]})
    return piece


def test_what_is_written_is_read_and_lies_nowhere_in_plain(tmp_path: Path) -> None:
    piece = made(tmp_path / "b")
    backup = Backup.open(tmp_path / "b", SECRET)
    assert backup.contents() == {"pieces": ["objects/a"]}
    assert b"".join(backup.read("objects/a")) == backup.read_whole(piece).read() == ROWS
    assert piece.size == len(ROWS)
    assert not any(b"Quackenbush" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_another_key_a_changed_file_and_one_of_another_name_are_refused(tmp_path: Path) -> None:
    piece = made(tmp_path / "b")
    with pytest.raises(NoBackupError, match="does not open with this key"):
        Backup.open(tmp_path / "b", f"{SECRET}!").contents()
    (tmp_path / "b" / "objects" / "other").write_bytes((tmp_path / "b" / "objects" / "a").read_bytes())
    backup = Backup.open(tmp_path / "b", SECRET)
    for name in ("objects/other", "objects/none"):
        with pytest.raises(NoBackupError, match="is missing or does not open"):
            list(backup.read(name))
    with pytest.raises(NoBackupError, match="is not what was written"):
        backup.read_whole(BackupFile(piece.name, piece.size, "0" * 64))
    changed = bytearray((tmp_path / "b" / "objects" / "a").read_bytes())
    changed[-1] ^= 1
    (tmp_path / "b" / "objects" / "a").write_bytes(changed)
    with pytest.raises(NoBackupError):
        backup.read_whole(piece)


def test_a_backup_that_was_cut_short_is_none(tmp_path: Path) -> None:
    Backup.begin(tmp_path / "b", SECRET).write("objects/a", io.BytesIO(ROWS).read)
    with pytest.raises(NoBackupError, match="not written to its end"):
        Backup.open(tmp_path / "b", SECRET)
    with pytest.raises(NoBackupError, match="cannot be read"):
        Backup.open(tmp_path, SECRET)
    with pytest.raises(NoBackupError, match="new folder"):
        Backup.begin(tmp_path / "b", SECRET)


def test_a_backup_of_another_form_is_left_to_its_release(tmp_path: Path) -> None:
    made(tmp_path / "b")
    head = tmp_path / "b" / "backup.json"
    head.write_text(head.read_text().replace('"format": 1', '"format": 2'))
    with pytest.raises(NoBackupError, match="another release"):
        Backup.open(tmp_path / "b", SECRET)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "key"
    new_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read_key_file(path)) > 40
    with pytest.raises(FileExistsError):
        new_key_file(path)
    path.chmod(0o644)
    with pytest.raises(BackupKeyError, match="chmod 600"):
        read_key_file(path)
    path.write_text("short")
    path.chmod(0o600)
    with pytest.raises(BackupKeyError):
        read_key_file(path)


def test_a_link_a_pipe_and_a_name_that_climbs_out_are_no_files_of_a_backup(tmp_path: Path) -> None:
    made(tmp_path / "b")
    made(tmp_path / "elsewhere")
    backup = Backup.open(tmp_path / "b", SECRET)
    (tmp_path / "b" / "objects" / "link").symlink_to(tmp_path / "b" / "objects" / "a")
    os.mkfifo(tmp_path / "b" / "objects" / "pipe")
    for name in ("objects/link", "objects/pipe", "../b/objects/a", str(tmp_path / "b" / "objects" / "a"), "objects"):
        with pytest.raises(NoBackupError, match="is missing or does not open"):
            list(backup.read(name))
    (tmp_path / "b" / "backup.json").unlink()
    (tmp_path / "b" / "backup.json").symlink_to(tmp_path / "elsewhere" / "backup.json")
    with pytest.raises(NoBackupError, match="cannot be read"):
        Backup.open(tmp_path / "b", SECRET)
    (tmp_path / "b" / "backup.json").unlink()
    os.mkfifo(tmp_path / "b" / "backup.json")
    with pytest.raises(NoBackupError, match="cannot be read"):
        Backup.open(tmp_path / "b", SECRET)


def test_keys_that_lie_behind_a_link_are_not_taken_out(tmp_path: Path) -> None:
    made(tmp_path / "b")
    (tmp_path / "others").mkdir()
    (tmp_path / "b" / "keys").symlink_to(tmp_path / "others")
    with pytest.raises(NoBackupError, match="is a link, and leads elsewhere"):
        forget(tmp_path / "b")
