"""Private folders for a file while it is checked; what a killed process left behind is removed by the next sweep."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from models.settings import settings

_OWNED = "check-{numbers}-{process}-{started}-"


def _home() -> Path:
    home = settings().state / "scratch"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A folder that was there before, or a umask, may have made it wider.
    home.chmod(0o700)
    return home


def _numbers() -> int:
    """Return which numbering of processes we live in: in another container the same number is somebody else."""
    return Path("/proc/self/ns/pid").stat().st_ino if Path("/proc/self/ns/pid").exists() else 0


def _started(process: int) -> int:
    """Return when a process was started, in hundredths of a second."""
    return round(psutil.Process(process).create_time() * 100)


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that only we can read and that is gone afterwards (L5)."""
    process = os.getpid()
    prefix = _OWNED.format(numbers=_numbers(), process=process, started=_started(process))
    with tempfile.TemporaryDirectory(prefix=prefix, dir=_home()) as folder:
        yield Path(folder)


def clear_stale() -> int:
    """Remove the folders of processes that are dead, or that have outlived any check; return how many."""
    stale = [folder for folder in _home().iterdir() if _is_over(folder)]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)


def _is_over(folder: Path) -> bool:
    if _is_of_the_dead(folder.name):
        return True
    try:
        changed = folder.stat().st_mtime
    except FileNotFoundError:
        # Its owner has removed it meanwhile.
        return False
    return changed < time.time() - settings().validation_seconds - settings().lease_seconds


def _is_of_the_dead(name: str) -> bool:
    """Return whether a folder's name is that of a process here which runs no more; one of elsewhere is not judged."""
    try:
        numbers, process, started = (int(part) for part in name.split("-")[1:4])
    except ValueError:
        return False
    if numbers != _numbers():
        return False
    try:
        return abs(_started(process) - started) > 1
    except psutil.NoSuchProcess:
        return True
