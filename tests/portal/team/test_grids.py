"""The process that opens workbooks of findings: a hostile one that has taken it over finds and reaches nothing."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from models.holidays import SETTING
from models.settings import settings
from portal.team import grids
from portal.team.finding_rows import COLUMNS
from portal.team.grids import UnreadableWorkbookError, rows_of
from tests.portal.pages.made_up import set_to
from validation.engine import isolation
from validation.telling.pages import Page, write_pages

pytestmark = pytest.mark.parts
_SECRETS = {
    "JTAI_SECRET_KEY": "quackenbush-secret-key-quackenbush-secret-key",
    "JTAI_S3_SECRET_KEY": "quackenbush-store",
    "JTAI_DATABASE_URL": "postgresql+psycopg://quackenbush@127.0.0.1:1/none",
    "JTAI_PREFECT_AUTH": "jtai:quackenbush-prefect",
}
_WORKBOOK = write_pages([Page("Findings", [list(COLUMNS)], header=True)], "xlsx")


class Watched(subprocess.Popen[bytes]):
    """A child of which is looked at, from outside, while it waits for the rest of its input with its limits set."""

    seen: dict[str, Any] = {}

    def __init__(self, command: list[str], *, stdin: int, **options: Any) -> None:
        # What it is given lies in memory, ready to be read at once; a pipe lets us hold the rest back.
        self._given = os.pread(stdin, os.fstat(stdin).st_size, 0)
        super().__init__(command, stdin=subprocess.PIPE, **options)

    def wait(self, timeout: float | None = None) -> int:
        """Send the first line, look once the limits stand, and go on."""
        if self.stdin is not None and not self.stdin.closed:
            first, _, rest = self._given.partition(b"\n")
            self.stdin.write(first + b"\n")
            self.stdin.flush()
            self._look()
            self.stdin.write(rest)
            self.stdin.close()
        return super().wait(timeout)

    def _look(self) -> None:
        until = time.monotonic() + 20
        folder = Path(f"/proc/{self.pid}")
        while "Max cpu time              60" not in (folder / "limits").read_text() and time.monotonic() < until:
            time.sleep(0.02)
        try:
            # Where we are root we can look; elsewhere the kernel shows its environment to nobody.
            environment = (folder / "environ").read_bytes().split(b"\0")
        except PermissionError:
            environment = []
        status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        Watched.seen = {
            "environment": environment,
            "status": {name: value.split() for name, value in status.items()},
            "limits": (folder / "limits").read_text(),
            "network": _network(folder),
            "ours": _network(Path("/proc/self")),
        }


def _network(folder: Path) -> str:
    try:
        return str((folder / "ns" / "net").readlink())
    except PermissionError:
        return "hidden"


def _limit(name: str) -> list[str]:
    limits = str(Watched.seen["limits"])
    line = next(line for line in limits.splitlines() if line.startswith(name))
    return line.removeprefix(name).split()[:2]


@pytest.mark.skipif(bool(isolation.missing()), reason="this kernel does not allow all of it")
def test_the_process_that_opens_findings_workbooks_has_nothing_to_give_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", Watched)
    Watched.seen = {}
    # Settings that are read meanwhile go with the secrets.
    with set_to(**{name.removeprefix("JTAI_").lower(): secret for name, secret in _SECRETS.items()}):
        assert rows_of(_WORKBOOK) == [(1, list(COLUMNS))]
    seen = Watched.seen
    assert seen, "the workbook was opened in another way"
    names = {pair.partition(b"=")[0].decode() for pair in seen["environment"] if pair}
    assert not [pair for pair in seen["environment"] if b"quackenbush" in pair]
    allowed = {"JTAI_CHILD_TIES", "JTAI_CHECK_FRAMES", "JTAI_COVERAGE", SETTING}
    assert {name for name in names if name.startswith("JTAI_")} <= allowed
    assert "0" not in seen["status"]["Uid"] + seen["status"]["Gid"] + seen["status"]["Groups"]
    assert (seen["status"]["NoNewPrivs"], seen["status"]["Seccomp"]) == (["1"], ["2"])
    if os.geteuid() == 0:
        assert seen["network"] != seen["ours"]
    assert _limit("Max cpu time") == ["60", "60"]
    assert _limit("Max address space") == [str(settings().validation_memory_bytes)] * 2
    assert _limit("Max core file size") == ["0", "0"]


def test_only_so_many_workbooks_are_opened_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "_SECONDS", 0.05)
    for _ in range(isolation.AT_ONCE):
        assert isolation._places.acquire(timeout=60)
    try:
        with pytest.raises(UnreadableWorkbookError, match="We are reading other workbooks"):
            rows_of(_WORKBOOK)
    finally:
        for _ in range(isolation.AT_ONCE):
            isolation._places.release()


def test_what_is_no_workbook_ends_its_reader_and_not_the_portal() -> None:
    for data in (b"", b"PK\x03\x04", os.urandom(2000)):
        with pytest.raises(UnreadableWorkbookError):
            rows_of(data)
