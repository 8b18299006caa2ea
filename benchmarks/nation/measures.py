"""What the year costs: processor seconds of every part, queries, and how much tables, store and audit grow."""

import resource
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine

from models.settings import settings
from models.tables import Base
from tasks.ground.database import transaction
from tasks.ground.s3 import client


@dataclass(frozen=True, slots=True)
class Spent:
    """What something cost.

    Attributes:
        own: processor seconds of this process: flows, portal, people and the benchmark itself.
        children: of the children in which files are opened.
        postgres: of the database.
        store: of the object store.
        queries: that were sent to the ledger.
        wall: seconds that passed.
    """

    own: float = 0.0
    children: float = 0.0
    postgres: float = 0.0
    store: float = 0.0
    queries: int = 0
    wall: float = 0.0

    @property
    def cpu(self) -> float:
        """Return processor seconds in all."""
        return self.own + self.children + self.postgres + self.store

    def __add__(self, other: "Spent") -> "Spent":
        """Return both together."""
        return Spent(**{name: value + getattr(other, name) for name, value in asdict(self).items()})

    def __sub__(self, other: "Spent") -> "Spent":
        """Return what was spent since the other."""
        return Spent(**{name: value - getattr(other, name) for name, value in asdict(self).items()})

    def to_dict(self) -> dict[str, float]:
        """Return it as JSON values."""
        return {name: round(value, 3) for name, value in asdict(self).items()}


class Meter:
    """Reads what has been spent so far.

    Args:
        parts: process ids of the parts that are not this process: `postgres` and `store`.
    """

    def __init__(self, parts: dict[str, int]) -> None:
        self._parts = {name: psutil.Process(pid) for name, pid in parts.items()}
        self._queries = 0
        event.listen(Engine, "before_cursor_execute", self._count)

    def _count(self, *_: Any) -> None:
        self._queries += 1

    def now(self) -> Spent:
        """Return what has been spent since the beginning."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        parts = {name: _cpu(process) for name, process in self._parts.items()}
        return Spent(
            own=time.process_time(),
            children=ended.ru_utime + ended.ru_stime,
            queries=self._queries,
            wall=time.monotonic(),
            **parts,
        )


def _cpu(process: psutil.Process) -> float:
    """Return the processor time of a part: its own, of what it has waited for, and of what it has running."""
    mine = process.cpu_times()
    total = mine.user + mine.system + mine.children_user + mine.children_system
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return float(total)


_SIZES = text(
    """
    SELECT relname AS name, pg_total_relation_size(c.oid) AS bytes
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' ORDER BY relname
    """
)


def tables() -> dict[str, dict[str, int]]:
    """Return rows and bytes, indexes included, of every table of the ledger."""
    with transaction() as session:
        sizes = {row.name: row.bytes for row in session.execute(_SIZES)}
        known = {name: table for name, table in Base.metadata.tables.items() if name in sizes}
        rows = {name: session.execute(select(func.count()).select_from(known[name])).scalar_one() for name in known}
    return {name: {"rows": rows[name], "bytes": sizes[name]} for name in known}


def database_bytes() -> int:
    """Return what the ledger's database takes on the disk, without the log of its writes."""
    with transaction() as session:
        return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())


def stored() -> dict[str, dict[str, int]]:
    """Return number and bytes of the versions in the store, by the first part of their keys' kind."""
    found: dict[str, dict[str, int]] = {}
    for key, size in _versions():
        kind = found.setdefault(_kind(key), {"objects": 0, "bytes": 0})
        kind["objects"] += 1
        kind["bytes"] += size
    return dict(sorted(found.items()))


def _kind(key: str) -> str:
    return key.split("/", 1)[0]


def _versions() -> Iterator[tuple[str, int]]:
    pages = client().get_paginator("list_object_versions").paginate(Bucket=settings().s3_bucket)
    for page in pages:
        for version in page.get("Versions", []):
            yield str(version["Key"]), int(version["Size"])


def on_disk(folder: Path) -> int:
    """Return the bytes that a part's folder takes on the disk."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_blocks * 512
    return total
