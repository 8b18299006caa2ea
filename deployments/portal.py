"""The portal as a part of the stack."""

import importlib.util
import sys
from pathlib import Path

import httpx

from deployments.part import Part, full_environment, status_of
from models.settings import CHECKOUT


def exists() -> bool:
    """Return whether this installation has a portal."""
    return importlib.util.find_spec("portal.app") is not None


def part(addresses: dict[str, str], port: int, temporary: Path) -> Part:
    """Describe the portal to the supervisor."""
    return Part(
        name="portal",
        command=[
            *(sys.executable, "-m", "portal.serve", "--host", "127.0.0.1", "--port", str(port)),
        ],
        environment=full_environment(addresses | {"DO_NOT_TRACK": "1", "TMPDIR": str(temporary)}),
        ready=lambda: 0 < status_of(f"http://127.0.0.1:{port}/") < httpx.codes.INTERNAL_SERVER_ERROR,
        folder=CHECKOUT,
    )
