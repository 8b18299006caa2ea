"""The files of a backup: each sealed under the backup's own key and bound to its name, with a list of all of them."""

import base64
import hashlib
import io
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from models.refusals import OperatorError
from tasks.ground.passing import passing_file
from tasks.ground.sealing import HEADER_BYTES, KEY_BYTES, DataKey, NotOpenedError, open_pieces, seal_pieces
from tasks.ground.vault_places import keep_names

FORMAT = 1
OWN = "checks/"
"""Where the store keeps what it was tried with; it is no evidence."""
AT_ONCE = 4
"""Objects that are copied side by side."""

_HEAD, _LIST = "backup.json", "list"
_CHUNK = 1 << 20
_LONGEST_HEAD = 1 << 16
_LEAST = 20
"""Characters of a key of a backup, which may be a passphrase."""


class BackupKeyError(OperatorError):
    """The file with the key of a backup is of no use."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds no key of a backup: at least {_LEAST} characters in one line, for its owner alone "
            "(chmod 600). `jtai backup --new-key FILE` makes one."
        )


class NoBackupError(OperatorError):
    """A folder holds no whole backup that this key opens."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} is no backup that can be put back: {why}.")


def new_key_file(path: Path) -> None:
    """Write a random key of backups into a new file that its owner alone can read.

    Raises:
        FileExistsError: there is a file already.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{secrets.token_urlsafe(KEY_BYTES)}\n")


def read_key_file(path: Path) -> str:
    """Return the key, or the passphrase, of a file.

    Raises:
        BackupKeyError: others can read it, or it is too short.
    """
    text = path.read_text().strip()
    if len(text) < _LEAST or path.stat().st_mode & 0o077:
        raise BackupKeyError(path)
    return text


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A file of a backup: its name there, and the bytes that it holds.

    Attributes:
        name: within the backup.
        size: of what it holds, in bytes.
        sha256: of what it holds.
    """

    name: str
    size: int
    sha256: str


class Backup:
    """A folder with a backup; what is written and read here is plain outside the folder, and sealed in it."""

    def __init__(self, folder: Path, secret: str, salt: bytes) -> None:
        self.folder = folder
        self._key = DataKey(hashlib.sha256(salt).hexdigest()[:16], _stretched(secret, salt))

    @classmethod
    def begin(cls, folder: Path, secret: str) -> "Backup":
        """Make the folder of a new backup.

        Raises:
            NoBackupError: the folder is there already and holds something.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise NoBackupError(folder, "it holds something already, and a backup is written into a new folder")
        salt = os.urandom(16)
        (folder / _HEAD).write_text(json.dumps({"format": FORMAT, "salt": base64.b64encode(salt).decode()}))
        return cls(folder, secret, salt)

    @classmethod
    def open(cls, folder: Path, secret: str) -> "Backup":
        """Open a backup that is whole.

        Raises:
            NoBackupError: there is none, or it was not ended.
        """
        return cls(folder, secret, check_whole(folder))

    def write(self, name: str, read: Callable[[int], bytes]) -> BackupFile:
        """Write what `read` returns piece by piece, as a file's `read` does."""
        digest, size = hashlib.sha256(), 0

        def reading(most: int) -> bytes:
            nonlocal size
            data = read(most)
            digest.update(data)
            size += len(data)
            return data

        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("wb") as out:
            # A backup is written once, so chance stands for the digest that is known only at the end.
            out.writelines(seal_pieces(self._key, name, os.urandom(32), reading))
            out.flush()
            os.fsync(out.fileno())
        return BackupFile(name, size, digest.hexdigest())

    def read(self, name: str) -> Iterator[bytes]:
        """Yield what a file holds.

        Raises:
            NoBackupError: it is not there, was changed, or the key is another.
        """
        try:
            with _plain_file(self.folder, name) as file:
                header = file.read(HEADER_BYTES)
                yield from open_pieces(self._key, name, header, iter(lambda: file.read(_CHUNK), b""))
        except (OSError, NotOpenedError):
            raise NoBackupError(self.folder, f"{name} is missing or does not open with this key") from None

    def read_whole(self, piece: BackupFile) -> BinaryIO:
        """Return a file with what a piece holds, compared with its digest.

        Raises:
            NoBackupError: it holds something else.
        """
        digest, out = hashlib.sha256(), passing_file()
        for data in self.read(piece.name):
            digest.update(data)
            out.write(data)
        if digest.hexdigest() != piece.sha256:
            raise NoBackupError(self.folder, f"{piece.name} is not what was written")
        out.seek(0)
        return out

    def end(self, contents: dict[str, Any]) -> None:
        """Write the list of what the backup holds; without it, it is none."""
        # What it lists is durable before it is.
        for folder in {path.parent for path in self.folder.rglob("*")}:
            keep_names(folder, self.folder.parent)
        self.write(_LIST, io.BytesIO(json.dumps(contents, sort_keys=True).encode()).read)
        keep_names(self.folder, self.folder)

    def contents(self) -> dict[str, Any]:
        """Return the list of what the backup holds."""
        contents: dict[str, Any] = json.loads(b"".join(self.read(_LIST)))
        return contents


def check_whole(folder: Path) -> bytes:
    """Return the salt of a backup that is whole.

    Raises:
        NoBackupError: the folder holds none, or it was not ended.
    """
    try:
        with _plain_file(folder, _HEAD) as file:
            head = json.loads(file.read(_LONGEST_HEAD))
        salt = base64.b64decode(head["salt"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise NoBackupError(folder, f"{_HEAD} is missing or cannot be read") from None
    if head.get("format") != FORMAT:
        raise NoBackupError(folder, "it was made by another release, which can put it back")
    if not (folder / _LIST).is_file():
        raise NoBackupError(folder, "it was not written to its end")
    return salt


def _plain_file(folder: Path, name: str) -> BinaryIO:
    """Open a file of a backup; a link can lead anywhere, a pipe would be waited for without end, a name can climb out.

    Raises:
        OSError: it is none, or is not there.
    """
    if ".." in PurePosixPath(name).parts or PurePosixPath(name).is_absolute():
        raise FileNotFoundError(name)
    handle = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise FileNotFoundError(name)
    return os.fdopen(handle, "rb")


def _stretched(secret: str, salt: bytes) -> bytes:
    """Return the key that a passphrase makes; trying many costs 32 MiB and a tenth of a second each."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt, KEY_BYTES, 1 << 15, 8, 1).derive(secret.encode())
