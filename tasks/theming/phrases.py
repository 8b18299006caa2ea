"""Finds the phrases of a message in a sentence, and says which words it met. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Met:
    """A phrase that a sentence meets.

    Attributes:
        phrase: as the theme has it.
        words: of the sentence, one for each term of the phrase, as they stand there.
    """

    phrase: str
    words: tuple[str, ...]


def met(phrases: Iterable[str], sentence: str) -> Iterator[Met]:
    """Yield the phrases that a sentence meets: all of their terms stand in it, in any order."""
    # Letters are set with the curly apostrophe, and phrases have the straight one.
    plain = sentence.replace("\u2019", "'")
    for phrase in phrases:
        matches = [term.search(plain) for term in _terms(phrase)]
        if all(matches):
            yield Met(phrase, tuple(match[0] for match in matches if match))


@lru_cache(maxsize=1024)
def _terms(phrase: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_term(term) for term in phrase.split(" + "))


def _term(term: str) -> re.Pattern[str]:
    choices = "|".join(r"[\s-]+".join(map(_word, words.split(" "))) for words in term.split("|"))
    # No term begins within a word nor behind its apostrophe: the `t` of `don't` is no word.
    return re.compile(rf"(?<![\w'])(?:{choices})(?![\w])", re.IGNORECASE)


def _word(word: str) -> str:
    whole = re.escape(word.removesuffix("*")).replace(r"\-", r"[\s-]")
    return whole + (r"[\w'-]*" if word.endswith("*") else "")
