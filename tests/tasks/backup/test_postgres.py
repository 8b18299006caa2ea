"""PostgreSQL's own programs are found, told where the database is by their environment, and their failure is told."""

import subprocess
from pathlib import Path

import pytest

from tasks.backup import postgres
from tasks.ground.database import transaction
from tasks.returns.uploads import open_upload
from tests.portal.pages.made_up import set_to

pytestmark = pytest.mark.parts


def test_the_programs_are_those_of_the_folder_that_is_set_or_the_embedded(tmp_path: Path) -> None:
    assert Path(postgres.program("pg_dump")).is_file()
    with set_to(postgres_programs=tmp_path):
        assert postgres.program("pg_dump") == str(tmp_path / "pg_dump")


def test_a_password_is_in_the_environment_alone() -> None:
    with set_to(database_url="postgresql+psycopg://jtai:secret@db.local:5433/ledger?sslmode=verify-full"):
        environment = postgres._environment()
    assert environment["PGPASSWORD"] == "secret"
    assert (environment["PGHOST"], environment["PGPORT"], environment["PGDATABASE"]) == ("db.local", "5433", "ledger")
    assert environment["PGSSLMODE"] == "verify-full"


def test_a_socket_is_a_host() -> None:
    with set_to(database_url="postgresql+psycopg://jtai:secret@/jtai?host=/run/postgres"):
        assert postgres._environment()["PGHOST"] == "/run/postgres"


def test_a_moment_is_dumped_as_it_was_whatever_is_written_meanwhile(reading: str) -> None:
    with transaction() as session:
        revision = postgres.revision(session)
    dumped: list[bytes] = []
    with postgres.moment() as now:
        later = open_upload(f"{reading}-pol-1", "a.csv", uploader="test").id
        postgres.dump(now, lambda read: dumped.append(read(-1)))
    assert now.revision == revision
    rows = subprocess.run(
        [postgres.program("pg_restore"), "--data-only", "--file=-"], input=dumped[0], capture_output=True, check=True
    ).stdout.decode()
    assert f"{reading}-pol-1" in rows
    assert later not in rows


def test_a_program_that_fails_is_told_in_a_sentence(reading: str, tmp_path: Path) -> None:
    assert reading
    taken: list[bytes] = []
    (tmp_path / "pg_dump").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "pg_dump").chmod(0o700)
    with (
        set_to(postgres_programs=tmp_path),
        postgres.moment() as now,
        pytest.raises(postgres.ProgramError, match="pg_dump failed"),
    ):
        postgres.dump(now, lambda read: taken.append(read(-1)))


def test_a_revision_of_a_newer_release_is_not_known(reading: str) -> None:
    assert reading
    with transaction() as session:
        assert postgres.is_known(postgres.revision(session))
    assert not postgres.is_known("9999")
