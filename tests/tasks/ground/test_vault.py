"""The vault: a scope has one key, what was destroyed never opens again, and a death in between changes nothing."""

import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.key_ring import Purpose, fresh_key, fresh_ring
from tasks.ground import vault, vault_places
from tasks.ground.keys import ring
from tasks.ground.sealing import NotOpenedError
from tasks.ground.store import name_metadata
from tasks.ground.vault_places import Folder, place
from tests.portal.pages.made_up import set_to

# Its vault and keys are set before each test, which no pure test may do.
pytestmark = pytest.mark.parts

REF = "reading-domestic-abuse-2024-20250224"
OTHER = "hull-domestic-abuse-2024-20250224"
KEY = f"incoming/{REF}-pol-1/0f3a.csv"
FINDING = f"findings/{REF}/F1/v1.json"
ROWS = b"Ann Quackenbush,943 476 5919\n" * 1000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give each test a vault and keys of its own."""
    (tmp_path / "keys.json").write_text(fresh_ring().to_text())
    with set_to(secret_key=None, keys_file=tmp_path / "keys.json", vault=tmp_path / "vault"):
        yield tmp_path / "vault"


def forget() -> None:
    """Be another process, which has opened no key yet."""
    vault._opened.clear()


def opened(key: str, data: bytes) -> bytes:
    """Return what bytes at a key hold."""
    return b"".join(vault.open_stream(key, [data]))


def test_what_is_sealed_opens_at_its_place_alone() -> None:
    sealed = vault.seal(KEY, ROWS)
    assert b"Quackenbush" not in sealed
    forget()
    assert opened(KEY, sealed) == ROWS
    assert vault.seal(KEY, ROWS) == sealed
    with pytest.raises(NotOpenedError):
        opened(f"incoming/{REF}-pol-1/ffff.csv", sealed + vault.seal(f"incoming/{REF}-pol-1/ffff.csv", b""))
    vault.seal(f"findings/{OTHER}/F1/v1.json", b"")
    with pytest.raises(NotOpenedError):
        opened(f"findings/{OTHER}/F1/v1.json", vault.seal(FINDING, ROWS))


def test_a_stream_is_sealed_as_its_bytes_are() -> None:
    out, digest = vault.seal_stream(KEY, io.BytesIO(ROWS))
    assert out.read() == vault.seal(KEY, ROWS) == vault.seal_from(KEY, digest, io.BytesIO(ROWS).read).read()
    public = io.BytesIO(ROWS)
    same, _ = vault.seal_stream("public/files/a.csv", public)
    assert same is public
    assert same.read() == ROWS


def test_what_is_public_or_was_stored_plain_is_as_it_is() -> None:
    assert vault.seal("public/files/a.html", ROWS) == ROWS
    for key in ("public/files/a.html", KEY):
        assert opened(key, ROWS) == ROWS
        assert opened(key, b"") == b""
        assert opened(key, b"JT") == b"JT"


def test_once_all_is_sealed_plain_bytes_are_believed_only_where_files_arrive() -> None:
    assert opened(FINDING, ROWS) == ROWS
    vault.refuse_plain()
    with pytest.raises(NotOpenedError):
        opened(FINDING, ROWS)
    assert opened(FINDING, vault.seal(FINDING, ROWS)) == ROWS
    assert opened(KEY, ROWS) == opened("public/files/a.html", ROWS) == ROWS


def test_a_name_is_sealed_for_its_object() -> None:
    text = name_metadata(KEY, "Ann Quackenbush.csv")["sealed-name"]
    assert "Quackenbush" not in text
    assert vault.open_name(KEY, text) == "Ann Quackenbush.csv"
    for damaged in ("", "AAAA", text[:-8], "not base64!"):
        with pytest.raises(NotOpenedError) as refused:
            vault.open_name(KEY, damaged)
        assert str(refused.value).startswith(f"The object {KEY} does not open")


def test_each_scope_has_one_key_however_many_ask_for_it_first() -> None:
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait()
        return vault.data_key(REF).id

    with ThreadPoolExecutor(8) as several:
        assert len(set(several.map(ask, range(8)))) == 1
    assert vault.data_key(OTHER).id != vault.data_key(REF).id
    assert vault.scopes() == sorted([OTHER, REF])


def test_files_of_the_vault_are_for_their_owner_and_hold_no_key(folder: Path) -> None:
    secret = vault.data_key(f"{REF}/0f3a").secret
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
        assert path.is_dir() or secret.hex() not in path.read_bytes().hex()
    assert folder.stat().st_mode & 0o077 == 0


def test_what_was_destroyed_opens_nowhere_and_is_not_made_again() -> None:
    sealed, finding = vault.seal(KEY, ROWS), vault.seal(FINDING, ROWS)
    name = name_metadata(KEY, "a.csv")["sealed-name"]
    copy = {path: path.read_bytes() for path in Path(place().where).rglob("keys/**/*.json")}
    stone = vault.destroy(REF)
    assert (stone.scope, stone.key_id) == (REF, stone.key_id)
    assert vault.destroy(REF) == stone == vault.tombstone_of(REF)
    for attempt in (
        lambda: opened(KEY, sealed),
        lambda: opened(FINDING, finding),
        lambda: vault.open_name(KEY, name),
        lambda: vault.seal(FINDING, ROWS),
        lambda: opened(FINDING, ROWS),
    ):
        with pytest.raises(vault.DestroyedError, match="destroyed with its key"):
            attempt()
    assert vault.scopes() == []
    # A copy of the keys that comes back does not bring them back.
    for path, text in copy.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    forget()
    with pytest.raises(vault.DestroyedError):
        opened(KEY, sealed)
    # The file has a key, the class of record of the finding has one, and both are wrapped by their inspection's.
    assert vault.finish_destroying() == len(copy) == 3
    assert vault.scopes() == []


def test_a_file_is_destroyed_alone_and_its_inspection_goes_on() -> None:
    sealed, finding = vault.seal(KEY, ROWS), vault.seal(FINDING, ROWS)
    stone = vault.destroy(f"{REF}/0f3a")
    assert stone.key_id != vault.data_key(REF).id
    assert vault.is_destroyed(f"{REF}/0f3a")
    assert not vault.is_destroyed(REF)
    with pytest.raises(vault.DestroyedError):
        opened(KEY, sealed)
    assert opened(FINDING, finding) == ROWS
    assert [each.scope for each in vault.tombstones()] == [f"{REF}/0f3a"]


def test_a_scope_that_never_had_a_key_can_be_destroyed_and_gets_none() -> None:
    assert vault.destroy(REF).key_id == ""
    with pytest.raises(vault.DestroyedError):
        vault.seal(KEY, ROWS)


@pytest.mark.parametrize("steps", range(4))
def test_a_death_at_any_step_of_a_destruction_leaves_nothing_that_opens(
    steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = vault.seal(KEY, ROWS)
    done = iter(range(steps))

    class _DiedError(Exception):
        pass

    with monkeypatch.context() as patched:
        for method in ("add", "remove"):
            real = getattr(Folder, method)

            def step(self: Folder, *given: object, _real: object = real) -> object:
                if next(done, None) is None:
                    raise _DiedError
                return _real(self, *given)  # type: ignore[operator]

            patched.setattr(vault_places.Folder, method, step)
        died = False
        try:
            vault.destroy(REF)
        except _DiedError:
            died = True
    assert died == (steps < 3)
    forget()
    if steps == 0:
        assert opened(KEY, sealed) == ROWS
        vault.destroy(REF)
    else:
        with pytest.raises(vault.DestroyedError):
            opened(KEY, sealed)
        assert vault.finish_destroying() == 3 - min(steps, 3)
    assert vault.scopes() == []
    assert vault.finish_destroying() == 0


def test_what_was_sealed_under_an_earlier_key_of_its_scope_does_not_open_under_a_new_one(folder: Path) -> None:
    sealed, name = vault.seal(FINDING, ROWS), name_metadata(FINDING, "a.csv")["sealed-name"]
    for path in folder.rglob("*.json"):
        path.unlink()
    forget()
    vault.seal(FINDING, ROWS)
    with pytest.raises(NotOpenedError):
        opened(FINDING, sealed)
    with pytest.raises(NotOpenedError):
        vault.open_name(FINDING, name)


def test_a_key_that_is_lost_is_told_apart_from_one_that_was_destroyed(folder: Path) -> None:
    sealed = vault.seal(FINDING, ROWS)
    for path in folder.rglob("*.json"):
        path.unlink()
    forget()
    with pytest.raises(vault.LostKeyError, match="Put the vault back"):
        opened(FINDING, sealed)


def test_a_key_that_is_destroyed_while_it_is_looked_for_is_not_called_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = vault.seal(FINDING, ROWS)
    forget()
    read, due = Folder.read, iter([REF])

    def destroyed_first(self: Folder, name: str) -> bytes | None:
        # After the tombstones were looked for, before the key is read.
        if name.startswith(vault.KEYS) and (scope := next(due, None)):
            vault.destroy(scope)
        return read(self, name)

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "read", destroyed_first)
        with pytest.raises(vault.DestroyedError):
            opened(FINDING, sealed)
    with pytest.raises(vault.DestroyedError):
        vault.seal(FINDING, ROWS)
    assert vault.scopes() == []


def test_all_keys_are_wrapped_anew_and_everything_opens_without_the_old_key(folder: Path) -> None:
    sealed, finding = vault.seal(KEY, ROWS), vault.seal(f"findings/{OTHER}/F1/v1.json", ROWS)
    before = {path: path.read_bytes() for path in folder.rglob("*.json")}
    fresh = ring().replace([Purpose.EVIDENCE], {Purpose.EVIDENCE: fresh_key()})
    keys_file = folder.parent / "keys.json"
    keys_file.write_text(fresh.to_text())
    assert vault.rewrap() == 2
    assert vault.rewrap() == 0
    alone = type(fresh)({**fresh.keys, Purpose.EVIDENCE: fresh.keys[Purpose.EVIDENCE][:1]})
    keys_file.write_text(alone.to_text())
    forget()
    assert opened(KEY, sealed) == ROWS
    assert opened(f"findings/{OTHER}/F1/v1.json", finding) == ROWS
    # A file's own key is wrapped by its inspection's, which did not change.
    assert sum(path.read_bytes() != text for path, text in before.items()) == 2


@pytest.mark.parametrize("name", ["../../etc/x", "a/../../b", "..", ".hidden", "a b\n/c"])
def test_no_name_leaves_the_folder(name: str, tmp_path: Path) -> None:
    top = tmp_path / "in"
    at = Folder(top / "a" / "vault")
    assert at.add(f"keys/{name}", b"1")
    assert not at.add(f"keys/{name}", b"2")
    assert at.read(f"keys/{name}") == b"1"
    assert at.names("keys/") == [f"keys/{name}"]
    assert all(top / "a" / "vault" in path.parents for path in top.rglob("*") if path.is_file())
    at.remove(f"keys/{name}")
    assert at.read(f"keys/{name}") is None
