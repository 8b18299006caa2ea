"""Takes each guard away in a copy of the checkout, and tells whether the test of its attack notices.

python -m tests.guards [PART OF A NAME, FILE OR TEST ...]
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from models.settings import CHECKOUT
from tests.guards import Guard
from tests.guards.doors import DOORS
from tests.guards.gate import GATE
from tests.guards.inside import INSIDE
from tests.guards.people import PEOPLE

_AT_ONCE = 2
_SECONDS = 600
_LINKED = (".venv", "portal/node_modules")
_COUNTS = re.compile(r"\b(\d+) (failed|passed|errors?)\b")


def copy_to(folder: Path) -> None:
    """Copy the checkout as it stands, and leave in it what is installed: nothing is taken away in place."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / name, folder / name)
    for name in _LINKED:
        (folder / name).symlink_to(CHECKOUT / name)


def outcome(folder: Path, test: str) -> str:
    """Return what a test says in a copy: `passed`, `failed`, or `error` where it could not be run to its end."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("JTAI_", "PREFECT_"))}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "-p", "no:cacheprovider", test],
            cwd=folder,
            env=environment | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "error"
    counts = {what: int(number) for number, what in _COUNTS.findall(done.stdout.rsplit("\n", 2)[-2])}
    if counts.get("failed"):
        return "failed"
    return "passed" if done.returncode == 0 and counts.get("passed") else "error"


def verdict(folder: Path, guard: Guard, whole: str) -> str:
    """Return in words whether the test of a guard notices that it is gone.

    Args:
        folder: a copy of the checkout, which is put back.
        guard: what is taken away.
        whole: what the test says while nothing is taken away.
    """
    if whole != "passed":
        return f"the test does not pass with all guards in place ({whole})"
    file = folder / guard.file
    source = file.read_text("utf-8")
    try:
        file.write_text(guard.take_away(source), "utf-8")
        without = outcome(folder, guard.test)
    finally:
        file.write_text(source, "utf-8")
    if without == "failed":
        return "the attack succeeds without it"
    return "the test does not notice" if without == "passed" else "the test breaks without it, and shows nothing"


class _Copies:
    """Copies of the checkout, one for each guard that is tried at the same time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = threading.local()
        self._whole: dict[str, str] = {}

    def tried(self, guard: Guard) -> tuple[Guard, str]:
        if not hasattr(self._own, "folder"):
            self._own.folder = Path(tempfile.mkdtemp(dir=self._folder))
            copy_to(self._own.folder)
        if guard.test not in self._whole:
            self._whole[guard.test] = outcome(self._own.folder, guard.test)
        return guard, verdict(self._own.folder, guard, self._whole[guard.test])


def chosen(parts: Iterable[str]) -> list[Guard]:
    """Return the guards of which a name, file or test holds one of some parts; all where none is given."""
    wanted = list(parts)
    texts = {guard: f"{guard.name} {guard.file} {guard.test}" for guard in (*PEOPLE, *DOORS, *GATE, *INSIDE)}
    return [guard for guard, text in texts.items() if not wanted or any(part in text for part in wanted)]


def main(parts: Iterable[str]) -> int:
    """Try each guard and print what became of it; return 1 where a test shows nothing."""
    shown = noticed = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(_AT_ONCE) as threads:
        copies = _Copies(Path(folder))
        for guard, words in threads.map(copies.tried, chosen(parts)):
            shown += 1
            noticed += words == "the attack succeeds without it"
            sys.stdout.write(f"{words}: {guard.name} ({guard.file}; {guard.test})\n")
            sys.stdout.flush()
    sys.stdout.write(f"{noticed} of {shown} guards are shown to matter.\n")
    return int(noticed < shown)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
