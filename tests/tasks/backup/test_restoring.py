"""A backup is put back into another stack: the same rows, every object by its digest, and nothing destroyed since."""

import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlmodel import col, select

from cli.backup import command as backup_command
from cli.restore import command as restore_command
from deployments.stack import Stack
from models.key_ring import UnknownKeyError
from models.settings import settings
from models.tables import AuditEntry, Inspection, Submission
from models.tables.base import utc_now
from tasks.backup import postgres
from tasks.backup.making import forget, make, spelled
from tasks.backup.pieces import NoBackupError, new_key_file, read_key_file
from tasks.backup.restoring import NotEmptyError, NoVaultError, OtherRevisionError, restore
from tasks.ground import store, vault
from tasks.ground.database import transaction
from tasks.ground.vault_places import place
from tasks.ledger.audit import chain, verify
from tasks.returns.uploads import open_upload, upload_completed
from tests.stacks import no_addresses, pointed_at

pytestmark = [pytest.mark.parts, pytest.mark.timeout(300)]
ROWS = b"incident_ref\n1\n"


@dataclass
class Before:
    """What there was: a backup with its key, the keys outside, what ledger and store held, and the vault of today."""

    folder: Path
    key: Path
    keys_file: Path
    vault: Path
    at: datetime
    digests: dict[tuple[str, str], str]
    ref: str
    sent: str
    destroyed: str
    gone: str


def digests() -> dict[tuple[str, str], str]:
    """Return the digest of what each file of a version holds, by its key and the version that the ledger knows."""
    with transaction() as session:
        rows = session.exec(select(Submission.key, Submission.version_id, Submission.sha256)).all()
    return {(key, version): store.look(key, version).sha256 for key, version, _ in rows}


@pytest.fixture
def before(reading: str, tmp_path: Path) -> Before:
    """Make a backup, and destroy two things and add one afterwards."""
    sent, gone = {}, f"hull-{uuid4().hex[:6]}-20250224"
    for code in ("pol-1", "pro-1"):
        upload = open_upload(f"{reading}-{code}", "Ann Quackenbush.csv", uploader="agency: police")
        store.put_stream(upload.key, io.BytesIO(ROWS + code.encode()), filename="Ann Quackenbush.csv")
        upload_completed(upload.id)
        sent[code] = upload.id
    store.put_once(f"findings/{reading}/F9/{tmp_path.name}.json", b"words")
    store.put_once(f"findings/{gone}/F1/{tmp_path.name}.json", b"words")
    store.put_once(f"cohorts/{reading}/9/{tmp_path.name}.json", b"frozen", keep_until=utc_now().replace(year=2099))
    key = tmp_path / "backup.key"
    new_key_file(key)
    made = make(tmp_path / "backup", read_key_file(key), by="operator: backup")
    before_it = digests()
    vault.destroy(f"{reading}/{sent['pro-1']}")
    vault.destroy(gone)
    later = open_upload(f"{reading}-hea-1", "a.csv", uploader="agency: health")
    store.put_once(later.key, ROWS)
    shutil.copytree(settings().state / "vault", tmp_path / "vault")
    keys_file = tmp_path / "keys.json"
    shutil.copy(str(settings().keys_file), keys_file)
    # Other tests go on with the store's keys as they were.
    return Before(
        *(tmp_path / "backup", key, keys_file, tmp_path / "vault", made.at, before_it, reading),
        *(sent["pol-1"], sent["pro-1"], gone),
    )


@contextmanager
def another(folder: Path, keys_file: Path | None) -> Iterator[Stack]:
    """Start an empty stack, with the keys outside of the one that was lost, and use it."""
    with no_addresses():
        stack = Stack(folder, prefect=False)
        if keys_file:
            shutil.copy(keys_file, stack.state.keys_file)
        with stack, pointed_at(stack):
            yield stack
        stack.destroy()


def test_everything_comes_back_but_what_was_destroyed_since(before: Before, tmp_path: Path) -> None:
    # Somebody takes a key away that nobody destroyed.
    taken = f"{before.ref}/{before.sent}"
    (before.folder / "keys" / spelled(f"{vault.KEYS}{taken}")).unlink()
    with another(tmp_path / "other", before.keys_file):
        arguments = [str(before.folder), "--key", str(before.key), "--outside", str(before.vault), "--json"]
        done = CliRunner().invoke(restore_command, arguments)
        assert done.exit_code == 0, done.output
        facts = json.loads(done.output)
        assert datetime.fromisoformat(facts["at"]) == before.at
        assert {before.gone, f"{before.ref}/{before.destroyed}"} <= set(facts["destroyed"])
        assert facts["left_out"] >= 2
        assert not facts["without_outside"]
        assert facts["without_key"] == [taken]
        assert facts["keys"] == len(place().names(vault.KEYS))
        gone = {where for where in before.digests if before.destroyed in where[0]}
        assert len(gone) == 1
        for (key, version), digest in before.digests.items():
            if before.sent in key:
                with pytest.raises(vault.LostKeyError):
                    store.look(key, version)
            elif (key, version) in gone:
                assert not store.exists(key)
                with pytest.raises(store.NotStoredError):
                    store.get(key, version)
            else:
                assert store.look(key, version).sha256 == digest
        assert all(before.gone not in key for key in store.keys_under(""))
        with pytest.raises(vault.DestroyedError):
            store.put_once(f"findings/{before.gone}/F2/v1.json", b"words")
        _check_ledger(before)
        _check_lock(before)
        # A second time there is something to be mixed with.
        with pytest.raises(NotEmptyError, match="has entries"):
            restore(before.folder, read_key_file(before.key), by="operator: restore", outside=None)


def _check_ledger(before: Before) -> None:
    with transaction() as session:
        assert session.get_one(Inspection, before.ref).ref == before.ref
        entries, head = chain(session, before.ref)
        assert entries
        assert verify(entries, head) is None
        actions = session.exec(select(AuditEntry.action).order_by(col(AuditEntry.at))).all()
        (told,) = session.exec(select(AuditEntry.facts).where(AuditEntry.action == "backup.restored"))
    assert actions[-1] == "backup.restored"
    assert told["outside"]


def _check_lock(before: Before) -> None:
    (key,) = [key for key in store.keys_under(f"cohorts/{before.ref}/9/") if before.folder.parent.name in key]
    kept = store.client().get_object_retention(Bucket=settings().s3_bucket, Key=key)["Retention"]
    assert (kept["Mode"], kept["RetainUntilDate"].year) == ("GOVERNANCE", 2099)


def test_what_cannot_be_put_back_is_refused_before_anything_is(
    before: Before, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = read_key_file(before.key)
    with another(tmp_path / "other", None) as stack:
        # The keys outside of the stack that was lost are not here.
        with pytest.raises(UnknownKeyError):
            restore(before.folder, secret, by="operator: restore", outside=None)
        shutil.copy(before.keys_file, stack.state.keys_file)
        with pytest.raises(NoBackupError):
            restore(before.folder, f"{secret}x", by="operator: restore", outside=None)
        # A name that was typed wrong: what was destroyed since would come back, and nobody would be told.
        for nowhere in (tmp_path / "vualt", tmp_path):
            with pytest.raises(NoVaultError, match="holds neither keys nor tombstones"):
                restore(before.folder, secret, by="operator: restore", outside=str(nowhere))
        with monkeypatch.context() as patched:
            patched.setattr(postgres, "is_known", lambda _revision: False)
            with pytest.raises(OtherRevisionError, match="does not know. Put it back with the release that made it"):
                restore(before.folder, secret, by="operator: restore", outside=None)
        assert list(store.keys_under("")) == ["checks/put-once"]
        assert vault.scopes() == []
        store.put_once("public/files/a.html", b"a")
        with pytest.raises(NotEmptyError, match="store holds objects"):
            restore(before.folder, secret, by="operator: restore", outside=None)


def test_what_was_destroyed_since_comes_back_only_when_that_is_asked_for_in_so_many_words(
    before: Before, tmp_path: Path
) -> None:
    arguments = [str(before.folder), "--key", str(before.key)]
    with another(tmp_path / "other", before.keys_file):
        # Neither, both, and a variable of a shell that holds nothing.
        wrong: list[list[str]] = [[], ["--outside", str(before.vault), "--without-outside"], ["--outside", ""]]
        for more in wrong:
            refused = CliRunner().invoke(restore_command, [*arguments, *more])
            assert refused.exit_code == 2
            assert "Give --outside with the vault of the stack that was lost" in refused.output
        assert vault.scopes() == []
        done = CliRunner().invoke(restore_command, [*arguments, "--without-outside"])
        assert done.exit_code == 0, done.output
        assert f"No vault was asked what was destroyed since {before.at:%Y-%m-%d %H:%M:%S} UTC." in done.output
        assert "Whatever was destroyed after that came back with its key and can be opened." in done.output
        assert any(before.gone in key for key in store.keys_under("findings/"))
        with transaction() as session:
            (told,) = session.exec(select(AuditEntry.facts).where(AuditEntry.action == "backup.restored"))
        assert not told["outside"]


def test_keys_of_what_was_destroyed_are_taken_out_of_a_backup(before: Before) -> None:
    count = len(list((before.folder / "keys").iterdir()))
    done = CliRunner().invoke(backup_command, ["--forget", str(before.folder), "--json"])
    removed = json.loads(done.output)["forgotten"]
    assert removed >= 2
    assert len(list((before.folder / "keys").iterdir())) == count - removed
    (before.folder / "keys" / "notes from somebody").write_text("no key")
    assert forget(before.folder) == 0


def test_a_folder_that_is_no_backup_has_nothing_to_forget(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    with pytest.raises(NoBackupError):
        forget(tmp_path)
