"""Folders for files that are checked: private, gone afterwards, and gone too where their process was killed."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.settings import CHECKOUT, reread, settings
from tasks.ground.scratch import clear_stale, scratch

pytestmark = pytest.mark.parts


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("JTAI_STATE", str(tmp_path))
    reread()
    yield tmp_path / "scratch"
    monkeypatch.undo()
    reread()


def test_l5_a_folder_is_private_and_gone_afterwards(home: Path) -> None:
    with scratch() as folder:
        (folder / "return.csv").write_text("rows")
        assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE(home.stat().st_mode) == 0o700
    assert not list(home.iterdir())


def test_l5_the_folder_of_a_killed_process_is_gone_with_the_next_sweep(home: Path) -> None:
    code = (
        "import sys; from tasks.ground.scratch import scratch\n"
        "with scratch() as folder:\n"
        "    (folder / 'return.csv').write_text('quackenbush'); print(folder, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        left = Path(holder.stdout.readline().decode().strip())
        # While it runs it is nobody else's to remove.
        assert clear_stale() == 0
        assert (left / "return.csv").exists()
        holder.kill()
    assert clear_stale() == 1
    assert not left.exists()
    assert not list(home.iterdir())


def test_what_is_used_now_or_elsewhere_stays_until_it_has_outlived_any_check(home: Path) -> None:
    with scratch() as mine:
        elsewhere = home / f"check-1-{2**22 - 1}-1-other"
        nameless = home / "check-of-an-earlier-release"
        for folder in (elsewhere, nameless):
            folder.mkdir()
        assert clear_stale() == 0
        old = time.time() - settings().validation_seconds - settings().lease_seconds - 1
        for folder in (elsewhere, nameless):
            os.utime(folder, (old, old))
        assert clear_stale() == 2
        assert list(home.iterdir()) == [mine]
