"""Recognises in free text the names of people whose records an inspection holds: none belongs into a letter (L5)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlmodel import Session

from models.words import unaccented
from tasks.cohort.versions import cohort_in_force, cohorts_of

NAMED = (
    "Remove the name: it is that of a person in the records of this inspection. "
    "Say the child or the mother, or use a label such as T3."
)
"""What is said of a text that names somebody; it does not repeat the name."""

_LETTERS = re.compile(r"[^\W\d_]+")
_SHORTEST = 2
_PEOPLE = (("forename", "surname"), ("mother_forename", "mother_surname"))


@dataclass(frozen=True, repr=False)
class Names:
    """Full names as runs of words, in either order; nothing prints them."""

    runs: frozenset[tuple[str, ...]] = field(default_factory=frozenset)

    def is_in(self, text: str) -> bool:
        """Return whether a text holds the forename and the surname of somebody one behind the other."""
        words = _words(text)
        lengths = sorted({len(run) for run in self.runs})
        return any(tuple(words[at : at + n]) in self.runs for n in lengths for at in range(len(words) - n + 1))


NOBODY = Names()


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


def names_of(session: Session, ref: str) -> Names:
    """Return the names in the cohort of an inspection; nobody's before one is frozen.

    They are read each time and kept nowhere, since they belong into the evidence store alone (L5).
    """
    if not cohorts_of(session, ref):
        return NOBODY
    # Imported here, because frames take a moment that whoever only shows a page does not need.
    import polars as pl

    from tasks.cohort.frozen import identifiers_of

    people = identifiers_of(cohort_in_force(session, ref))
    pairs = [people.select(pl.col(list(pair)).cast(pl.String)).unique().rows() for pair in _PEOPLE]
    return names_among(pair for some in pairs for pair in some)


def _words(text: str) -> list[str]:
    """Return the words of a text in a form in which spellings of one name are equal: no accents, no case, no marks."""
    return _LETTERS.findall(unaccented(text))
