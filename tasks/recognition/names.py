"""Recognises in free text the names of people whose records an inspection holds: none belongs into a letter (L5)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from models.words import unaccented

_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST = 2


@dataclass(frozen=True, repr=False)
class Names:
    """Full names as runs of words, in either order; nothing prints them."""

    runs: frozenset[tuple[str, ...]] = field(default_factory=frozenset)

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text holds the forename and the surname of somebody one behind the other."""
        words = _placed(text)
        for n in sorted({len(run) for run in self.runs}):
            for at in range(len(words) - n + 1):
                run = words[at : at + n]
                if tuple(word for word, _, _ in run) in self.runs:
                    yield run[0][1], run[-1][2]


def names_among(people: Iterable[tuple[str | None, str | None]]) -> Names:
    """Return the names of people.

    Args:
        people: forename and surname of each; who lacks either is not recognised, for one word alone is also a word.
    """
    runs: set[tuple[str, ...]] = set()
    for forename, surname in people:
        given, family = _words(forename or ""), _words(surname or "")
        if min(sum(map(len, given)), sum(map(len, family))) < _SHORTEST:
            continue
        # People write the first of several forenames alone.
        for called in (given, given[:1]):
            runs |= {(*called, *family), (*family, *called)}
    return Names(frozenset(runs))


def _placed(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text as names are compared, each with where it begins and ends in the text."""
    spelt, at = [], []
    for place, char in enumerate(text):
        plain = unaccented(char)
        spelt.append(plain)
        at += [place] * len(plain)
    return [(match.group(), at[match.start()], at[match.end() - 1] + 1) for match in _LETTERS.finditer("".join(spelt))]


def _words(text: str) -> list[str]:
    """Return the words of a text in a form in which spellings of one name are equal: no accents, no case, no marks."""
    return _LETTERS.findall(unaccented(text))
