"""What the tests ask of a running stack."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from deployments import store
from deployments.leftovers import MARKER
from deployments.postgres import Postgres
from deployments.stack import Stack
from deployments.state import State

NewStack = Callable[[str], Stack]


def database(stack: Stack) -> psycopg.Connection[tuple[object, ...]]:
    """Connect to the ledger as the owner of its tables, who may make others."""
    url = Postgres(stack.state, stack.settings.postgres_user).owner_url().replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


def put(stack: Stack, key: str, body: bytes) -> str:
    """Put an object into the evidence bucket; returns its version."""
    s3 = store.client(stack.addresses, "us-east-1")
    return s3.put_object(Bucket=stack.settings.s3_bucket, Key=key, Body=body)["VersionId"]


def get(stack: Stack, key: str) -> bytes:
    """Read an object of the evidence bucket."""
    s3 = store.client(stack.addresses, "us-east-1")
    return s3.get_object(Bucket=stack.settings.s3_bucket, Key=key)["Body"].read()


def with_administration(addresses: dict[str, str], state: State) -> dict[str, str]:
    """Return addresses with the key of the store that may make buckets and lift locks."""
    secrets = state.secrets()
    keys = {"JTAI_S3_ACCESS_KEY": "s3_admin_access_key", "JTAI_S3_SECRET_KEY": "s3_admin_secret_key"}
    return addresses | {name: secrets[secret] for name, secret in keys.items()}


def family(*roots: int) -> set[psutil.Process]:
    """Return processes with all that descend from them."""
    found: set[psutil.Process] = set()
    for root in roots:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(root)
            found |= {process, *process.children(recursive=True)}
    return found


def alive(processes: set[psutil.Process]) -> set[psutil.Process]:
    """Return those that still run, other than as zombies that wait for a parent which is not ours."""
    gone, left = psutil.wait_procs(processes, timeout=10)
    del gone
    return {each for each in left if each.status() != psutil.STATUS_ZOMBIE}


def strays(identity: str, data: Path) -> list[str]:
    """Return the command lines of a stack's processes that still run."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            line = " ".join(process.cmdline())
            if process.environ().get(MARKER) == identity or (str(data) in line and "postgres" in line):
                found.append(line)
    return found


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not so within {seconds:g} s"
        time.sleep(0.1)
