"""Keeps what the ledger holds, and puts it back, so that an inspection is taken far once and not for every test."""

from sqlalchemy import text

from models.tables import Base
from tasks.ground.database import transaction

_TABLES = [table.name for table in Base.metadata.sorted_tables]


def empty() -> None:
    """Empty the ledger."""
    with transaction() as session:
        session.execute(text(f"TRUNCATE {', '.join(_TABLES)} CASCADE"))


def keep(name: str) -> None:
    """Keep what the ledger holds under a name."""
    with transaction() as session:
        session.execute(text(f"CREATE SCHEMA {name}"))
        for table in _TABLES:
            session.execute(text(f"CREATE TABLE {name}.{table} AS TABLE public.{table}"))


def put_back(name: str) -> None:
    """Make the ledger what it was when it was kept."""
    empty()
    with transaction() as session:
        for table in _TABLES:
            session.execute(text(f"INSERT INTO public.{table} SELECT * FROM {name}.{table}"))  # noqa: S608
