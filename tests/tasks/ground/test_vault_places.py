"""A place of the vault is a folder or a bucket, and keeps the same promises; with KMS our own machine holds no key."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tasks.ground import vault
from tasks.ground.s3 import client
from tasks.ground.sealing import new_data_key
from tasks.ground.vault_places import Bucket, Folder, TextPlace, place_at
from tasks.ground.wrapping import NotUnwrappedError, WrappedKey, is_current, unwrap, wrap
from tests.portal.pages.made_up import set_to
from tests.tasks.ground.test_vault import opened

pytestmark = pytest.mark.parts

REF = "reading-domestic-abuse-2024-20250224"
FINDING = f"findings/{REF}/F1/v1.json"


def _client(kind: Any, address: str) -> Any:
    return boto3.client(
        kind, endpoint_url=address, region_name="us-east-1", aws_access_key_id="t", aws_secret_access_key="t"
    )


@pytest.fixture
def aws(ministack: str, tmp_path: Path) -> Iterator[str]:
    """Set the store, the vault's bucket and KMS to a stand-in; return the ARN of a key there."""
    _client("s3", ministack).create_bucket(Bucket="jtai-vault")
    arn = _client("kms", ministack).create_key()["KeyMetadata"]["Arn"]
    store = {"s3_endpoint_url": ministack, "s3_access_key": "t", "s3_secret_key": "t"}
    with set_to(secret_key=None, state=tmp_path, kms_key=arn, kms_endpoint_url=ministack, **store):
        yield arn


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> TextPlace:
    """Return a place of either kind."""
    if request.param == "folder":
        return place_at(str(tmp_path / "vault"))
    request.getfixturevalue("aws")
    return place_at(f"s3://jtai-vault/{tmp_path.name}")


def test_a_name_that_is_taken_stays_as_it_is_until_it_is_replaced(place: TextPlace) -> None:
    assert place.read("keys/a/b") is None
    assert place.add("keys/a/b", b"1")
    assert not place.add("keys/a/b", b"2")
    assert place.read("keys/a/b") == b"1"
    place.replace("keys/a/b", b"3")
    assert place.read("keys/a/b") == b"3"
    place.add("keys/a", b"4")
    place.add("tombstones/a", b"5")
    assert place.names("keys/") == ["keys/a", "keys/a/b"]
    assert place.names("keys/a/") == ["keys/a/b"]
    for _ in range(2):
        place.remove("keys/a/b")
    assert place.read("keys/a/b") is None
    assert place.names("") == ["keys/a", "tombstones/a"]


def test_a_setting_names_a_folder_or_a_bucket() -> None:
    assert isinstance(place_at("/var/lib/jtai/vault"), Folder)
    for text in ("s3://b", "s3://b/", "s3://b/p", "s3://b/p/"):
        assert isinstance(place_at(text), Bucket)
    assert place_at("s3://b/p/").where == "s3://b/p"


def test_kms_wraps_for_one_scope_and_its_key_never_comes_here(aws: str) -> None:
    wrapped = WrappedKey.from_json(wrap(new_data_key(), REF).to_json())
    assert wrapped.by == f"kms:{aws}"
    assert is_current(wrapped)
    assert unwrap(wrapped).id == wrapped.id
    with set_to(secret_key="k" * 40, kms_key=None):
        assert not is_current(wrapped)
    other = WrappedKey("hull-20250224", wrapped.id, wrapped.by, wrapped.wrapped[:-4] + b"abcd")
    with pytest.raises(NotUnwrappedError):
        unwrap(other)


@pytest.mark.usefixtures("aws")
def test_a_vault_in_a_bucket_under_kms_seals_opens_and_destroys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with set_to(secret_key=None, vault=f"s3://jtai-vault/{tmp_path.name}"):
        sealed = vault.seal(FINDING, b"words")
        vault._opened.clear()
        assert opened(FINDING, sealed) == b"words"
        # For some seconds nobody asks the bucket again, in this process alone.
        with monkeypatch.context() as patched:
            patched.setattr(client(), "get_object", None)
            assert opened(FINDING, sealed) == b"words"
        vault.destroy(REF)
        with pytest.raises(vault.DestroyedError):
            opened(FINDING, sealed)
        assert vault.scopes() == []


@pytest.mark.usefixtures("aws")
def test_keys_move_from_our_own_key_to_kms(tmp_path: Path) -> None:
    there = {"vault": tmp_path / "vault"}
    with set_to(secret_key="k" * 40, kms_key=None, **there):
        sealed = vault.seal(FINDING, b"words")
    with set_to(secret_key="k" * 40, **there):
        assert vault.rewrap() == 1
    with set_to(secret_key=None, **there):
        vault._opened.clear()
        assert opened(FINDING, sealed) == b"words"
