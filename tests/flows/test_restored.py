"""Prefect's database comes back from an old backup amid an inspection: what the ledger knows is done, and done once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlmodel import select

from deployments.postgres import Postgres
from deployments.stack import Stack
from models.settings import settings
from models.tables import Notice, Submission
from models.themes import theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.prefect_api import PrefectUnreachableError, start_run
from tasks.ledger.audit import chain, verify
from tasks.returns.uploads import open_upload, upload_completed
from tests.flows.running import announced
from tests.stacks import until
from validation.synthetic import synthesise
from validation.synthetic.writing import write

pytestmark = pytest.mark.timeout(600)
BACKUP = "prefect_backup"


@contextmanager
def nobody_connected(stack: Stack, database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Keep everybody out of a database, as restoring it does."""
    name = sql.Identifier(database)
    with Postgres(stack.state, settings().postgres_user).connect() as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (database,))
        yield connection
        connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))


def back_up(stack: Stack) -> None:
    with nobody_connected(stack, "prefect") as connection:
        connection.execute(f"CREATE DATABASE {BACKUP} TEMPLATE prefect OWNER prefect")


def restore(stack: Stack) -> None:
    with nobody_connected(stack, "prefect") as connection:
        connection.execute("ALTER DATABASE prefect RENAME TO prefect_lost")
        connection.execute(f"ALTER DATABASE {BACKUP} RENAME TO prefect")
        connection.execute("DROP DATABASE prefect_lost")
    stack.kill("prefect")
    stack.wait_ready("prefect")


def send(ref: str, data: bytes) -> str:
    upload = open_upload(f"{ref}-pol-1", "a.csv", uploader="test")
    store.put_once(upload.key, data)
    return upload_completed(upload.id).id


def verdict(submission: str) -> str | None:
    with transaction() as session:
        return session.get_one(Submission, submission).result.verdict


def swept_and(*submissions: str) -> bool:
    """Wake a sweep, as every minute does, and tell whether all have their verdicts."""
    with suppress(PrefectUnreachableError):
        start_run("sweep")
    time.sleep(3)
    return all(verdict(one) for one in submissions)


def test_l3_an_old_backup_of_prefect_loses_and_doubles_nothing(stack: Stack, tmp_path: Path) -> None:
    ref = announced("E06000043", "Brighton and Hove")
    write(synthesise(theme("domestic-abuse-2024"), "E06000043", 60, 5), tmp_path)
    data = (tmp_path / "POL-1.csv").read_bytes()
    back_up(stack)
    first = send(ref, data)
    until("the first has its verdict", lambda: swept_and(first), 120)
    amid = send(ref, data)
    restore(stack)
    last = send(ref, data)
    until("the others have theirs", lambda: swept_and(amid, last), 180)
    with transaction() as session:
        rows = session.exec(select(Submission).where(Submission.inspection == ref)).all()
        told = session.exec(select(Notice.once).where(Notice.inspection == ref, Notice.kind == "accepted")).all()
        assert verify(*chain(session, ref)) is None
    assert {one.id: one.result.verdict for one in rows} == dict.fromkeys((first, amid, last), "accepted")
    assert f"{last}/accepted" in told
    assert len(told) == len(set(told))
