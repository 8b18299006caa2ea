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
from tests.tasks.owning import owner_url

pytestmark = pytest.mark.parts

Columns = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture
def empty(storage: dict[str, str]) -> Iterator[str]:  # noqa: ARG001 - there is a database
    """Make a schema without tables and return a URL that leads there."""
    url, name = make_url(owner_url()), f"release_{uuid4().hex[:8]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield url.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))


# A person of the programme is told and let in without an inspection. The release before meets such a row on the
# operator's outbox page alone, which then answers with its page of faults until that release is gone.
WIDENED = {"0017": frozenset({("link", "inspection"), ("notice", "inspection")})}


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
            widened = WIDENED.get(revision, frozenset())
            kept = {
                name: (str(each["type"]), each["nullable"] or (table, name) in widened) for name, each in known.items()
            }
            assert {name: (str(after[table][name]["type"]), after[table][name]["nullable"]) for name in kept} == kept
            new = [one for name, one in after[table].items() if name not in known]
            assert [one["name"] for one in new if not one["nullable"] and one["default"] is None] == [], revision
    assert len(later) >= 4


_SUBMISSION = text(
    "INSERT INTO submission (id, request_id, inspection, version, key, version_id, etag, sha256, size, extension, "
    "uploader, received_at, late, scanned, table_keys) VALUES "
    "(:id, 'r', 'i', :version, :id, '', '', '', 1, '.csv', 'x', now(), false, 'not scanned', '[]')"
)


def _with_request(empty: str) -> Engine:
    """Return a ledger of the release before with one inspection and one request."""
    first = releases(empty)[0]
    command.upgrade(config_for(empty), first)
    engine = create_engine(empty)
    rows = (
        "INSERT INTO inspection (ref, area_gss, area_name, theme_id, theme_version, announced, lead_inspector, stage, "
        "rehearsal, clock_shift_seconds, seed_digest, board_digest, created_at) VALUES "
        "('i', 'E', 'A', 't', 1, now(), 'x', 'returns_open', false, 0, '', '', now())",
        "INSERT INTO agency (id, inspection, kind, name, mailbox, postal_address, web_address) VALUES "
        "('i/p', 'i', 'p', 'P', 'm', '', '')",
        "INSERT INTO request (id, inspection, agency_id, return_code, step, due_at, state, template_keys, cases, "
        "current_version) VALUES ('r', 'i', 'i/p', 'POL-1', 's', now(), 'issued', '[]', '[]', 0)",
    )
    with engine.begin() as connection:
        for row in rows:
            connection.execute(text(row))
    command.upgrade(config_for(empty), "0012")
    return engine


def _verdicts(engine: Engine, table: str, key: str) -> dict[str, tuple[str | None, int | None]]:
    with engine.connect() as connection:
        rows = connection.execute(text(f"SELECT {key}, verdict, errors FROM {table} ORDER BY 1")).all()  # noqa: S608
    return {row[0]: (row[1], row[2]) for row in rows}


def test_what_came_of_checking_moves_and_stays_the_same_for_both_releases(empty: str) -> None:
    engine = _with_request(empty)
    with engine.begin() as connection:
        connection.execute(_SUBMISSION, {"id": "r-v1", "version": 1})
        connection.execute(text("UPDATE submission SET verdict = 'rejected', errors = 3 WHERE id = 'r-v1'"))
    command.upgrade(config_for(empty), "head")
    with engine.begin() as connection:
        connection.execute(_SUBMISSION, {"id": "r-v2", "version": 2})
        connection.execute(_SUBMISSION, {"id": "r-v3", "version": 3})
        connection.execute(text("UPDATE submission SET verdict = 'queried', errors = 0 WHERE id = 'r-v3'"))
    moved = {"r-v1": ("rejected", 3), "r-v2": (None, None), "r-v3": ("queried", 0)}
    assert _verdicts(engine, "checkresult", "submission_id") == moved
    with engine.begin() as connection:
        connection.execute(text("UPDATE checkresult SET verdict = 'accepted', errors = 0 WHERE submission_id = 'r-v2'"))
        connection.execute(text("UPDATE submission SET verdict = 'accepted' WHERE id = 'r-v1'"))
    both = {"r-v1": ("accepted", 3), "r-v2": ("accepted", 0), "r-v3": ("queried", 0)}
    assert _verdicts(engine, "checkresult", "submission_id") == _verdicts(engine, "submission", "id") == both
    command.downgrade(config_for(empty), "0012")
    assert _verdicts(engine, "submission", "id") == both
    engine.dispose()


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
