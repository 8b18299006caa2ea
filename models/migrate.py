"""Brings a database to the newest schema with Alembic; safe to call at every start."""

from pathlib import Path

from alembic import command
from alembic.config import Config

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
