"""`make up` by a user without rights, in a checkout and with packages that are not their own."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from models.settings import CHECKOUT

_USER = "daemon"
_PYTHON = Path(sys.base_prefix)


def _closed(path: Path) -> Path | None:
    """Return the first folder on the way to a path that other users cannot enter; None where they can."""
    ways = [*reversed(path.parents), path]
    return next((way for way in ways if not way.stat().st_mode & 0o001), None)


def _can_change_users() -> bool:
    tried = subprocess.run(["unshare", "-m", "setpriv", "--reuid", _USER, "true"], capture_output=True, check=False)
    return os.geteuid() == 0 and tried.returncode == 0


pytestmark = pytest.mark.skipif(
    not _can_change_users() or _closed(CHECKOUT) is not None,
    reason="needs root, to become somebody else, and a checkout that others can read",
)


@pytest.fixture
def home() -> Iterator[Path]:
    """Return a folder of the user's own, and one in which what they may not see can be put."""
    folder = Path(tempfile.mkdtemp(prefix="jtai-other-user-"))
    folder.chmod(0o755)
    for name in ("own", "python"):
        (folder / name).mkdir()
    shutil.chown(folder / "own", _USER, _USER)
    yield folder
    shutil.rmtree(folder)


def _command(home: Path, *arguments: str) -> list[str]:
    """Return the command that runs a module as the other user, in a view of the machine in which they see Python."""
    lines = ["set -e"]
    if closed := _closed(_PYTHON):
        seen = [shlex.quote(str(path)) for path in (_PYTHON, home / "python", closed)]
        lines += [
            "mount --bind {0} {1}; mount -t tmpfs -o mode=755 tmpfs {2}; mkdir -p {0}; mount --bind {1} {0}".format(
                *seen
            )
        ]
    state = {"HOME": str(home / "own"), "JTAI_STATE": str(home / "own" / "state"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment = [f"{name}={value}" for name, value in {"PATH": "/usr/bin:/bin", **state}.items()]
    user = ["setpriv", "--reuid", _USER, "--regid", _USER, "--clear-groups"]
    lines.append("exec " + shlex.join(["env", "-i", *environment, *user, sys.executable, "-m", *arguments]))
    return ["unshare", "-m", "bash", "-c", "\n".join(lines)]


def _sockets() -> set[Path]:
    """Return where the user's store would put its sockets, whatever it is told."""
    return {path for path in Path("/tmp").glob("seaweedfs-*.sock") if path.owner() == _USER}  # noqa: S108


def _processes() -> list[psutil.Process]:
    return [each for each in psutil.process_iter(["username"]) if each.info["username"] == _USER]


def test_a_user_without_rights_brings_the_stack_up_and_leaves_nothing_behind(home: Path) -> None:
    assert _processes() == []
    before, log = _sockets(), home / "log"
    with log.open("wb") as output:
        up = subprocess.Popen(_command(home, "deployments.up"), cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 270
        while "Ctrl-C stops everything" not in log.read_text() and up.poll() is None and time.monotonic() < until:
            time.sleep(0.5)
        printed = log.read_text()
        assert "Ready." in printed, printed
        (portal,) = re.findall(r"Portal +(\S+)", printed)
        assert httpx.get(f"{portal}/sign-in", trust_env=False).status_code == 200
        assert "No file is scanned for malware" in printed
        # Children that open files are tied as fully as under root.
        assert "The kernel of this machine" not in printed
        assert {each.username() for each in psutil.Process(up.pid).children(recursive=True)} == {_USER}
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)
    assert "Stopped." in log.read_text()
    assert _processes() == []
    assert _sockets() <= before
