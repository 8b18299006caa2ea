"""What lies on the disks of database and store: no file that was sent can be read there, and no name of one."""

import io
import random
import subprocess
from pathlib import Path

import pytest

from deployments.part import program
from deployments.ports import ports, tidy
from deployments.state import State
from deployments.store import CANARY_BUCKET, Store, client
from models.scopes import scope_of
from models.settings import settings
from models.tables import UploadSession
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.returns.uploads import open_upload, upload_completed
from tests.deployments.probes import until
from tests.stacks import put_at

pytestmark = pytest.mark.parts
PLANTED, NAMED = b"Quackenbush-Featherstonehaugh", "Fotheringay-Wigglesworth"
# As a workbook is: the store makes text smaller, and a name in what it made smaller would not be found.
ROWS = b"".join(random.Random(number).randbytes(500) + PLANTED for number in range(200))  # noqa: S311 - no secret


def places(state: Path) -> list[Path]:
    """Return every file in which the store and the database keep anything."""
    own = State(state)
    folders = [own.folder / "s3", own.folder / "postgres", own.system_folder]
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def holding(state: Path, text: bytes) -> list[Path]:
    def has(path: Path) -> bool:
        try:
            return text in path.read_bytes()
        except FileNotFoundError:
            return False

    return [path for path in places(state) if has(path)]


def compact(state: Path) -> None:
    """Let the store do now what it does every few minutes: give back the room of what was removed."""
    numbers = State(state).read("ports")
    subprocess.run(
        [program("weed"), "shell", f"-master=127.0.0.1:{numbers['master']}", f"-filer=127.0.0.1:{numbers['filer']}"],
        input="lock\nvolume.vacuum -garbageThreshold=0.000000001\nunlock\nexit\n",
        text=True,
        cwd=state / "s3",
        check=True,
        capture_output=True,
        timeout=60,
    )


@pytest.fixture
def state(storage: dict[str, str]) -> Path:
    """Return the state folder of the database and the store."""
    return Path(storage["JTAI_STATE"])


def test_a_file_that_was_sent_lies_nowhere_in_plain_nor_does_its_name(reading: str, state: Path) -> None:
    through = open_upload(f"{reading}-pol-1", f"{NAMED}.xlsx", uploader="agency: police")
    store.put_stream(through.key, io.BytesIO(ROWS), filename=f"{NAMED}.xlsx")
    upload_completed(through.id)
    store.put_once(f"findings/{reading}/F1/v1.json", ROWS)
    assert store.get(through.key) == ROWS
    assert store.filename_of(through.key) == f"{NAMED}.xlsx"
    # By us: the store encrypts its volumes as well, and would hide what we forgot.
    assert not store.is_plain(through.key)
    assert not store.is_plain(f"findings/{reading}/F1/v1.json")
    files = places(state)
    assert any(path.suffix == ".dat" for path in files)
    assert any("pg_wal" in path.parts for path in files)
    assert holding(state, PLANTED) == holding(state, NAMED.encode()) == []


def test_the_search_finds_what_is_not_sealed(state: Path) -> None:
    planted = PLANTED[::-1]
    assert scope_of("public/files/probe.csv") is None
    store.put_once("public/files/probe.csv", ROWS.replace(PLANTED, planted), filename=NAMED[::-1])
    # Of volumes see the next test, as the store encrypts them; of names it keeps what it was given.
    assert holding(state, NAMED[::-1].encode())


def test_what_is_not_sealed_lies_in_volumes_that_are_not_encrypted(tmp_path: Path) -> None:
    own = State(tmp_path / "state")
    plain = Store(own, ports(own, lambda *_, **__: None), settings().s3_region, "jtai-evidence")
    part = plain.part()
    command = [word for word in part.command if "encryptVolumeData" not in word]
    assert len(part.command) - len(command) == 2
    with subprocess.Popen(
        command, env=part.environment, cwd=part.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        until(plain.ready, 60)
        s3 = client(plain.administration(), settings().s3_region)
        s3.put_object(Bucket=CANARY_BUCKET, Key="probe", Body=ROWS)
        assert {path.suffix for path in holding(own.folder, PLANTED)} == {".dat"}
        process.terminate()
    tidy(own)


def test_a_file_that_a_browser_put_is_sealed_before_its_receipt_and_leaves_the_disk(reading: str, state: Path) -> None:
    planted = PLANTED.swapcase()
    rows = ROWS.replace(PLANTED, planted)
    upload = open_upload(f"{reading}-pro-1", f"{NAMED}.xlsx", uploader="agency: probation")
    url, headers = store.presign_put(upload.key, 60, size=len(rows), filename=f"{NAMED}.xlsx")
    assert NAMED not in url + str(headers)
    put_at(url, rows, headers).raise_for_status()
    # Plain for whoever may read the store, and for nobody who has its volumes alone.
    assert store.is_plain(upload.key)
    assert store.get(upload.key) == rows
    assert holding(state, planted) == holding(state, NAMED.encode()) == []
    submission = upload_completed(upload.id)
    assert not store.is_plain(upload.key)
    assert store.versions_of(upload.key) == [submission.version_id]
    assert store.get(upload.key, submission.version_id) == rows
    assert store.filename_of(upload.key) == f"{NAMED}.xlsx"
    with transaction() as session:
        assert session.get_one(UploadSession, upload.id).completed_at

    def gone() -> bool:
        compact(state)
        return holding(state, planted) == []

    # The store removes the pieces of an object a moment after the object.
    until(gone, 60)
    assert holding(state, NAMED.encode()) == []
