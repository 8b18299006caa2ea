"""The ring of keys: each purpose has a current key with an id, and may have older ones that still count."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError, model_validator

from models.refusals import OperatorError


class Purpose(StrEnum):
    """What a key is for; what is made under one key says nothing of any other."""

    SESSIONS = "sessions"
    LINKS = "links"
    TOKENS = "tokens"
    OPERATOR = "operator"
    SEEDS = "seeds"
    PSEUDONYMS = "pseudonyms"
    ADDRESSES = "addresses"
    SIGNATURES = "signatures"
    EVIDENCE = "evidence"


FIRST = "first"
"""Id of the one key, `JTAI_SECRET_KEY`, that was for every purpose before each had its own."""

REMEMBERED = frozenset({Purpose.SEEDS, Purpose.PSEUDONYMS, Purpose.ADDRESSES, Purpose.SIGNATURES, Purpose.EVIDENCE})
"""Purposes whose older keys always stay: what was made under one must be made again to the byte, verified or opened."""

LEAST = 32
"""Characters that a key has at least."""


class Key(BaseModel):
    """One key: its id, which is no secret and stands in rows, and the secret itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")]
    secret: SecretStr

    @model_validator(mode="after")
    def _long_enough(self) -> "Key":
        # The first key may be as short as it always was: another one would make other seeds.
        if len(self.secret.get_secret_value()) < (1 if self.id == FIRST else LEAST):
            raise ValueError
        return self

    @property
    def text(self) -> str:
        """Return the secret."""
        return self.secret.get_secret_value()


class KeysTextError(OperatorError):
    """The keys that were given cannot be read; the sentence never repeats them."""


KEYS_FORM = (
    'It is JSON such as {"links": [{"id": "3f9c2a", "secret": "at least 32 characters"}]}, the current key first and '
    f"no id twice, for {', '.join(Purpose)}. `python -m deployments.keys new` makes one."
)
"""How keys are given, for whoever gave something else."""


class UnknownKeyError(OperatorError):
    """Something was made under a key that is not there any more."""

    def __init__(self, purpose: Purpose, key_id: str) -> None:
        super().__init__(
            f"The key {key_id} for {purpose} is missing. What was made under it cannot be made again without it. "
            "Put it back from your copy of the keys."
        )


@dataclass(frozen=True)
class KeyRing:
    """All keys by purpose, the current one first."""

    keys: Mapping[Purpose, tuple[Key, ...]]

    def current(self, purpose: Purpose) -> Key | None:
        """Return the key under which new things are made, or None where there is none."""
        return next(iter(self.keys.get(purpose, ())), None)

    def by_id(self, purpose: Purpose, key_id: str) -> Key:
        """Return the key of an id.

        Raises:
            UnknownKeyError: there is none.
        """
        for key in self.keys.get(purpose, ()):
            if key.id == key_id:
                return key
        raise UnknownKeyError(purpose, key_id)

    def replace(self, purposes: Iterable[Purpose], fresh: Mapping[Purpose, Key], *, keep: bool = False) -> "KeyRing":
        """Return the ring in which some purposes have another current key.

        Args:
            purposes: whose key is replaced.
            fresh: the new key of each.
            keep: whether what was made under the old key still counts; those of `REMEMBERED` always do.
        """
        changed = {
            purpose: (fresh[purpose], *(self.keys.get(purpose, ()) if keep or purpose in REMEMBERED else ()))
            for purpose in purposes
        }
        return KeyRing({**self.keys, **changed})

    def to_text(self) -> str:
        """Return the ring as it is stored, secrets included."""
        plain = {
            purpose.value: [{"id": key.id, "secret": key.text} for key in keys] for purpose, keys in self.keys.items()
        }
        return str(TypeAdapter(dict[str, list[dict[str, str]]]).dump_json(plain, indent=1).decode())


def fresh_key() -> Key:
    """Return a random key under a random id."""
    return Key(id=secrets.token_hex(4), secret=SecretStr(secrets.token_urlsafe(LEAST)))


def fresh_ring() -> KeyRing:
    """Return a ring of random keys, one for each purpose."""
    return KeyRing({purpose: (fresh_key(),) for purpose in Purpose})


_FORM = TypeAdapter(dict[Purpose, list[Key]])


# Keys are needed at every request, and their text hardly ever changes.
@lru_cache(maxsize=2)
def read_ring(text: str, first: str | None = None, *, where: str = "JTAI_KEYS") -> KeyRing:
    """Return the ring that a text and the one key of before make.

    Args:
        text: JSON, a list of keys for each purpose; empty where there is none.
        first: the key that was for every purpose. It is current where a purpose has no key of its own, and remembered
            where things must be made again.
        where: what an error calls the text.

    Raises:
        KeysTextError: the text is no such list.
    """
    try:
        given = _FORM.validate_json(text) if text.strip() else {}
    except ValidationError:
        # Its own message quotes what was given.
        given = None
    if given is None or any(not keys or len({key.id for key in keys}) < len(keys) for keys in given.values()):
        raise KeysTextError(f"{where} is not a list of keys. {KEYS_FORM}")
    ring = {purpose: tuple(given.get(purpose, ())) for purpose in Purpose}
    if first:
        old = Key(id=FIRST, secret=SecretStr(first))
        for purpose, keys in ring.items():
            if not keys or (purpose in REMEMBERED and all(key.id != FIRST for key in keys)):
                # Last, since what is made from now on is made under the key of its own purpose.
                ring[purpose] = (*keys, old)
    return KeyRing(ring)
