"""How published letters use quantifiers: how often each, in how many letters, where, and of children or not. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tasks.drafting.quantifiers import BY_CODE, quantified
from tasks.wording.alarms import CheckedSection
from tasks.wording.quantified import counts_children


@dataclass(frozen=True, slots=True)
class WordPlace:
    """One sentence of a letter with its first quantifier.

    Attributes:
        letter: its name.
        section: code of the heading.
        paragraph: place under the heading, from 1.
        sentence: place in the paragraph, from 1.
        quantifier: its code.
        word: as it is written.
        of_children: whether it counts children, families or cases.
        text: the sentence.
    """

    letter: str
    section: str
    paragraph: int
    sentence: int
    quantifier: str
    word: str
    of_children: bool
    text: str


@dataclass(frozen=True, slots=True)
class WordUsage:
    """How one quantifier is used over letters.

    Attributes:
        quantifier: its code.
        words: its spellings, each with how many sentences have it, the most frequent first.
        sentences: that have it.
        letters: in which it stands.
        of_children: sentences in which it counts children, families or cases.
        sections: codes of headings, each with how many of the sentences stand there, the most frequent first.
        least: the smallest share of cases that it stands for in a draft, from 0 to 1.
        most: the largest.
    """

    quantifier: str
    words: Mapping[str, int]
    sentences: int
    letters: int
    of_children: int
    sections: Mapping[str, int]
    least: float
    most: float


def places_in(letter: str, parts: Iterable[CheckedSection]) -> Iterator[WordPlace]:
    """Yield the sentences of a letter that have a quantifier, in order."""
    for part in parts:
        for number, text in enumerate(part.texts, 1):
            for each in quantified(text.text):
                children = counts_children(each)
                where = (letter, part.code, number, each.place + 1)
                yield WordPlace(*where, each.quantifier, each.word, children, each.text)


def usage(places: Iterable[WordPlace]) -> tuple[WordUsage, ...]:
    """Return how each quantifier is used, in the order of the quantifiers, without those never used."""
    every = list(places)
    by_code = {code: [place for place in every if place.quantifier == code] for code in BY_CODE}
    return tuple(_usage(code, those) for code, those in by_code.items() if those)


def _usage(code: str, places: list[WordPlace]) -> WordUsage:
    return WordUsage(
        quantifier=code,
        words=_counted(place.word for place in places),
        sentences=len(places),
        letters=len({place.letter for place in places}),
        of_children=sum(place.of_children for place in places),
        sections=_counted(place.section for place in places),
        least=BY_CODE[code].least,
        most=BY_CODE[code].most,
    )


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0])))
