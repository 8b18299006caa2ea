"""Marks what in a text could tell who a child is: names, numbers, homes, births, rare combinations. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from models.words import plural
from tasks.recognition.people import RecordedPeople
from tasks.recognition.phrases import Saying, saying

FEWEST = 5
"""A combination that fewer children share is marked; counts below it are hidden in what is published, too."""
_LEAST_NUMBER, _MOST_PARTS = 5, 8

_END = re.compile(r"(?<=[.!?])[\"'\u2019\u201d)]*\s+|\n+")
_PART = re.compile(r"[A-Za-z0-9]+")
_JOINT = re.compile(r"[ \u00a0./\\-]{1,3}")
_POSTCODE = re.compile(r"\b([A-Za-z]{1,2}\d[A-Za-z\d]?)\s*(\d[A-Za-z]{2})\b")


class MarkKind(StrEnum):
    """What could tell who somebody is; the words are what a writer reads."""

    NAME = "name"
    NUMBER = "number"
    HOME = "home"
    BIRTH = "birth"
    COMBINATION = "combination"


WORDS = {
    MarkKind.NAME: "It is the name of a person in the records of this inspection.",
    MarkKind.NUMBER: "It is a number in the records of this inspection.",
    MarkKind.HOME: "It is a postcode in the records of this inspection.",
    MarkKind.BIRTH: "A child in the records of this inspection was born or is due on this day.",
}


@dataclass(frozen=True, slots=True)
class RecognisedMark:
    """A place in a text, from `start` up to `end`, with what it could tell, and of how many children that is so."""

    kind: MarkKind
    start: int
    end: int
    children: int = 0

    @property
    def words(self) -> str:
        """Return why the place is marked; it repeats nothing of the text and of the records."""
        if self.kind == MarkKind.COMBINATION:
            return f"Age, sex and days together fit {plural(self.children, 'child', 'children')} of the records."
        return WORDS[self.kind]


def marks(text: str, people: RecordedPeople) -> tuple[RecognisedMark, ...]:
    """Return what in a text could tell who somebody is, by place."""
    made = [
        *(RecognisedMark(MarkKind.NAME, *place) for place in people.names.places(text)),
        *_numbers(text, people),
        *(
            RecognisedMark(MarkKind.HOME, *m.span())
            for m in _POSTCODE.finditer(text)
            if (m[1] + m[2]).upper() in people.postcodes
        ),
        *_combinations(text, people),
    ]
    return tuple(sorted(set(made), key=lambda mark: (mark.start, mark.end, mark.kind)))


def _numbers(text: str, people: RecordedPeople) -> Iterator[RecognisedMark]:
    """Yield numbers of the records, however their parts are set apart."""
    # People write 943 476 5919 or 943-476-5919, and the records have it without anything between.
    parts = list(_PART.finditer(text))
    for at, first in enumerate(parts):
        joined, end = first.group(), first.end()
        for following in (*parts[at + 1 : at + _MOST_PARTS], None):
            if len(joined) >= _LEAST_NUMBER and joined.upper() in people.numbers:
                yield RecognisedMark(MarkKind.NUMBER, first.start(), end)
            if following is None or not _JOINT.fullmatch(text, end, following.start()):
                break
            joined, end = joined + following.group(), following.end()


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def _combinations(text: str, people: RecordedPeople) -> Iterator[RecognisedMark]:
    """Yield sentences, and pairs of sentences, that say of a child what few children share."""
    sayings = [((start, end), saying(text[start:end])) for start, end in _sentences(text)]
    marked: set[int] = set()
    for (start, end), what in sayings:
        for kind, count in _rare(what, people):
            marked.add(start)
            yield RecognisedMark(kind, start, end, count)
    for ((start, _), what), ((following, end), more) in pairwise(sayings):
        # What each says alone is marked already; only together they may say more.
        if not {start, following} & marked and bool(what.ages) != bool(more.ages) and (what.days or more.days):
            for kind, count in _rare(what + more, people):
                yield RecognisedMark(kind, start, end, count)


def _rare(what: Saying, people: RecordedPeople) -> Iterator[tuple[MarkKind, int]]:
    births = [day for day in what.days if day.birth]
    if any(people.born_on(day) for day in births):
        yield MarkKind.BIRTH, len(set.union(*(people.born_on(day) for day in births)))
    days = [people.on(day) for day in what.days if not day.birth]
    groups = [group for group in days if group]
    for age in what.ages:
        aged = people.aged(age)
        groups += [aged, *(aged & on_day for on_day in days)]
    # A group of nobody gives nobody away: the sentence may be about a child who is not in the records.
    counts = [len(group) for group in groups]
    if what.siblings and len(ages := dict.fromkeys(what.ages)) > 1:
        # Ages of siblings together point to a home, though each alone is common.
        counts.append(len(list(people.households(ages))))
    few = [count for count in counts if 0 < count < FEWEST]
    if few:
        yield MarkKind.COMBINATION, min(few)
