"""Acronyms that a letter does not explain at their first use."""

import re
from collections.abc import Iterable

_ACRONYM = re.compile(r"(?<![\w\u2018'-])([A-Z][A-Z&]{1,7})(?:s)?(?![\w\u2019'][A-Za-z]{2}|[\w-])")
# What readers of a letter say as a word, or what the head of every letter explains.
_EVERYDAY = """
am cbe cctv ceo covid cqc dc di dna ds eu gcse gp gps hm hmi hmicfrs hmip hmp id ii iii it iv jtai lgbt lgbtq
mp mps nhs nspcc obe ok pc pdf pm qpm sos tv uk usa
"""
EVERYDAY = frozenset(_EVERYDAY.upper().split())
_SMALL_WORDS = frozenset({"and", "of", "the", "for", "to", "in", "on", "a", "&"})


def unexplained(paragraphs: Iterable[str]) -> tuple[tuple[int, str], ...]:
    """Return the acronyms of a letter that are not explained where they are first used, with that paragraph's place.

    An acronym is explained where it stands in brackets behind its words, or in front of brackets with its words, or
    where those words were written out before it.

    Args:
        paragraphs: of the whole letter, in the order in which they are read.
    """
    seen: set[str] = set(EVERYDAY)
    before = ""
    missing: list[tuple[int, str]] = []
    for place, text in enumerate(paragraphs):
        for match in _ACRONYM.finditer(text):
            acronym = match[1]
            if acronym in seen or acronym.removesuffix("S") in seen:
                continue
            seen.add(acronym)
            if not _is_explained(acronym, text, match) and not _spelt_out(acronym, f"{before} {text[: match.start()]}"):
                missing.append((place, acronym))
        before = f"{before} {text}"
    return tuple(missing)


def _is_explained(acronym: str, text: str, match: re.Match[str]) -> bool:
    in_brackets = re.search(r"[(\[][^)\]]{0,60}$", text[: match.start()]) is not None
    # Brackets that begin with a number, such as a year, explain nothing.
    follows = re.match(r"\s?\((?!\d)", text[match.end() :]) is not None
    # Words in capitals stand among others in capitals: a heading, not an acronym.
    loud = re.match(r"\s[A-Z]{2,}\b", text[match.end() :]) is not None or re.search(
        r"\b[A-Z]{2,}\s$", text[: match.start()]
    )
    return in_brackets or follows or (len(acronym) > 1 and bool(loud) and acronym.isalpha() and _vowels(acronym))


def _vowels(acronym: str) -> bool:
    # What is a word can be spoken, and about a third of its letters are vowels.
    return sum(letter in "AEIOU" for letter in acronym) * 3 >= len(acronym)


def _spelt_out(acronym: str, text: str) -> bool:
    """Return whether words with the acronym's initials were written out before, small words counted or not."""
    words = re.findall(r"[A-Za-z]+", text)
    # The sign is the initial of "and", as those who write the words out spell it.
    wanted = acronym.replace("&", "A").lower()
    initials = "".join(word[0].lower() for word in words)
    short = "".join(word[0].lower() for word in words if word.lower() not in _SMALL_WORDS)
    # Two initials stand beside each other somewhere in any text.
    return len(wanted) > 2 and (wanted in initials or wanted in short)
