"""The whole stack as one object: starts what is needed in order, keeps it running, ends it without a trace."""

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from deployments import leftovers, listen, outside, portal, store, worker
from deployments.errors import IncompletePartError
from deployments.journal import journal
from deployments.part import OWNER_URL, Part, full_environment
from deployments.ports import ports, tidy
from deployments.postgres import Postgres
from deployments.prefect_server import PrefectServer, api, prefect_client
from deployments.process import Process
from deployments.state import State, write_private
from deployments.supervisor import Supervisor
from models.settings import CHECKOUT, Settings

# Who calls ends before whom it calls, so that nothing logs faults of a stack that is merely ending.
STOP_ORDER = (("deploy", "portal", "worker"), ("zygote",), ("prefect",), ("store", "postgres"))


class Stack:
    """PostgreSQL, the object store, Prefect, its worker and the portal on one machine.

    Args:
        state: folder that holds everything the stack remembers; `Settings.state` by default.
        prefect: also start the Prefect server.
        worker: also deploy `prefect.yaml` and run its flows; as `prefect` by default.
        portal: also start the portal; as `prefect` by default.
    """

    def __init__(
        self, state: Path | None = None, *, prefect: bool = True, worker: bool | None = None, portal: bool | None = None
    ) -> None:
        self.settings = Settings()
        self.state = State(state or self.settings.state)
        self.addresses: dict[str, str] = {}
        self._with = {
            "prefect": prefect,
            "worker": prefect if worker is None else worker,
            "portal": prefect if portal is None else portal,
        }
        self._say: Callable[..., object] = journal(self.state.logs / "stack.log")
        self._supervisor = Supervisor(self.state, self._say)
        self._ports: dict[str, int] = {}
        # Among the addresses every program would read it; only migrations run as the owner of the tables.
        self._owner_url: str | None = None

    def __enter__(self) -> "Stack":
        """Start the stack and wait until it is ready."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the stack."""
        self.stop()

    @property
    def env(self) -> dict[str, str]:
        """Environment for commands that are to use this stack."""
        return full_environment(self.addresses)

    @property
    def parts(self) -> dict[str, Process]:
        """The embedded parts that were started, by name."""
        return dict(self._supervisor.processes)

    def start(self) -> None:
        """Start everything that was asked for, in order, and watch it.

        Raises:
            StackError: a part could not be started; whatever was is stopped again.
        """
        self.state.lock()
        try:
            self._start()
        # Ctrl-C as well: no part may outlive a start that came to nothing.
        except BaseException:
            self.stop()
            raise
        self._say("ready")

    def _start(self) -> None:
        ended = leftovers.end_all(self.state)
        if ended:
            self._say("ended processes that a killed supervisor left behind", count=ended)
        self.state.empty_passing()
        self._ports = ports(self.state, self._say)
        self.addresses = {
            "JTAI_STATE": str(self.state.folder),
            "JTAI_PORTAL_URL": os.environ.get("JTAI_PORTAL_URL") or f"http://127.0.0.1:{self._ports['portal']}",
        }
        self._keep_keys()
        self._start_storage()
        if self._with["prefect"]:
            self._start_prefect()
        self._migrate()
        if self._with["prefect"]:
            self._supervisor.wait_ready(*(name for name in ("prefect",) if name in self.parts))
        # Not before the tables are up to date: other programs begin to work once they can read it.
        self.state.publish(self.addresses)
        if self._with["portal"] and portal.exists():
            self._start_portal()
        if self._with["prefect"] and self._with["worker"]:
            self._start_work()
        self._supervisor.wait_ready(*(name for name in ("portal", "worker") if name in self.parts))
        # From now on; before, a part that dies is a failed start and not one to be tried again.
        self._supervisor.watch()

    def _keep_keys(self) -> None:
        """Let the parts find their keys: those that the environment gives, else this folder's own."""
        names = [name for name in ("JTAI_KEYS", "JTAI_KEYS_FILE") if os.environ.get(name)]
        if not names:
            self.state.keep_keys(os.environ.get("JTAI_SECRET_KEY"))
            self.addresses["JTAI_KEYS_FILE"] = str(self.state.keys_file)
        self.addresses |= {name: os.environ[name] for name in names}
        # A program of this stack that has a state folder of its own must find the same keys.
        self.addresses["JTAI_VAULT"] = self.settings.vault or str(self.state.folder / "vault")

    def _start_storage(self) -> None:
        """Start the database and the object store side by side, as both take a second or two."""
        own_store = store.Store(self.state, self._ports, self.settings.s3_region, self.settings.s3_bucket)
        given_store = outside.outside("store", os.environ, own_store.addresses())
        self.addresses |= given_store or own_store.addresses()
        if not given_store:
            self._supervisor.start(own_store.part())
        own = Postgres(self.state, self.settings.postgres_user)
        urls = {
            "JTAI_DATABASE_URL": own.url("psycopg", "jtai"),
            "JTAI_PREFECT_DATABASE_URL": own.url("asyncpg", "prefect"),
        }
        given = outside.outside("postgres", os.environ, urls)
        self.addresses |= given or urls
        if not given:
            own.prepare()
            self._supervisor.start(own.part())
            self._supervisor.wait_ready("postgres")
            own.provision()
            self._owner_url = own.owner_url()
            write_private(self.state.folder / self.settings.owner_url_file.name, self._owner_url)
        else:
            self._owner_url = os.environ.get(OWNER_URL)
        if not given_store:
            self._supervisor.wait_ready("store")
        s3 = store.client(self.addresses if given_store else own_store.administration(), self.settings.s3_region)
        with store.turned_away(given_store):
            may_upload = store.provision(s3, self.settings.s3_bucket, self.addresses["JTAI_PORTAL_URL"])
        if not may_upload:
            self._say(
                "the key of the store may not let the portal's pages upload; its operator must, by a rule of CORS"
            )

    def _start_prefect(self) -> None:
        own = PrefectServer(self.state, self._ports["prefect"])
        given = outside.outside("prefect", os.environ, own.addresses())
        self.addresses |= given or own.addresses()
        self.addresses |= {"PREFECT_HOME": str(own.home), **prefect_client(self.addresses)}
        if given:
            return
        if "JTAI_PREFECT_DATABASE_URL" not in self.addresses:
            raise IncompletePartError("JTAI_DATABASE_URL", "JTAI_PREFECT_DATABASE_URL")
        self._supervisor.start(own.part(self.addresses["JTAI_PREFECT_DATABASE_URL"], self.addresses))

    def _migrate(self) -> None:
        """Bring the ledger's tables up to date; Prefect's own start needs the time anyway."""
        if importlib.util.find_spec("models.migrate") is None:
            self._say("no migrations to run")
            return
        from models.migrate import upgrade

        upgrade(self.addresses["JTAI_DATABASE_URL"], self._owner_url)

    def _start_portal(self) -> None:
        """Start the portal, and the listener where there is a queue of S3 notifications."""
        temporary = self.state.short_folder("tmp")
        self._supervisor.start(portal.part(self.addresses, self._ports["portal"], temporary))
        if self.settings.queue_url:
            self._supervisor.start(listen.part(self.addresses, temporary))

    def _start_work(self) -> None:
        pool = self.settings.work_pool
        if "prefect" in self.parts:
            with api(self.addresses) as client:
                settled = worker.settle(client, pool)
            if settled:
                self._say("closed runs that the last worker left unfinished", count=settled)
        temporary = self.state.short_folder("tmp")
        socket = self.state.short_folder("run") / "zygote.sock"
        with api(self.addresses) as client:
            before = worker.kind_of_pool(client, pool)
        if before == worker.PROCESS:
            # It imports while deployments are put: the first runs would else start cold, and import all of it as well.
            socket.unlink(missing_ok=True)
            self._supervisor.start(worker.zygote(self.addresses, socket, temporary))
        self._supervisor.run(self._deploy_part())
        if before != worker.PROCESS:
            self._say("the work pool is not of processes, so its workers run elsewhere", pool=pool, type=before)
            return
        with api(self.addresses) as client:
            worker.set_command(client, pool, worker.warm_command(socket))
        self._supervisor.start(worker.part(self.addresses, pool, temporary))

    def _deploy_part(self) -> Part:
        return Part(
            name="deploy",
            command=[sys.executable, "-m", "deployments.deploy"],
            environment=full_environment(self.addresses),
            ready=bool,
            folder=CHECKOUT,
            start_seconds=300,
        )

    def wait_ready(self, *names: str) -> None:
        """Wait until parts answer again, as after `kill`."""
        self._supervisor.wait_ready(*names)

    def kill(self, name: str) -> None:
        """End a part at once, as a fault would; the watcher restarts it."""
        self._supervisor.kill(name)

    def stop(self) -> None:
        """Stop everything in reverse order and let go of the state folder."""
        self._say("stopping")
        self._supervisor.stop(STOP_ORDER)
        if self.state.is_locked:
            self.state.empty_passing()
            tidy(self.state)
        self.state.unlock()
        self._say("stopped")

    def destroy(self) -> None:
        """Throw away a stopped stack's folder and all it kept outside it."""
        self.state.destroy()
