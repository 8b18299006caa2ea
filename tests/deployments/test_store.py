"""An attacker on the machine of the embedded store, who has every program and address but none of the secrets."""

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import certifi
import httpx
import pytest
from botocore.exceptions import ClientError, SSLError

from deployments import certificates, store
from deployments.part import program
from deployments.ports import GRPC_OFFSET, STORE
from models.settings import reread, settings
from tasks.ground import s3
from tests.stacks import trusting

pytestmark = pytest.mark.parts
_SECONDS = 5
# What HTTP/2 begins with, and an empty frame of settings; whoever answers with a frame of settings speaks with us.
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0"


@pytest.fixture
def ports(storage: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = json.loads((Path(storage["JTAI_STATE"]) / "ports.json").read_text())
    return {name: found[name] for name in STORE}


@pytest.fixture
def lair() -> Iterator[Path]:
    """Return a folder in which every user may write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def planted(storage: dict[str, str]) -> str:
    """Return the key of an object in the evidence bucket, whose name and content the attacker wants."""
    key = f"incoming/{uuid4().hex}"
    s3 = store.client(storage, settings().s3_region)
    s3.put_object(Bucket=settings().s3_bucket, Key=key, Body=b"quackenbush")
    return key


def _weed(folder: Path, arguments: list[str], *, typed: str = "", ours: bool = False) -> str:
    """Return what a program of the store says to another user of this machine, or to the stack's own."""
    user = "daemon" if os.geteuid() == 0 and not ours else None
    try:
        done = subprocess.run(
            [program("weed"), *arguments],
            input=typed.encode(),
            cwd=folder,
            env={"PATH": "/usr/bin:/bin"},
            user=user,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return ((late.stdout or b"") + (late.stderr or b"")).decode(errors="replace")
    return (done.stdout + done.stderr).decode(errors="replace")


def _shell(ports: dict[str, int]) -> list[str]:
    return ["shell", f"-master=127.0.0.1:{ports['master']}", f"-filer=127.0.0.1:{ports['filer']}"]


def test_the_stores_shell_tells_a_stranger_nothing_and_us_everything(
    storage: dict[str, str], ports: dict[str, int], lair: Path, planted: str
) -> None:
    name = planted.removeprefix("incoming/")
    assert name not in _weed(lair, _shell(ports), typed="fs.tree /buckets\nexit\n")
    ours = _weed(Path(storage["JTAI_STATE"]) / "s3", _shell(ports), typed="fs.tree /buckets\nexit\n", ours=True)
    assert name in ours


def test_a_stranger_copies_no_volume(ports: dict[str, int], lair: Path, planted: str) -> None:
    assert planted
    for volume in range(1, 5):
        _weed(lair, ["backup", f"-server=127.0.0.1:{ports['master']}", f"-dir={lair}", f"-volumeId={volume}"])
    assert not list(lair.iterdir())


def test_a_stranger_plants_nothing_and_makes_no_administrator(
    storage: dict[str, str], ports: dict[str, int], lair: Path, planted: str
) -> None:
    (lair / "evil.csv").write_bytes(b"forged")
    (lair / "evil.csv").chmod(0o644)
    bucket = f"/buckets/{settings().s3_bucket}"
    _weed(lair, ["filer.copy", str(lair / "evil.csv"), f"http://127.0.0.1:{ports['filer']}{bucket}/evil/"])
    _weed(lair, _shell(ports), typed=f"lock\nfs.rm -rf {bucket}/incoming\nunlock\nexit\n")
    user = "-user=evil -access_key=evil -secret_key=evil -actions=Admin -apply"
    _weed(lair, _shell(ports), typed=f"s3.configure {user}\nexit\n")
    s3 = store.client(storage, settings().s3_region)
    assert not s3.list_objects_v2(Bucket=settings().s3_bucket, Prefix="evil/").get("KeyCount")
    assert s3.get_object(Bucket=settings().s3_bucket, Key=planted)["Body"].read() == b"quackenbush"
    evil = storage | {"JTAI_S3_ACCESS_KEY": "evil", "JTAI_S3_SECRET_KEY": "evil"}
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        store.client(evil, settings().s3_region).list_buckets()


@pytest.mark.parametrize("name", STORE)
def test_a_port_for_programs_speaks_with_nobody_who_has_no_certificate_of_ours(
    ports: dict[str, int], tmp_path: Path, name: str
) -> None:
    address = ("127.0.0.1", ports[name] + GRPC_OFFSET)
    with socket.create_connection(address, _SECONDS) as plain:
        plain.sendall(_PREFACE)
        assert _frame(plain) != b"\x04"
    (tmp_path / "s3").mkdir()
    certificates.secure(tmp_path / "forged", tmp_path / "s3", datetime.now(UTC))
    for forged in (False, True):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(["h2"])
        if forged:
            context.load_cert_chain(tmp_path / "forged" / "store.crt", tmp_path / "forged" / "store.key")
        with socket.create_connection(address, _SECONDS) as raw, pytest.raises(ssl.SSLError):
            _greet(context, raw)


def _greet(context: ssl.SSLContext, raw: socket.socket) -> None:
    # Under TLS 1.3 a server refuses a certificate only after the client believes that they agree.
    with context.wrap_socket(raw) as secured:
        secured.sendall(_PREFACE)
        secured.recv(9)


def _frame(connection: socket.socket) -> bytes:
    """Return the type of the frame that comes first; nothing where the connection is closed."""
    try:
        return connection.recv(9)[3:4]
    except (TimeoutError, ConnectionResetError):
        return b""


@pytest.mark.parametrize("name", STORE)
def test_no_port_for_browsers_lets_a_stranger_take_or_destroy(
    storage: dict[str, str], ports: dict[str, int], planted: str, name: str
) -> None:
    address, bucket = f"127.0.0.1:{ports[name]}", settings().s3_bucket
    paths = (
        *(f"/col/delete?collection={bucket}", f"/dir/assign?collection={bucket}", "/dir/lookup?volumeId=1"),
        *(
            "/vol/grow?count=1",
            "/vol/vacuum",
            "/submit",
            "/dir/status",
            f"/buckets/{bucket}/{planted}",
            f"/{bucket}/{planted}",
        ),
    )
    attempts = [(method, path) for path in paths for method in ("GET", "POST", "PUT", "DELETE")]
    with httpx.Client(trust_env=False, timeout=_SECONDS, verify=trusting()) as stranger:
        for scheme in ("http", "https"):
            for method, path in attempts:
                # Whoever shows no certificate of ours is sent away before anything is said, where the parts speak.
                with contextlib.suppress(httpx.TransportError):
                    answer = stranger.request(method, f"{scheme}://{address}{path}")
                    assert answer.status_code >= 400, (method, path)
                    assert b"quackenbush" not in answer.content
    s3 = store.client(storage, settings().s3_region)
    assert s3.get_object(Bucket=bucket, Key=planted)["Body"].read() == b"quackenbush"


@pytest.mark.parametrize("name", STORE)
def test_no_port_takes_or_gives_anything_plain(ports: dict[str, int], name: str) -> None:
    with socket.create_connection(("127.0.0.1", ports[name]), _SECONDS) as plain:
        plain.settimeout(_SECONDS)
        plain.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answer = plain.recv(4096)
    assert answer.startswith(b"HTTP/1.0 400 ")
    assert b"HTTP request to an HTTPS server" in answer


@pytest.mark.parametrize("name", [name for name in STORE if name != "s3"])
def test_parts_speak_http_with_each_other_alone(ports: dict[str, int], name: str) -> None:
    address = f"https://127.0.0.1:{ports[name]}/status"
    # Under TLS 1.3 a client hears that it lacks a certificate when it reads.
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        httpx.get(address, trust_env=False, timeout=_SECONDS, verify=trusting())
    ours = trusting()
    folder = Path(str(settings().s3_ca_file)).parent
    ours.load_cert_chain(folder / certificates.CERTIFICATE, folder / certificates.KEY)
    assert httpx.get(address, trust_env=False, timeout=_SECONDS, verify=ours).status_code < 500


@pytest.mark.parametrize("vouches", [None, "another"])
def test_a_store_for_which_nobody_vouches_gets_no_object_of_ours(
    storage: dict[str, str], tmp_path: Path, vouches: str | None
) -> None:
    (tmp_path / "s3").mkdir()
    certificates.secure(tmp_path / "another", tmp_path / "s3", datetime.now(UTC))
    bundle = str(tmp_path / vouches / certificates.AUTHORITY) if vouches else ""
    doubting = storage | {store.CA_FILE: bundle}
    with pytest.raises(SSLError):
        store.client(doubting, settings().s3_region).list_buckets()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(store.CA_FILE, bundle or certifi.where())
        reread()
        with pytest.raises(SSLError):
            s3.client().put_object(Bucket=settings().s3_bucket, Key=f"incoming/{uuid4().hex}", Body=b"quackenbush")
    reread()


def test_l2_the_applications_key_lifts_no_lock(storage: dict[str, str], administration: dict[str, str]) -> None:
    bucket, key = settings().s3_bucket, f"locked/{uuid4().hex}"
    application, administrator = (store.client(keys, settings().s3_region) for keys in (storage, administration))
    until, soon = datetime.now(UTC) + timedelta(days=1), datetime.now(UTC) + timedelta(seconds=1)
    version = application.put_object(
        Bucket=bucket, Key=key, Body=b"frozen", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until
    )["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        application.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)
    with pytest.raises(ClientError, match="AccessDenied"):
        application.put_object_retention(
            Bucket=bucket,
            Key=key,
            VersionId=version,
            BypassGovernanceRetention=True,
            Retention={"Mode": "GOVERNANCE", "RetainUntilDate": soon},
        )
    several = application.delete_objects(
        Bucket=bucket, BypassGovernanceRetention=True, Delete={"Objects": [{"Key": key, "VersionId": version}]}
    )
    assert [error["Code"] for error in several["Errors"]] == ["AccessDenied"]
    assert application.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read() == b"frozen"
    administrator.delete_object(Bucket=bucket, Key=key, VersionId=version, BypassGovernanceRetention=True)
    with pytest.raises(ClientError, match="404"):
        application.head_object(Bucket=bucket, Key=key, VersionId=version)


def test_l2_the_applications_key_changes_nothing_about_its_bucket(storage: dict[str, str]) -> None:
    s3, bucket = store.client(storage, settings().s3_region), settings().s3_bucket
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    attempts: list[Callable[[], object]] = [
        lambda: s3.put_bucket_lifecycle_configuration(
            Bucket=bucket,
            LifecycleConfiguration={
                "Rules": [{"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]
            },
        ),
        lambda: s3.put_bucket_policy(
            Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
        ),
        lambda: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}),
        lambda: s3.put_object_lock_configuration(
            Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
        ),
        lambda: s3.put_bucket_cors(
            Bucket=bucket, CORSConfiguration={"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}
        ),
        lambda: s3.delete_bucket(Bucket=bucket),
        lambda: s3.create_bucket(Bucket=f"other-{uuid4().hex[:8]}"),
        lambda: s3.get_object(Bucket=store.CANARY_BUCKET, Key="canary"),
    ]
    for attempt in attempts:
        with pytest.raises(ClientError, match="AccessDenied"):
            attempt()
