"""Whether two names are one person: two people decide together, so one person under two spellings must not pass."""

import re
from typing import NamedTuple

from models.words import unaccented

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "rev"})


class _Person(NamedTuple):
    """A person as given: the words of the name in order of the alphabet, and the mailbox's domain if it is one."""

    words: tuple[str, ...]
    domain: str


def is_somebody(given: str) -> bool:
    """Return whether a text names anybody at all: it has at least one letter or digit."""
    return bool(_read(given).words)


def same_person(name: str, other: str) -> bool:
    """Return whether two texts name one person, as far as their spelling shows.

    Case, accents, spaces, punctuation, titles and the order of names do not matter, nor does what follows a plus sign
    in a mailbox. A name and a mailbox are one person where the mailbox is made of the name; two mailboxes are two
    people where their domains differ.
    """
    first, second = _read(name), _read(other)
    apart = first.domain and second.domain and first.domain != second.domain
    return first.words == second.words and not apart


def _read(given: str) -> _Person:
    plain = "".join(letter for letter in unaccented(given) if letter.isprintable())
    # As mail programs write it, with the name before the address: the address decides.
    written = re.search(r"<([^>]+)>", plain)
    name, _, domain = (written[1] if written else plain).strip().partition("@")
    if domain:
        name = name.partition("+")[0]
    words = re.findall(r"[^\W_]+", name)
    return _Person(tuple(sorted(word for word in words if word not in _TITLES)), domain.strip())
