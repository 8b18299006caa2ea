"""Says whether a text tells of a strength or of something to improve, and by which of its words. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

Leaning = Literal["strength", "improve", "neither"]

_BY_SECTION: dict[str, Leaning] = {"strengths": "strength", "improve": "improve", "priority": "improve"}
_BY_CATEGORY: dict[str, Leaning] = {
    "strength": "strength",
    "practice_study": "strength",
    "improvement": "improve",
    "priority_action": "improve",
}
LACKING = (
    *("not", "no", "never", "cannot", "too", "without", "lack*", "insufficient*", "inconsisten*", "inadequate*"),
    *("weak*", "poor*", "limited", "unclear", "variab*", "uneven*", "delay*", "gap", "gaps", "fail*", "absen*"),
    *("miss", "missed", "missing opportunit*", "rarely", "seldom", "few", "underdeveloped", "overly", "unaware"),
    *("need to", "needs to", "should", "yet", "only", "less", "fragment*", "ineffective*", "hamper*", "hinder*"),
)
"""Words by which a sentence of prose tells of something to improve; `*` stands for the rest of a word."""

GOOD = (
    *("effective*", "strong*", "well", "good", "excellent", "exemplary", "robust*", "clear", "clearly", "timely"),
    *("benefit*", "skilled", "skilful*", "comprehensive*", "positive*", "thorough*", "sensitive*", "highly"),
    *("innovative", "committed", "commitment", "strength*", "impressive", "swift*", "prompt*", "successful*"),
)
"""Words by which a sentence tells of a strength, where it has none of the others: `not effective` is no strength."""


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    each = (re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    # The short forms of `not` hang on another word, with either apostrophe.
    return re.compile(rf"\b(?:{'|'.join(each)})\b|n['\u2019]t\b", re.IGNORECASE)


_LACKING, _GOOD = _pattern(LACKING), _pattern(GOOD)


@dataclass(frozen=True, slots=True)
class Lean:
    """Which way a text leans, and why.

    Attributes:
        leaning: strength, improve, or neither.
        why: the heading, the category of a finding, or the word that decided; empty where nothing did.
    """

    leaning: Leaning
    why: str = ""


def by_heading(section: str, heading: str = "") -> Lean | None:
    """Return how all under a heading of a letter leans, or None where each sentence must say so itself."""
    if section in _BY_SECTION:
        return Lean(_BY_SECTION[section], f"heading {section}")
    if section == "practice":
        improves = re.search(r"improve", heading, re.IGNORECASE) is not None
        return Lean("improve" if improves else "strength", "heading practice")
    return None


def by_category(category: str) -> Lean:
    """Return how a finding leans by its category."""
    return Lean(_BY_CATEGORY.get(category, "neither"), f"category {category}")


def by_words(sentence: str) -> Lean:
    """Return how a sentence leans by its own words: one of lack outweighs any that praises."""
    if match := _LACKING.search(sentence):
        return Lean("improve", f"word {match[0].lower()}")
    if match := _GOOD.search(sentence):
        return Lean("strength", f"word {match[0].lower()}")
    return Lean("neither")
