"""Two releases on one ledger: a migration takes nothing away from the one before, nor does it lose what that writes."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

from models.migrate import config_for

pytestmark = pytest.mark.parts

Columns = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture
def empty(storage: dict[str, str]) -> Iterator[str]:
    """Make a schema without tables and return a URL that leads there."""
    url, name = make_url(storage["JTAI_DATABASE_URL"]), f"release_{uuid4().hex[:8]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield url.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


def releases(url: str) -> list[str]:
    """Return every revision, the first one first."""
    found = ScriptDirectory.from_config(config_for(url)).walk_revisions()
    return [one.revision for one in reversed(list(found))]


def columns(engine: Engine) -> Columns:
    found = inspect(engine)
    return {table: {one["name"]: dict(one) for one in found.get_columns(table)} for table in found.get_table_names()}


def test_what_the_release_before_reads_and_writes_is_still_there_after_each_migration(empty: str) -> None:
    first, *later = releases(empty)
    engine = create_engine(empty)
    command.upgrade(config_for(empty), first)
    for revision in later:
        before = columns(engine)
        command.upgrade(config_for(empty), revision)
        after = columns(engine)
        for table, known in before.items():
            kept = {name: (str(one["type"]), one["nullable"]) for name, one in known.items()}
            assert {name: (str(after[table][name]["type"]), after[table][name]["nullable"]) for name in kept} == kept
            new = [one for name, one in after[table].items() if name not in known]
            assert [one["name"] for one in new if not one["nullable"] and one["default"] is None] == [], revision
    assert len(later) >= 4


def test_l3_work_that_the_release_before_records_amid_a_migration_is_not_lost(empty: str) -> None:
    first, *_ = releases(empty)
    engine = create_engine(empty)
    command.upgrade(config_for(empty), first)
    told: list[str] = []
    over = threading.Event()
    insert = text("INSERT INTO audithead (inspection, number, hash) VALUES (:ref, 0, '')")

    def go_on() -> None:
        while not over.is_set():
            ref = f"area-{len(told)}"
            with engine.begin() as connection:
                connection.execute(insert, {"ref": ref})
            told.append(ref)

    old = threading.Thread(target=go_on)
    old.start()
    try:
        command.upgrade(config_for(empty), "head")
    finally:
        over.set()
        old.join()
    with engine.connect() as connection:
        held = set(connection.execute(text("SELECT inspection FROM audithead")).scalars())
    engine.dispose()
    assert held == set(told)
    assert told
