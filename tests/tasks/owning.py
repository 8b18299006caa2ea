"""The database as its administrator sees it: what the application itself may not do to the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from deployments.state import State
from models.settings import settings


@lru_cache
def _engine(url: str) -> Engine:
    return create_engine(url, pool_size=1)


def owner_url(role: str = "jtai_owner", secret: str = "database_owner") -> str:  # noqa: S107 - the name of one
    """Return the ledger's address for the owner of its tables, or another role of the embedded server."""
    password = State(settings().state).secrets()[secret]
    url = make_url(settings().required("database_url")).set(username=role, password=password)
    return url.render_as_string(hide_password=False)


def owners_engine() -> Engine:
    """Return an engine of the owner whose statements commit by themselves."""
    return create_engine(owner_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)


@contextmanager
def unguarded() -> Iterator[Session]:
    """Open a transaction in which no trigger and no right hinders: an attacker who has become the administrator."""
    with Session(_engine(owner_url("postgres", "postgres"))) as session, session.begin():
        session.execute(text("SET LOCAL session_replication_role = replica"))
        yield session
