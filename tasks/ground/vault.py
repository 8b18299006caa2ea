"""The vault: one data key for each scope of the evidence, and the proof that a destroyed key stays destroyed.

A scope is an inspection's reference, `REF/UPLOAD` for one file that was sent, or `programme` (`models/scopes.py`).
Keys lie wrapped in the vault's place, and with them the tombstones of those that were destroyed; neither is ever in
the database or the evidence store.
"""

import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import BinaryIO

from models.keys import INCOMING
from models.refusals import OperatorError
from models.scopes import PROGRAMME_SCOPE, parent_of, scope_of
from models.tables.base import utc_now
from tasks.ground import sealing
from tasks.ground.sealing import DataKey, NotOpenedError, new_data_key
from tasks.ground.vault_places import Folder, TextPlace, place
from tasks.ground.wrapping import WrappedKey, is_current, unwrap, wrap

KEYS, TOMBSTONES = "keys/", "tombstones/"
"""How the names of wrapped keys and of tombstones begin in the vault's place."""

_ALL_SEALED = "marks/all-sealed"
_MEMORY = 8 << 20
"""Sealed bytes of a stream that are kept in memory; what is more goes to a file without a name, sealed."""

_MOST_OPENED = 2000
"""Keys that a process has opened at once; each file that was sent has its own."""

_FRESH_SECONDS = 20
"""How long a bucket is not asked again whether a key was destroyed meanwhile. A folder is asked each time."""


class DestroyedError(OperatorError):
    """What was asked for was destroyed: its key is gone, and nothing opens it again."""

    brief = "destroyed by policy"

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"What {scope} held was destroyed with its key, and nothing opens it again. "
            "The certificate of the destruction says when and why."
        )


class LostKeyError(OperatorError):
    """A key is not in the vault although nobody destroyed it."""

    brief = "a key of the evidence is missing"

    def __init__(self, scope: str) -> None:
        super().__init__(
            f"The key of {scope} is not in the vault, and no tombstone says that it was destroyed. "
            "Put the vault back from your backup."
        )


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That a key was destroyed.

    Attributes:
        scope: whose key it was.
        key_id: of the key; empty where the scope never had one.
        at: when.
    """

    scope: str
    key_id: str
    at: datetime

    def to_json(self) -> dict[str, str]:
        """Return it as it is stored."""
        return {"scope": self.scope, "key_id": self.key_id, "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, stored: dict[str, str]) -> "Tombstone":
        """Return what `to_json` made."""
        return cls(stored["scope"], stored["key_id"], datetime.fromisoformat(stored["at"]))


_opened: dict[tuple[str, str], tuple[float, DataKey]] = {}
"""Data keys by place and scope, with the time at which they were last seen to be in force."""


def seal(key: str, data: bytes) -> bytes:
    """Return `data` sealed for the object at `key`, or as it is where that is public.

    Raises:
        DestroyedError: the key of its scope was destroyed.
    """
    scope = scope_of(key)
    return data if scope is None else sealing.seal_bytes(data_key(scope), key, data)


def seal_stream(key: str, stream: BinaryIO) -> tuple[BinaryIO, bytes]:
    """Return a file of what `stream` holds, sealed for the object at `key`, and the SHA-256 of its plain bytes.

    Raises:
        DestroyedError: the key of its scope was destroyed.
    """
    import hashlib

    scope = scope_of(key)
    if scope is None:
        digest = hashlib.file_digest(stream, "sha256").digest()  # type: ignore[arg-type]
        stream.seek(0)
        return stream, digest
    out = tempfile.SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 - the caller closes it
    digest = sealing.seal_stream(data_key(scope), key, stream, out)  # type: ignore[arg-type]
    out.seek(0)
    return out, digest  # type: ignore[return-value]


def seal_from(key: str, digest: bytes, read: Callable[[int], bytes]) -> BinaryIO:
    """Return a file of what `read` returns piece by piece, sealed for the object at `key`.

    Args:
        key: of the object; it is none of those that are public.
        digest: SHA-256 of all that is read.
        read: returns the next bytes, as a file's `read` does.

    Raises:
        DestroyedError: the key of its scope was destroyed.
    """
    out = tempfile.SpooledTemporaryFile(_MEMORY)  # noqa: SIM115 - the caller closes it
    out.writelines(sealing.seal_pieces(data_key(scope_of(key) or PROGRAMME_SCOPE), key, digest, read))
    out.seek(0)
    return out  # type: ignore[return-value]


def open_stream(key: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Return the plain bytes of the object at `key`, piece by piece; each was authenticated.

    Bytes from before there was a vault are as they are until `seal`.

    Raises:
        DestroyedError: the key of its scope was destroyed; at once, before an answer has begun.
        LostKeyError: the key is not in the vault; once the first piece is read.
        NotOpenedError: the bytes were changed or moved; as they are read.
    """
    scope = scope_of(key)
    # What was stored plain, before there was a vault, ends with its scope all the same.
    if scope is not None and _fresh_key(place(), scope) is None and is_destroyed(scope):
        raise DestroyedError(scope)

    def opened() -> Iterator[bytes]:
        rest, start = iter(pieces), b""
        for piece in rest:
            start += piece
            if len(start) >= sealing.HEADER_BYTES or not sealing.MARK.startswith(start[: len(sealing.MARK)]):
                break
        if scope is None or not sealing.is_sealed(start):
            # Whoever can write to the store could leave the mark out, and have bytes of their own believed.
            if scope is not None and not key.startswith(INCOMING) and is_plain_refused():
                raise NotOpenedError(key)
            yield start
            yield from rest
            return
        header = start[: sealing.HEADER_BYTES]
        # A header that names another key opens with none: each piece authenticates it.
        yield from sealing.open_pieces(_existing_key(scope), key, header, chain([start[len(header) :]], rest))

    return opened()


def refuse_plain() -> None:
    """Believe no plain bytes from now on where sealed ones belong: whoever may write to the store could put them there.

    What has just arrived is plain until it is sealed, and so stays as it is.
    """
    place().add(_ALL_SEALED, b"{}")


def is_plain_refused() -> bool:
    """Return whether everything that was stored before there was a vault is sealed by now."""
    return place().read(_ALL_SEALED) is not None


def open_name(key: str, text: str) -> str:
    """Return the sender's file name that the metadata of the object at `key` holds sealed.

    Raises:
        DestroyedError, LostKeyError, NotOpenedError: as `open_stream`.
    """
    try:
        return sealing.open_name(_existing_key(scope_of(key) or PROGRAMME_SCOPE), key, text)
    except (ValueError, NotOpenedError):
        # It is the object that does not open; the place of its name within says nothing to a person.
        raise NotOpenedError(key) from None


def data_key(scope: str) -> DataKey:
    """Return the data key by which a scope is sealed, making it on first use.

    Raises:
        DestroyedError: it was destroyed.
    """
    at = place()
    # A scope that was destroyed gets no second key.
    if (at.where, scope) not in _opened and not _has_tombstone(at, scope) and at.read(KEYS + scope) is None:
        parent = parent_of(scope)
        around = data_key(parent) if parent else None
        # Whoever comes first makes it; all others find theirs.
        at.add(KEYS + scope, _text(wrap(new_data_key(), scope, around).to_json()))
    return _existing_key(scope)


def _existing_key(scope: str) -> DataKey:
    """Return the data key of a scope; what is opened needs the key that sealed it, and a new key would not do.

    Raises:
        DestroyedError: it was destroyed.
        LostKeyError: there is none.
    """
    at = place()
    if fresh := _fresh_key(at, scope):
        return fresh
    _, key = _opened.get((at.where, scope), (0.0, None))
    if _has_tombstone(at, scope):
        _opened.pop((at.where, scope), None)
        raise DestroyedError(scope)
    if key is None:
        parent = parent_of(scope)
        around = _existing_key(parent) if parent else None
        text = at.read(KEYS + scope)
        if text is None:
            # It may have been destroyed since we looked for its tombstone, which is there before the key goes.
            raise DestroyedError(scope) if _has_tombstone(at, scope) else LostKeyError(scope)
        wrapped = WrappedKey.from_json(json.loads(text))
        key = unwrap(wrapped, around)
    if len(_opened) >= _MOST_OPENED:
        _opened.clear()
    _opened[at.where, scope] = (_fresh_until(at), key)
    return key


def _fresh_key(at: TextPlace, scope: str) -> DataKey | None:
    """Return a key of which the vault was asked a moment ago; None where it is to be asked now."""
    until, key = _opened.get((at.where, scope), (0.0, None))
    return key if until > time.monotonic() else None


def _fresh_until(at: TextPlace) -> float:
    return 0.0 if isinstance(at, Folder) else time.monotonic() + _FRESH_SECONDS


def destroy(scope: str, at: datetime | None = None) -> Tombstone:
    """Destroy the key of a scope and of all scopes within it, for good; return the tombstone.

    The tombstone is durable before the key goes, so that from the first moment on nothing opens. Whoever was killed in
    between calls it again, and so does `finish_destroying`: the same tombstone comes back.
    """
    where = place()
    name = TOMBSTONES + scope
    wrapped = where.read(KEYS + scope)
    key_id = WrappedKey.from_json(json.loads(wrapped)).id if wrapped else ""
    where.add(name, _text(Tombstone(scope, key_id, at or utc_now()).to_json()))
    _remove_keys(where, scope)
    stone = tombstone_of(scope)
    if stone is None:
        raise LostKeyError(scope)
    return stone


def _remove_keys(where: TextPlace, scope: str) -> None:
    for within in where.names(f"{KEYS}{scope}/"):
        where.remove(within)
    where.remove(KEYS + scope)
    for kept in [kept for kept in _opened if kept[1] == scope or kept[1].startswith(f"{scope}/")]:
        _opened.pop(kept, None)


def finish_destroying() -> int:
    """Remove keys that a killed `destroy` left behind their tombstones; return how many."""
    where, removed = place(), 0
    kept = set(where.names(KEYS))
    for stone in tombstones():
        left = {name for name in kept if name == KEYS + stone.scope or name.startswith(f"{KEYS}{stone.scope}/")}
        if left:
            _remove_keys(where, stone.scope)
            removed += len(left)
    return removed


def is_destroyed(scope: str) -> bool:
    """Return whether the key of a scope, or of the scope around it, was destroyed."""
    return _has_tombstone(place(), scope)


def _has_tombstone(at: TextPlace, scope: str) -> bool:
    around = parent_of(scope)
    return bool(at.read(TOMBSTONES + scope)) or (around != "" and _has_tombstone(at, around))


def tombstone_of(scope: str) -> Tombstone | None:
    """Return the tombstone of a scope's key, or None where it was not destroyed."""
    text = place().read(TOMBSTONES + scope)
    return Tombstone.from_json(json.loads(text)) if text else None


def keep_tombstone(stone: Tombstone) -> None:
    """Keep the tombstone of a key that was destroyed elsewhere; a key of the scope that is here ends with it."""
    place().add(TOMBSTONES + stone.scope, _text(stone.to_json()))
    _remove_keys(place(), stone.scope)


def tombstones() -> list[Tombstone]:
    """Return all tombstones, by scope."""
    texts = (place().read(name) for name in place().names(TOMBSTONES))
    return [Tombstone.from_json(json.loads(text)) for text in texts if text]


def scopes() -> list[str]:
    """Return the scopes that have a key."""
    return [name.removeprefix(KEYS) for name in place().names(KEYS)]


def rewrap() -> int:
    """Wrap every data key by the key outside that is current now; return how many were not yet. Safe to repeat."""
    where, changed = place(), 0
    for name in where.names(KEYS):
        text = where.read(name)
        wrapped = WrappedKey.from_json(json.loads(text)) if text else None
        if wrapped is None or is_current(wrapped) or is_destroyed(wrapped.scope):
            continue
        where.replace(name, _text(wrap(unwrap(wrapped), wrapped.scope).to_json()))
        # A key that was destroyed between the two steps must not be left by them.
        if is_destroyed(wrapped.scope):
            with suppress(FileNotFoundError):
                where.remove(name)
        changed += 1
    return changed


def all_current() -> bool:
    """Return whether every data key is wrapped by the key outside that is current now."""
    texts = (place().read(name) for name in place().names(KEYS))
    return all(is_current(WrappedKey.from_json(json.loads(text))) for text in texts if text)


def _text(value: dict[str, str]) -> bytes:
    return json.dumps(value, sort_keys=True).encode()
