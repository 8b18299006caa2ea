"""The ledger's database: one engine for a URL, and transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Engine, func, select
from sqlmodel import Session, create_engine

from models.settings import settings

_TOGETHER: ContextVar[Session | None] = ContextVar("together", default=None)


@lru_cache
def engine_for(url: str) -> Engine:
    """Return the engine for `url`; a connection that died while idle is replaced before use."""
    # Statements in exceptions come without their parameters, which may be what a person typed (L5).
    return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10, hide_parameters=True)


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one transaction on the ledger: committed at the end of the block, rolled back when it raises.

    Within `together` it is that block's transaction, which alone commits.
    """
    outer = _TOGETHER.get()
    if outer is not None:
        yield outer
        # What follows in the same block reads what this wrote, as it would after a commit.
        outer.flush()
        return
    # Rows stay readable after the commit: callers return them, and a closed session could not read them anew.
    with Session(engine_for(settings().required("database_url")), expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def snapshot() -> Iterator[Session]:
    """Open one transaction that reads all of the ledger as it is at its first question, whatever others commit then.

    What is compared with itself, such as a chain with its head, is read in one. Within `together` it is that block's.
    """
    if _TOGETHER.get() is not None:
        with transaction() as session:
            yield session
        return
    engine = engine_for(settings().required("database_url")).execution_options(isolation_level="REPEATABLE_READ")
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def together() -> Iterator[Session]:
    """Make everything that this thread does with the ledger in the block one transaction: all of it, or nothing."""
    with transaction() as session:
        token = _TOGETHER.set(session)
        try:
            yield session
        finally:
            _TOGETHER.reset(token)


CLOCK: ColumnElement[datetime] = func.statement_timestamp()
"""The moment by the database's clock within a statement, where a question of its own would cost another round trip."""


def clock(session: Session) -> datetime:
    """Return the moment by the database's clock, which all hosts share: what one host writes another compares.

    A lease, a wake or a beat by a host's own clock would last minutes longer or be over at once where clocks differ.
    """
    moment: datetime = session.execute(select(CLOCK)).scalar_one()
    return moment


def is_together() -> bool:
    """Return whether what is written now is not committed yet, so that nobody may be told of it."""
    return _TOGETHER.get() is not None
