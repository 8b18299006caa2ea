"""Where wrapped keys and tombstones lie, outside database and evidence store: a folder, or a bucket of their own."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, unquote

from models.refusals import OperatorError
from models.settings import MissingSettingError, Settings, once_for_settings

_SUFFIX = ".json"


class NotRemovedError(OperatorError):
    """This program's key of the store may not remove keys from the vault."""

    brief = "a key was not removed from the vault"

    def __init__(self) -> None:
        super().__init__(
            "The key is destroyed for everybody, and its wrapped form is still in the vault's bucket: this program may "
            "not remove it. Run it with the credentials of retention, which may."
        )


class TextPlace(Protocol):
    """Holds small texts by name; a name that is taken stays as it is."""

    @property
    def where(self) -> str:
        """Where it is, as `place_at` takes it."""

    def add(self, name: str, text: bytes) -> bool:
        """Store a text durably if there is none of that name; return whether it was stored."""

    def replace(self, name: str, text: bytes) -> None:
        """Store a text in the place of another, in one step."""

    def read(self, name: str) -> bytes | None:
        """Return a text, or None."""

    def remove(self, name: str) -> None:
        """Remove a text; there may be none."""

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin with a prefix, sorted."""


@dataclass(frozen=True)
class Folder:
    """A folder that only its owner can enter."""

    path: Path

    @property
    def where(self) -> str:
        """Where it is."""
        return str(self.path)

    def _at(self, name: str) -> Path:
        # Each part is spelled so that none can climb out of the folder.
        parts = [quote(part, safe="").replace(".", "%2E") for part in name.split("/")]
        return self.path.joinpath(*parts[:-1], f"{parts[-1]}{_SUFFIX}")

    def _fresh(self, name: str, text: bytes) -> tuple[Path, Path]:
        """Write a text durably beside its place; return where it is and where it belongs."""
        path = self._at(name)
        for folder in reversed([path.parent, *(up for up in path.parent.parents if up.is_relative_to(self.path))]):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".")
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return Path(fresh), path

    def add(self, name: str, text: bytes) -> bool:
        """Store a text if there is none of that name."""
        fresh, path = self._fresh(name, text)
        try:
            # Unlike a rename, a link never takes the place of what is there.
            path.hardlink_to(fresh)
        except FileExistsError:
            return False
        finally:
            fresh.unlink()
        keep_names(path.parent, self.path)
        return True

    def replace(self, name: str, text: bytes) -> None:
        """Store a text in the place of another."""
        fresh, path = self._fresh(name, text)
        fresh.replace(path)
        keep_names(path.parent, self.path)

    def read(self, name: str) -> bytes | None:
        """Return a text, or None."""
        try:
            return self._at(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def remove(self, name: str) -> None:
        """Overwrite a text and remove it; what the disk itself keeps of it is still wrapped."""
        path = self._at(name)
        with contextlib.suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(os.urandom(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            keep_names(path.parent, path.parent)

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin with a prefix."""
        return sorted(name for name in self._all() if name.startswith(prefix))

    def _all(self) -> Iterator[str]:
        for path in self.path.rglob(f"*{_SUFFIX}"):
            if not path.name.startswith("."):
                yield unquote(path.relative_to(self.path).as_posix().removesuffix(_SUFFIX))


def keep_names(folder: Path, top: Path) -> None:
    """Make what folders list durable, from one up to the topmost."""
    for each in (folder, *folder.parents):
        handle = os.open(each, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if each == top:
            return


@dataclass(frozen=True)
class Bucket:
    """A bucket apart from the evidence, without versions: what is removed there is gone."""

    bucket: str
    prefix: str

    @property
    def where(self) -> str:
        """Where it is."""
        return f"s3://{self.bucket}/{self.prefix}"

    @property
    def _prefix(self) -> str:
        return f"{self.prefix}/" if self.prefix else ""

    def add(self, name: str, text: bytes) -> bool:
        """Store a text if there is none of that name."""
        from botocore.exceptions import ClientError

        from tasks.ground.s3 import TAKEN, client, code_of

        key = self._prefix + name
        try:
            client().put_object(Bucket=self.bucket, Key=key, Body=text, IfNoneMatch="*")
        except ClientError as error:
            if code_of(error) not in TAKEN:
                raise
            return False
        return True

    def replace(self, name: str, text: bytes) -> None:
        """Store a text in the place of another."""
        from tasks.ground.s3 import client

        client().put_object(Bucket=self.bucket, Key=self._prefix + name, Body=text)

    def read(self, name: str) -> bytes | None:
        """Return a text, or None."""
        from botocore.exceptions import ClientError

        from tasks.ground.s3 import ABSENT, client, code_of

        try:
            return client().get_object(Bucket=self.bucket, Key=self._prefix + name)["Body"].read()
        except ClientError as error:
            if code_of(error) not in ABSENT:
                raise
            return None

    def remove(self, name: str) -> None:
        """Remove a text.

        Raises:
            NotRemovedError: our key of the store may not.
        """
        from botocore.exceptions import ClientError

        from tasks.ground.s3 import client, code_of

        try:
            client().delete_object(Bucket=self.bucket, Key=self._prefix + name)
        except ClientError as error:
            if code_of(error) != "AccessDenied":
                raise
            raise NotRemovedError from None

    def names(self, prefix: str) -> list[str]:
        """Return the names that begin with a prefix."""
        from tasks.ground.s3 import client

        pages = client().get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self._prefix + prefix)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return sorted(key.removeprefix(self._prefix) for key in keys)


@once_for_settings
def place(options: Settings) -> TextPlace:
    """Return where the wrapped keys lie.

    Raises:
        MissingSettingError: nobody said where, and the state folder is no stack's own: it may not outlive the program.
    """
    if options.vault is None and not (options.state / "secrets.json").exists():
        raise MissingSettingError("vault")
    return place_at(options.vault or str(options.state / "vault"))


def place_at(where: str) -> TextPlace:
    """Return the place that a setting names: `s3://BUCKET/PREFIX`, or a folder."""
    if where.startswith("s3://"):
        bucket, _, prefix = where.removeprefix("s3://").partition("/")
        return Bucket(bucket, prefix.rstrip("/"))
    return Folder(Path(where))
