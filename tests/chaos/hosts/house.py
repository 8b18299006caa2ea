"""The parts of a stack, each at a host of its own: the supervisor's parts, started in another network."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import psutil

from deployments import certificates, worker
from deployments import store as stores
from deployments.part import Part, full_environment, status_of
from deployments.ports import ports
from deployments.postgres import Postgres
from deployments.prefect_server import PrefectServer, api, prefect_client
from deployments.stack import STOP_ORDER
from deployments.state import State, private_folder
from deployments.supervisor import Supervisor
from models.migrate import upgrade
from models.settings import CHECKOUT, Settings, reread
from tests.chaos.hosts.network import WORKERS, address, at, name
from tests.stacks import no_addresses

_PORT = 5432
_FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
_LEASE_SECONDS = "5"


def can_have_wrong_clocks() -> bool:
    """Return whether a host's clock can be made to be wrong here."""
    return _FAKETIME.exists()


class _Store(stores.Store):
    """The store as those outside reach it, and by its name those at hosts of their own."""

    names = (address("store"), name("store"), *certificates.NAMES)


class House:
    """One stack over all hosts.

    Args:
        folder: for its state.
        wrong_clock: the host whose clock is wrong, and by how many seconds.
    """

    def __init__(self, folder: Path, wrong_clock: tuple[str, int] | None = None) -> None:
        self.state = State(folder / "state")
        self.settings = Settings()
        self._wrong_clock = wrong_clock
        self._supervisor = Supervisor(self.state, lambda *_, **__: None)
        self._ports: dict[str, int] = {}
        self.addresses: dict[str, str] = {}
        self._inside: dict[str, str] = {}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run everything, with this process pointed at it from outside, and throw it away afterwards."""
        with no_addresses():
            try:
                self._start()
                os.environ.update(self.addresses)
                reread()
                yield
            finally:
                self._supervisor.stop((("deploy", "portal", *WORKERS), *STOP_ORDER))
                self.state.destroy()

    def end_host(self, host: str) -> None:
        """End a worker's host for good: whatever ran there, and it is not started again."""
        for part in (host, f"zygote-{host}"):
            process = self._supervisor.processes.pop(part)
            with suppress(psutil.NoSuchProcess):
                for each in (*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)):
                    with suppress(psutil.NoSuchProcess):
                        each.kill()

    def audit_is_whole(self) -> str:
        """Return what `jtai audit verify` says is wrong; empty where nothing is."""
        command = [str(Path(sys.executable).with_name("jtai")), "audit", "verify"]
        done = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
        return "" if done.returncode == 0 else (done.stdout + done.stderr).strip()

    def _start(self) -> None:
        self.state.lock()
        self._ports = ports(self.state, lambda *_, **__: None)
        portal = f"http://{address('portal')}:{self._ports['portal']}"
        self.state.keep_keys(None)
        common = {
            "JTAI_STATE": str(self.state.folder),
            "JTAI_PORTAL_URL": portal,
            "JTAI_KEYS_FILE": str(self.state.keys_file),
            "JTAI_VAULT": str(self.state.folder / "vault"),
            "JTAI_LEASE_SECONDS": _LEASE_SECONDS,
            "JTAI_WORKERS": str(len(WORKERS)),
        }
        self.addresses, self._inside = dict(common), dict(common)
        self._start_store()
        owner = self._start_database()
        self._start_prefect()
        upgrade(self.addresses["JTAI_DATABASE_URL"], owner)
        self._supervisor.wait_ready("prefect")
        self.state.publish(self.addresses)
        self._start_portal(portal)
        self._start_workers()
        self._supervisor.wait_ready("portal", *WORKERS)
        self._supervisor.watch()

    def _start_store(self) -> None:
        own = _Store(self.state, self._ports, self.settings.s3_region, self.settings.s3_bucket)
        part = own.part()
        command = [word.replace("-ip.bind=127.0.0.1", "-ip.bind=0.0.0.0") for word in part.command]
        self._begin("store", replace(part, command=command))
        self.addresses |= own.addresses()
        named = f"https://{name('store')}:{self._ports['s3']}"
        self._inside |= {**own.addresses(), "JTAI_S3_ENDPOINT_URL": named}
        self._supervisor.wait_ready("store")
        s3 = stores.client(own.administration(), self.settings.s3_region)
        stores.provision(s3, self.settings.s3_bucket, self.addresses["JTAI_PORTAL_URL"])

    def _start_database(self) -> str:
        """Start the database and return the address of its owner."""
        own = Postgres(self.state, self.settings.postgres_user)
        own.prepare()
        with (own.data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.99.0.0/24 scram-sha-256\n")
        part = own.part()
        user = ["setpriv", f"--reuid={own.user}", "--regid=nogroup", "--clear-groups"]
        more = ["-c", f"listen_addresses={address('database')}", "-c", f"port={_PORT}"]
        self._begin("database", replace(part, command=[*user, *part.command, *more], user=""))
        self._supervisor.wait_ready("postgres")
        own.provision()
        secrets = self.state.secrets()
        for where, addresses in ((address("database"), self.addresses), (name("database"), self._inside)):
            addresses["JTAI_DATABASE_URL"] = f"postgresql+psycopg://jtai:{secrets['database']}@{where}:{_PORT}/jtai"
        inside = f"postgresql+asyncpg://prefect:{secrets['prefect_database']}@{name('database')}:{_PORT}/prefect"
        self._inside["JTAI_PREFECT_DATABASE_URL"] = inside
        return own.owner_url()

    def _start_prefect(self) -> None:
        own = PrefectServer(self.state, self._ports["prefect"])
        named = f"http://{name('prefect')}:{own.port}"
        own.url = f"http://{address('prefect')}:{own.port}"
        self.addresses |= own.addresses()
        self.addresses |= prefect_client(self.addresses)
        self._inside |= {**own.addresses(), "JTAI_PREFECT_API_URL": f"{named}/api", "PREFECT_HOME": str(own.home)}
        self._inside |= prefect_client(self._inside)
        part = own.part(self._inside["JTAI_PREFECT_DATABASE_URL"], self._inside)
        command = [address("prefect") if word == "127.0.0.1" else word for word in part.command]
        self._begin("prefect", replace(part, command=command))

    def _start_portal(self, portal: str) -> None:
        temporary = private_folder(self.state.folder / "tmp-portal")
        where = ["--host", address("portal"), "--port", str(self._ports["portal"])]
        part = Part(
            name="portal",
            command=[sys.executable, "-m", "portal.serve", *where],
            environment=full_environment(self._inside | {"DO_NOT_TRACK": "1", "TMPDIR": str(temporary)}),
            ready=lambda: 0 < status_of(f"{portal}/") < httpx.codes.INTERNAL_SERVER_ERROR,
            folder=CHECKOUT,
        )
        self._begin("portal", part)

    def _start_workers(self) -> None:
        deploy = Part(
            name="deploy",
            command=[sys.executable, "-m", "deployments.deploy"],
            environment=full_environment(self._inside),
            ready=bool,
            folder=CHECKOUT,
            start_seconds=300,
        )
        self._supervisor.run(replace(deploy, command=at("portal", deploy.command)))
        # Each host finds a zygote of its own behind the one path that the pool's command names.
        shared = private_folder(self.state.folder / "run-here")
        socket = shared / "zygote.sock"
        pool = self.settings.work_pool
        with api(self.addresses) as client:
            worker.set_command(client, pool, worker.warm_command(socket))
        for host in WORKERS:
            own = private_folder(self.state.folder / f"run-{host}")
            temporary = private_folder(self.state.folder / f"tmp-{host}")
            zygote = worker.zygote(self._inside, socket, temporary)
            ready = (own / socket.name).exists
            self._begin(host, replace(zygote, name=f"zygote-{host}", ready=ready), over=(own, shared))
            part = worker.part(self.addresses, pool, temporary)
            command = [host if word == worker.NAME else word for word in part.command]
            environment = dict(zygote.environment)
            part = replace(part, name=host, command=command, environment=environment, ready=self._reports(host))
            self._begin(host, part, over=(own, shared))

    def _reports(self, host: str) -> Callable[[], bool]:
        def ready() -> bool:
            with api(self.addresses) as client, suppress(httpx.HTTPError):
                workers = client.post(f"/work_pools/{self.settings.work_pool}/workers/filter", json={}).json()
                return host in {each["name"] for each in workers}
            return False

        return ready

    def _begin(self, host: str, part: Part, over: tuple[Path, Path] | None = None) -> None:
        environment = {key: value for key, value in part.environment.items() if not key.lower().endswith("_proxy")}
        if self._wrong_clock and self._wrong_clock[0] == host:
            apart = {"FAKETIME": f"{self._wrong_clock[1]:+d}", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            environment |= {"LD_PRELOAD": str(_FAKETIME), **apart}
        self._supervisor.start(replace(part, command=at(host, part.command, over), environment=environment))
