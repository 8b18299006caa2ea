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
_IN_FULL = 50
"""Of so many times one makes tables anew: rows that are deleted stay in their files till then."""
_NO_ROWS = "0/0"
"""The mark of a table without rows."""


def empty() -> None:
    """Empty the ledger."""
    with unguarded() as session:
        _emptied(session, {})


def keep(name: str) -> None:
    """Keep what the ledger holds under a name."""
    with unguarded() as session:
        tables = _FILLED[name] = _filled(session)
        session.execute(text(f"CREATE SCHEMA {name}"))
        for table in tables:
            session.execute(text(f"CREATE TABLE {name}.{table} AS TABLE public.{table}"))


def put_back(name: str) -> None:
    """Make the ledger what it was when it was kept, but for the order in which rows lie.

    Tables that still are what was put there last are left alone, and rows are deleted from the others: that takes a
    tenth of the time in which tables are made anew. Rows come back in the reverse of the order in which they were kept,
    so that nothing can come to depend on an order that nobody asked for.
    """
    left = _PUT.get(name, {})
    _PUT.clear()
    with unguarded() as session:
        changed = _emptied(session, left)
        put = {*changed} if left else {*_TABLES}
        filled = [table for table in _FILLED[name] if table in put]
        # The place of a row in its table is the order in which it was kept.
        backwards = (f"INSERT INTO {table} SELECT * FROM {name}.{table} ORDER BY ctid DESC" for table in filled)  # noqa: S608
        _run(session, list(backwards))
        _PUT[name] = left | dict.fromkeys(changed, _NO_ROWS) | _marks(session, filled)


def _emptied(session: Session, left: dict[str, str]) -> list[str]:
    """Empty each table whose mark is another than it was left with, and return these tables."""
    now = _marks(session, _TABLES)
    changed = [table for table in _TABLES if now[table] != left.get(table, _NO_ROWS)]
    if next(_TIMES) % _IN_FULL == 0:
        _run(session, [f"TRUNCATE {', '.join(_TABLES)}"])
        left.clear()
    else:
        # In replica's role no reference hinders it.
        _run(session, [f"DELETE FROM {table}" for table in changed])  # noqa: S608
    return changed


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


def _filled(session: Session) -> list[str]:
    """Return the tables that hold rows, those that others refer to first."""
    return [table for table, mark in _marks(session, _TABLES).items() if mark != _NO_ROWS]
