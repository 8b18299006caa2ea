"""Keeps what the ledger holds, and puts it back, so that an inspection is taken far once and not for every test."""

from collections.abc import Callable, Sequence
from itertools import count

from sqlalchemy import text
from sqlmodel import Session

from models.tables import Base
from tests.tasks.owning import unguarded

_TABLES = [table.name for table in Base.metadata.sorted_tables]
_FILLED: dict[str, list[str]] = {}
_MADE: dict[str, str] = {}
_PUT: dict[str, dict[str, str]] = {}
"""The mark of each table when the ledger was last put back, by the name under which it was."""
_TIMES = count(1)
_IN_FULL = 25
"""Of so many times one is in full where the order is free: rows that are deleted stay in their files till then."""


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
    _PUT.clear()
    with unguarded() as session:
        _empty(session)
        _fill(session, name, _TABLES)


def put_back_in_any_order(name: str) -> None:
    """Make the ledger what it was when it was kept, where no test reads rows in the order in which they lie.

    Tables that still are what was put there last are left alone, and rows are deleted from the others: that takes a
    tenth of the time in which all tables are made anew.
    """
    left = _PUT.pop(name, None)
    if left is None or next(_TIMES) % _IN_FULL == 0:
        put_back(name)
        left, changed = {}, _TABLES
    with unguarded() as session:
        if left:
            now = _marks(session, _TABLES)
            changed = [table for table in _TABLES if now[table] != left[table]]
            # In replica's role no reference hinders it.
            _run(session, [f"DELETE FROM {table}" for table in changed])  # noqa: S608
            _fill(session, name, changed)
        marks = left | _marks(session, changed)
    _PUT.clear()
    _PUT[name] = marks


def _fill(session: Session, name: str, tables: Sequence[str]) -> None:
    filled = [table for table in _FILLED[name] if table in set(tables)]
    _run(session, [f"INSERT INTO public.{table} SELECT * FROM {name}.{table}" for table in filled])  # noqa: S608


def _run(session: Session, statements: Sequence[str]) -> None:
    if statements:
        session.execute(text("; ".join(statements)))


def _marks(session: Session, tables: Sequence[str]) -> dict[str, str]:
    """Return what tells whether a table has changed: how many rows it holds, and by which transactions."""
    what = "count(*) || '/' || coalesce(sum(xmin::text::bigint), 0)"
    marks = (f"SELECT '{table}', {what} FROM {table}" for table in tables)  # noqa: S608
    return dict(session.execute(text(" UNION ALL ".join(marks))).tuples().all()) if tables else {}


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
