"""The files that a run reads: a change of any of them means other deployments, and a fresh process to fork from."""

from collections.abc import Iterator
from pathlib import Path

ROOMS = ("models", "validation", "tasks", "flows", "deployments")
FILES = ("prefect.yaml", "requirements.txt")


def sources(root: Path) -> Iterator[Path]:
    """Yield code and data of every room that a run imports, what is deployed, and the locked libraries."""
    for room in ROOMS:
        yield from (path for path in (root / room).rglob("*") if path.is_file() and not _passing(path))
    yield from (root / name for name in FILES if (root / name).exists())


def _passing(path: Path) -> bool:
    """Return whether a path is no source, but something that an interpreter or editor leaves beside them."""
    return path.parent.name == "__pycache__" or path.name.startswith(".") or path.name.endswith("~")
