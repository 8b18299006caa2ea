"""Migrations stand in one line: two that come from one place would each be the newest, and none could be run."""

from alembic.script import ScriptDirectory

from models.migrate import config_for


def test_each_migration_follows_the_one_before_by_number() -> None:
    # No address is asked: the files alone are read.
    found = list(ScriptDirectory.from_config(config_for("postgresql+psycopg://")).walk_revisions())
    numbers = [revision.revision for revision in found]
    assert numbers == sorted(numbers, reverse=True)
    assert [revision.down_revision for revision in found] == [*numbers[1:], None]
