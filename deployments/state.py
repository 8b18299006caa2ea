"""The state folder: who holds it, its identity, its secrets and the addresses it publishes."""

import errno
import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deployments.errors import AlreadyRunningError, StackError
from models.key_ring import Purpose, fresh_key, fresh_ring, read_ring
from models.settings import ENV_FILE

SYSTEM_FOLDER = Path("/var/lib/jtai")
# Leaves room for the name of a socket below it.
FOLDER_BYTES = 75
DESTRUCTION = "destruction.json"
SECRETS = (
    "postgres", "database", "database_owner", "prefect_database", "prefect",
    "s3_access_key", "s3_secret_key", "s3_admin_access_key", "s3_admin_secret_key",
    "s3_destruction_access_key", "s3_destruction_secret_key",
    "jwt", "jwt_read", "jwt_filer", "jwt_filer_read",
)  # fmt: skip


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner can enter; refuse one that somebody else laid in wait."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink() or (os.geteuid() != 0 and folder.stat().st_uid != os.geteuid()):
        raise StackError(f"{folder} belongs to somebody else; remove it or set JTAI_STATE to another folder.")
    folder.chmod(0o700)
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace a file of mode 0600 in one step, so that no reader sees half of it and no other user any of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        # Before the rename: after a power cut the name must not point to an empty file.
        os.fsync(file.fileno())
    Path(name).replace(path)


class State:
    """One stack's folder: everything it must remember between two starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = private_folder(folder.absolute())
        self.logs = private_folder(self.folder / "logs")
        # Made at the start, so that whoever has written a theme finds where it belongs.
        private_folder(self.folder / "themes")
        self._lock: int | None = None

    def lock(self) -> None:
        """Lock the folder until `unlock` or the end of this process.

        Raises:
            AlreadyRunningError: another process holds it.
        """
        # The kernel releases it however the process ends, so no stale lock is left to judge.
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise AlreadyRunningError(self.folder) from None
        self._lock = handle

    def unlock(self) -> None:
        """Release the folder for another supervisor."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def is_locked(self) -> bool:
        """Whether the folder is this process's own."""
        return self._lock is not None

    def read(self, name: str) -> dict[str, Any]:
        """Return what was remembered under a name; empty when nothing was."""
        path = self.folder / f"{name}.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def remember(self, name: str, values: Mapping[str, Any]) -> None:
        """Store values under a name for the next start."""
        write_private(self.folder / f"{name}.json", json.dumps(values, indent=1))

    @property
    def identity(self) -> str:
        """Random name of this stack, made once."""
        stored = self.read("identity")
        if not stored:
            stored = {"id": secrets.token_hex(8)}
            self.remember("identity", stored)
        return str(stored["id"])

    @property
    def system_folder(self) -> Path:
        """Where root keeps what an unprivileged user must reach without seeing the checkout."""
        return SYSTEM_FOLDER / self.identity

    @property
    def outer_folder(self) -> Path:
        """Where things lie that a deep state folder would give too long a path."""
        return Path(tempfile.gettempdir()) / f"jtai-{self.identity}"

    def short_folder(self, name: str) -> Path:
        """Return a private folder in which sockets can be made; the kernel allows their paths 107 bytes."""
        folder = self.folder / name
        if len(bytes(folder)) <= FOLDER_BYTES:
            return private_folder(folder)
        private_folder(self.outer_folder)
        return private_folder(self.outer_folder / name)

    def empty_passing(self) -> None:
        """Remove what parts put down for a moment, and what an earlier release did; nothing may be running."""
        for folder in (self.folder / "scratch", self.short_folder("tmp")):
            for path in folder.iterdir() if folder.is_dir() else ():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()

    def secrets(self) -> dict[str, str]:
        """Return this stack's secrets, making those that are missing."""
        stored = self.read("secrets")
        missing = {name: secrets.token_urlsafe(32) for name in SECRETS if name not in stored}
        if missing:
            stored |= missing
            self.remember("secrets", stored)
        return stored

    @property
    def destruction_file(self) -> Path:
        """Where the key of the store lies that destroys; only the process that runs are forked from is told of it."""
        return self.folder / DESTRUCTION

    @property
    def keys_file(self) -> Path:
        """Where the keys lie, each for one purpose; whoever uses it sees at once that it has changed."""
        return self.folder / "keys.json"

    def keep_keys(self, first: str | None = None) -> None:
        """Make the keys that are missing: from the one key of before, where there was one.

        Keys for a purpose that is newer than the file are added to it.

        Args:
            first: that key, where the environment gives it.
        """
        first = first or self.read("secrets").get("secret_key")
        if not self.keys_file.exists():
            write_private(self.keys_file, (read_ring("", first) if first else fresh_ring()).to_text())
            return
        kept = read_ring(self.keys_file.read_text(), where=str(self.keys_file))
        # A newer version may have a purpose that the file does not know.
        if missing := [purpose for purpose in Purpose if not kept.keys[purpose]]:
            fresh = {purpose: fresh_key() for purpose in missing}
            write_private(self.keys_file, kept.replace(missing, fresh).to_text())

    def publish(self, addresses: Mapping[str, str]) -> None:
        """Write `stack.env`, from which the settings of every other program are read."""
        lines = [f"{name}={_quoted(value)}\n" for name, value in addresses.items() if name.startswith("JTAI_")]
        write_private(self.folder / ENV_FILE, "".join(lines))

    def destroy(self) -> None:
        """Remove the folder and what was kept outside it; nothing may be running."""
        for folder in (self.system_folder, self.outer_folder, self.folder):
            # A server that has just been stopped may still be taking away a file of its own, or adding one.
            while folder.exists():
                try:
                    shutil.rmtree(folder)
                except OSError as fault:
                    if fault.errno not in {errno.ENOENT, errno.ENOTEMPTY}:
                        raise


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
