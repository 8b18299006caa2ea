"""`python -m models.migrate`: brings a database to the newest schema with Alembic; safe to call at every start."""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config

from models.settings import MissingSettingError, settings

_FOLDER = Path(__file__).parent / "migrations"


def config_for(database_url: str) -> Config:
    """Return Alembic's configuration for our migrations and this database."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str) -> None:
    """Apply every migration that the database does not have yet; two callers at once wait for each other."""
    command.upgrade(config_for(database_url), "head")


def main() -> int:
    """Run the command; returns its exit code."""
    try:
        upgrade(settings().required("database_url"))
    except MissingSettingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    sys.stdout.write("The ledger's tables are those of this release.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
