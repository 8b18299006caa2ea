"""What the supervisor must know of a part in order to start, watch and stop it."""

import os
import signal
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import httpx

LOOPBACK = "127.0.0.1,localhost"
OWNER_URL = "JTAI_DATABASE_OWNER_URL"


@dataclass(frozen=True)
class Part:
    """One program of the stack. Secrets go in `environment`, never in `command`, which every user can read."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool]
    folder: Path
    user: str = ""
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 4.0
    start_seconds: float = 60.0


def program(name: str) -> str:
    """Return the path of a program that was installed beside this interpreter."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def status_of(address: str, auth: httpx.Auth | None = None) -> int:
    """Return the status with which a part on this machine answers, or 0 where it does not."""
    try:
        return _browser().get(address, auth=auth).status_code
    except httpx.HTTPError:
        return 0


@lru_cache(1)
def _browser() -> httpx.Client:
    # One for all questions: each new one would read the certificates of the world first, which takes a core from the
    # part that is starting for longer than its answer does.
    return httpx.Client(trust_env=False, timeout=5)


def bare_environment() -> dict[str, str]:
    """Return what a foreign program needs of ours: nothing of the caller's secrets and settings."""
    kept = ("PATH", "HOME", "TMPDIR", "TZ")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LANG": "C.UTF-8"}


def full_environment(addresses: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's environment with the stack's addresses, which no proxy may stand before.

    The owner's address of the database is left out: no program that takes anything from outside gets it.
    """
    past = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    direct = f"{past},{LOOPBACK}" if past else LOOPBACK
    callers = {name: value for name, value in os.environ.items() if name != OWNER_URL}
    return {**callers, "NO_PROXY": direct, "no_proxy": direct, **addresses}
