"""Runs the migrations under an advisory lock, so that two starting stacks never migrate at once."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from models.tables import Base

_LOCK = 74_84_65_73

engine = create_engine(context.config.attributes["database_url"], poolclass=pool.NullPool, hide_parameters=True)
with engine.connect() as connection:
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
    connection.commit()
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
    connection.commit()
