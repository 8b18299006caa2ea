"""The operator's command for the vault: what was stored plain is sealed in place, and the key outside is replaced."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deployments import vault as command
from deployments.keys import replace
from deployments.store import client
from models.key_ring import Purpose
from models.settings import settings
from models.tables.base import utc_now
from tasks.ground import store, vault, vault_places
from tasks.ground.keys import ring

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("ledger")]
ROWS = b"Ann Quackenbush,943 476 5919\n" * 20_000


@pytest.fixture(autouse=True)
def _plain_is_believed(storage: dict[str, str]) -> Iterator[None]:  # noqa: ARG001 - there is a vault
    """Let other tests find the vault as it was."""
    yield
    vault_places.place().remove("marks/all-sealed")


@pytest.fixture
def ref() -> str:
    return f"reading-x{uuid4().hex[:7]}-20250224"


@pytest.fixture
def old(administration: dict[str, str], ref: str) -> dict[str, str]:
    """Store objects as they were before there was a vault; return their versions by key."""
    s3 = client(administration, settings().s3_region)
    lock: dict[str, Any] = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": utc_now() + timedelta(days=2)}
    facts: list[tuple[str, dict[str, str], dict[str, Any]]] = [
        (f"incoming/{ref}-pol-1/0f.csv", {"filename": "Ann%20Quackenbush.csv"}, {}),
        (f"cohorts/{ref}/1/m.json", {}, lock),
    ]
    return {
        key: s3.put_object(Bucket=settings().s3_bucket, Key=key, Body=ROWS, Metadata=metadata, **more)["VersionId"]
        for key, metadata, more in facts
    }


def test_what_was_stored_plain_is_sealed_and_found_by_the_version_that_the_ledger_knows(
    old: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert all(store.get(key, version) == ROWS and store.is_plain(key) for key, version in old.items())
    assert command.main(["seal"]) == 0
    assert "are sealed now" in capsys.readouterr().out
    for key, version in old.items():
        (sealed,) = store.versions_of(key)
        assert sealed != version
        assert not store.is_plain(key)
        assert store.get(key, version) == b"".join(store.chunks(key, version)) == store.get(key) == ROWS
        assert store.look(key, version).version_id == sealed
        with pytest.raises(store.NotStoredError):
            store.get(key, "no-such-version")
    incoming, manifest = old
    assert store.filename_of(incoming) == "Ann Quackenbush.csv"
    kept = store.client().get_object_retention(Bucket=settings().s3_bucket, Key=manifest)["Retention"]
    assert kept["Mode"] == "GOVERNANCE"
    assert kept["RetainUntilDate"] > utc_now() + timedelta(days=1)
    assert command.seal_all(command.administration()) == 0


def test_a_death_between_sealing_and_removing_is_made_good_by_the_next_call(
    old: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = command.administration()

    def die(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(s3, "delete_object", die)
        with pytest.raises(KeyboardInterrupt):
            command.seal_all(s3)
    command.seal_all(s3)
    for key, version in old.items():
        assert len(store.versions_of(key)) == 1
        assert store.get(key, version) == ROWS


def test_the_key_outside_is_replaced_all_keys_are_wrapped_anew_and_the_old_one_is_forgotten(
    ref: str, capsys: pytest.CaptureFixture[str]
) -> None:
    key = f"findings/{ref}/F1/v1.json"
    store.put_once(key, ROWS)
    before = ring().keys[Purpose.EVIDENCE][0].id
    replace([Purpose.EVIDENCE])
    with pytest.raises(command.OldKeyInUseError):
        command.forget_old()
    assert command.main(["rewrap", "--forget-old"]) == 0
    assert "1 old key outside is forgotten" in capsys.readouterr().out
    vault._opened.clear()
    assert store.get(key) == ROWS
    kept = [each["id"] for each in json.loads(Path(str(settings().keys_file)).read_text())["evidence"]]
    assert before not in kept
    assert len(kept) == 1


def test_the_list_shows_scopes_and_what_was_destroyed(ref: str, capsys: pytest.CaptureFixture[str]) -> None:
    store.put_once(f"findings/{ref}/F1/v1.json", ROWS)
    assert command.main([]) == 0
    assert f"{ref}  has its key" in capsys.readouterr().out
    vault.destroy(ref)
    assert command.main(["list"]) == 0
    assert f"{ref}  destroyed " in capsys.readouterr().out


def test_misuse_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["seal", "--forget-old"])
    assert ended.value.code == 2
    assert "--forget-old goes with rewrap" in capsys.readouterr().err
