"""`python -m models.migrate`: brings a database to the newest schema with Alembic; safe to call at every start."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from models.rights import give_rights
from models.settings import MissingSettingError, settings

_FOLDER = Path(__file__).parent / "migrations"
_DONE = "The ledger's tables are those of this release."
_ONE_ROLE = (
    "The application owns them, so that whoever has its password can rewrite the audit. "
    "Give the owner's address in JTAI_DATABASE_OWNER_URL: docs/distribution.md says how."
)


def config_for(database_url: str) -> Config:
    """Return Alembic's configuration for our migrations and this database."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, owner_url: str | None = None) -> None:
    """Apply every migration that the database does not have yet; two callers at once wait for each other.

    Args:
        database_url: by which the application reaches the ledger.
        owner_url: by which the owner of the tables does, who migrates and gives the application its rights. Without
            it the application owns its tables, and nothing but a trigger keeps it from rewriting the audit.
    """
    command.upgrade(config_for(owner_url or database_url), "head")
    if owner_url is None:
        return
    # No pool that keeps the owner's connection, and no error that quotes the values of a statement.
    engine = create_engine(owner_url, poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        give_rights(connection, str(make_url(database_url).username))


def main() -> int:
    """Run the command; returns its exit code."""
    options = settings()
    owner = options.database_owner_url
    try:
        upgrade(options.required("database_url"), owner.get_secret_value() if owner else None)
    except MissingSettingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    sys.stdout.write(f"{_DONE}\n" if owner else f"{_DONE} {_ONE_ROLE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
