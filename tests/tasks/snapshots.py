"""Keeps what the ledger holds, and puts it back, so that an inspection is taken far once and not for every test."""

from collections.abc import Callable

from sqlalchemy import text
from sqlmodel import Session

from models.tables import Base
from tests.tasks.owning import unguarded

_TABLES = [table.name for table in Base.metadata.sorted_tables]
_FILLED: dict[str, list[str]] = {}
_MADE: dict[str, str] = {}


def empty() -> None:
    """Empty the ledger."""
    with unguarded() as session:
        _empty(session)


def keep(name: str) -> None:
    """Keep what the ledger holds under a name."""
    with unguarded() as session:
        tables = _FILLED[name] = _filled(session)
        session.execute(text(f"CREATE SCHEMA {name}"))
        for table in tables:
            session.execute(text(f"CREATE TABLE {name}.{table} AS TABLE public.{table}"))


def put_back(name: str) -> None:
    """Make the ledger what it was when it was kept."""
    with unguarded() as session:
        _empty(session)
        fill = (f"INSERT INTO public.{table} SELECT * FROM {name}.{table}" for table in _FILLED[name])  # noqa: S608
        session.execute(text("; ".join(fill)))


def once(name: str, make: Callable[[], str]) -> str:
    """Take an inspection somewhere the first time, and put back what the ledger held there each further time.

    Args:
        name: of the place; of each worker there is one.
        make: takes the inspection there, and returns its reference.
    """
    if name in _MADE:
        put_back(name)
    else:
        _MADE[name] = make()
        keep(name)
    return _MADE[name]


def _empty(session: Session) -> None:
    """Empty the tables that hold rows; what is put back lies in the order in which it was kept, as tests read it."""
    if tables := _filled(session):
        session.execute(text(f"TRUNCATE {', '.join(tables)} CASCADE"))


def _filled(session: Session) -> list[str]:
    """Return the tables that hold rows, those that others refer to first."""
    holds = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in _TABLES)  # noqa: S608
    filled = set(session.execute(text(" UNION ALL ".join(holds))).scalars())
    return [table for table in _TABLES if table in filled]
