"""The evidence store: written once, never overwritten, frozen under lock, and everything read back by its hash."""

import io
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ClientError

from models.settings import MissingSettingError, reread, settings
from models.tables.base import utc_now
from tasks.ground import store, vault
from tasks.ground.digests import sha256
from tests.stacks import put_at

pytestmark = pytest.mark.usefixtures("storage")


@pytest.fixture
def key() -> str:
    return f"test/{uuid4().hex}"


def test_a_store_without_keys_of_ours_is_reached_by_the_role_that_boto3_finds(
    storage: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str
) -> None:
    for ours, theirs in (("S3_ACCESS_KEY", "AWS_ACCESS_KEY_ID"), ("S3_SECRET_KEY", "AWS_SECRET_ACCESS_KEY")):
        monkeypatch.delenv(f"JTAI_{ours}")
        monkeypatch.setenv(theirs, storage[f"JTAI_{ours}"])
    monkeypatch.setenv("JTAI_STATE", str(tmp_path))
    monkeypatch.setenv("JTAI_VAULT", str(tmp_path / "vault"))
    reread()
    try:
        assert settings().s3_access_key is None
        assert store.put_once(key, b"rows").size == 4
        monkeypatch.delenv("JTAI_S3_ENDPOINT_URL")
        reread()
        with pytest.raises(MissingSettingError, match="JTAI_S3_ACCESS_KEY"):
            store.client()
    finally:
        monkeypatch.undo()
        reread()


def test_what_was_destroyed_is_refused_before_an_answer_begins_and_its_name_is_gone(key: str) -> None:
    ref = f"reading-x{uuid4().hex[:7]}-20250224"
    where = f"documents/{ref}/{uuid4().hex}"
    stored = store.put_once(where, b"rows", filename="Ann Quackenbush.pdf")
    assert b"".join(store.chunks(where, stored.version_id)) == b"rows"
    assert store.filename_of(where) == "Ann Quackenbush.pdf"
    vault.destroy(ref)
    for attempt in (
        lambda: store.chunks(where, stored.version_id),
        lambda: store.get(where),
        lambda: store.look(where),
        lambda: store.put_once(where, b"rows"),
        lambda: store.put_stream(where, io.BytesIO(b"rows")),
    ):
        with pytest.raises(vault.DestroyedError):
            attempt()
    assert store.filename_of(where) == ""
    assert store.exists(where)
    assert store.put_once(key, b"rows")


def test_l2_the_same_bytes_twice_are_one_version(key: str) -> None:
    first = store.put_once(key, b"rows")
    assert store.put_once(key, b"rows") == first
    assert (first.sha256, first.size) == (sha256(b"rows"), 4)
    found = store.client().list_object_versions(Bucket=settings().s3_bucket, Prefix=key)
    assert [one["VersionId"] for one in found["Versions"]] == [first.version_id]


def test_l2_other_bytes_at_a_key_are_refused_and_the_first_stay(key: str) -> None:
    first = store.put_once(key, b"rows")
    with pytest.raises(store.StoredDifferentlyError, match="never overwritten"):
        store.put_once(key, b"other")
    with pytest.raises(store.StoredDifferentlyError):
        store.put_stream(key, io.BytesIO(b"other"))
    assert store.look(key) == first


def test_l2_a_presigned_upload_cannot_overwrite_either(key: str) -> None:
    url, headers = store.presign_put(key, 60, size=4, filename="a.csv")
    assert put_at(url, b"rows", headers).status_code == 200
    assert put_at(url, b"else", headers).status_code == 412
    without = {name: value for name, value in headers.items() if name != "If-None-Match"}
    assert put_at(url, b"else", without).status_code == 403
    assert store.get(key) == b"rows"


def test_l2_a_version_stays_readable_after_somebody_overwrites_its_key(key: str) -> None:
    first = store.put_once(key, b"rows")
    store.client().put_object(Bucket=settings().s3_bucket, Key=key, Body=b"other")
    assert store.get(key) == b"other"
    assert sha256(store.get(key, first.version_id)) == first.sha256


def test_l2_a_frozen_object_cannot_be_deleted(key: str) -> None:
    frozen = store.put_once(key, b"manifest", keep_until=utc_now() + timedelta(days=1))
    with pytest.raises(ClientError, match="AccessDenied|Access Denied|locked|WORM"):
        store.client().delete_object(Bucket=settings().s3_bucket, Key=key, VersionId=frozen.version_id)
    assert store.get(key, frozen.version_id) == b"manifest"


def test_what_is_not_there_is_told_by_its_key(key: str) -> None:
    for read in (store.get, store.look, store.filename_of):
        with pytest.raises(store.NotStoredError, match=key):
            read(key)


def test_a_name_in_any_script_comes_back_as_it_was(key: str) -> None:
    store.put_stream(key, io.BytesIO(b"rows"), filename="Siân O'Brien – Łódź 👶.csv")
    assert store.filename_of(key) == "Siân O'Brien – Łódź 👶.csv"
    assert store.look(key).size == 4


def test_what_is_put_goes_as_it_is_with_its_checksum_in_front(key: str) -> None:
    """Over TLS boto3 would else cut a body into pieces with the checksum behind, which costs as much as the put."""
    sent: list[dict[str, str]] = []

    def note(request: AWSPreparedRequest, **_: object) -> None:
        headers = request.headers.items()
        sent.append({name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in headers})

    events = store.client().meta.events
    events.register("before-send.s3.PutObject", note)
    try:
        store.put_once(f"{key}/1", b"rows")
        store.put_stream(f"{key}/2", io.BytesIO(b"rows"))
    finally:
        events.unregister("before-send.s3.PutObject", note)
    assert [store.get(f"{key}/{n}") for n in (1, 2)] == [b"rows", b"rows"]
    for n, headers in enumerate(sent, 1):
        body = store.client().get_object(Bucket=settings().s3_bucket, Key=f"{key}/{n}")["Body"].read()
        assert headers["x-amz-checksum-crc32"] == b64encode(crc32(body).to_bytes(4, "big")).decode()
        assert "x-amz-trailer" not in headers
        assert "content-encoding" not in headers
    with pytest.raises(ClientError, match="BadDigest|checksum|Checksum"):
        store.client().put_object(Bucket=settings().s3_bucket, Key=f"{key}/3", Body=b"rows", ChecksumCRC32="AAAAAA==")
