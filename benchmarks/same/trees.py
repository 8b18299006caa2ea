"""The two trees: a commit, unpacked and set up by its own `make setup`, or a folder as it stands."""

import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from models.settings import CHECKOUT


@dataclass(frozen=True)
class Tree:
    """One tree that can be run: what it is called, and where it lies with an environment of its own."""

    name: str
    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / ".venv/bin/python")


def tree(wanted: str, scratch: Path) -> Tree:
    """Return the tree of a commit, or of a folder that holds a checkout; what is missing of it is set up.

    A commit is unpacked once, and found again by its hash in later runs. Without anything wanted it is this checkout,
    with whatever is not committed.
    """
    if not wanted or Path(wanted).is_dir():
        folder = Path(wanted or CHECKOUT).resolve()
        name = f"{folder.name}, as it stands"
    else:
        commit = _git("rev-parse", "--short=12", f"{wanted}^{{commit}}").decode().strip()
        folder, name = scratch / "trees" / commit, commit
        if not folder.exists():
            unpack = scratch / "trees" / f"{commit}.part"
            with tarfile.open(fileobj=io.BytesIO(_git("archive", commit))) as archive:
                archive.extractall(unpack, filter="data")
            unpack.rename(folder)
    if not (folder / ".venv/.project").exists():
        subprocess.run(["make", "setup"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return Tree(name, folder)


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=CHECKOUT, check=True, capture_output=True).stdout
