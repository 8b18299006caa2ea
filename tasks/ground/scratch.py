"""Private folders for a file while it is checked; what a killed worker left behind is removed by the next one."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.settings import settings


def _home() -> Path:
    home = settings().state / "scratch"
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A folder that was there before, or a umask, may have made it wider.
    home.chmod(0o700)
    return home


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder that only we can read and that is gone afterwards (L5)."""
    with tempfile.TemporaryDirectory(prefix="check-", dir=_home()) as folder:
        yield Path(folder)


def clear_stale() -> int:
    """Remove folders that have outlived any check, as a killed worker leaves them; return how many."""
    oldest = time.time() - settings().validation_seconds - settings().lease_seconds
    stale = [folder for folder in _home().iterdir() if folder.stat().st_mtime < oldest]
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    return len(stale)
