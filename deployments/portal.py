"""The portal as a part of the stack."""

import importlib.util
import sys
from pathlib import Path

import httpx

from deployments.part import Part, full_environment
from models.settings import CHECKOUT


def exists() -> bool:
    """Return whether this installation has a portal."""
    return importlib.util.find_spec("portal.app") is not None


def part(addresses: dict[str, str], port: int, temporary: Path) -> Part:
    """Describe the portal to the supervisor."""

    def ready() -> bool:
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/", trust_env=False, timeout=5)
        except httpx.HTTPError:
            return False
        return not answer.is_server_error

    return Part(
        name="portal",
        command=[
            *(sys.executable, "-m", "portal.serve", "--host", "127.0.0.1", "--port", str(port)),
        ],
        environment=full_environment(addresses | {"DO_NOT_TRACK": "1", "TMPDIR": str(temporary)}),
        ready=ready,
        folder=CHECKOUT,
    )
