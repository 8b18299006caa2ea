"""Finds sentences and their quantifiers in prose, and says whether the cases behind one bear it out. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.drafting.draft import Binding

# Marks and brackets may close behind the full stop, and open before the next sentence.
_END = re.compile(r"(?<=[.!?])[\"'\u2019\u201d)]*\s+(?=[\"'\u2018\u201c(]*[A-Z0-9])")


@dataclass(frozen=True, slots=True)
class Quantifier:
    """A word for a share of children.

    Attributes:
        code: by which it is kept.
        words: the ways in which it is written, the longest first.
        least: the smallest share that bears it out, from 0 to 1.
        most: the largest.
    """

    code: str
    words: tuple[str, ...]
    least: float
    most: float

    @property
    def name(self) -> str:
        """Return the shortest spelling that has its code's words, such as `most` or `a small number`."""
        return min((word for word in self.words if self.code.replace("_", " ") in word), key=len)


# No inspectorate has published what these words stand for in JTAI letters. "Most" and "minority" are plain English;
# the other bounds are ours, wide on purpose, and only ever shown as advice.
QUANTIFIERS = (
    Quantifier("nearly_all", ("nearly all", "almost all", "the vast majority", "nearly every"), 0.85, 1.0),
    Quantifier("not_all", ("not all", "not every"), 0.0, 0.99),
    Quantifier("most", ("the majority", "majority", "most", "mostly", "usually"), 0.51, 1.0),
    Quantifier("half", ("around half", "about half", "half"), 0.4, 0.6),
    Quantifier(
        "small_number", ("a small number", "a very small number", "a small minority", "few", "rarely"), 0.0, 0.3
    ),
    Quantifier("minority", ("a minority", "minority"), 0.0, 0.5),
    Quantifier("many", ("too many", "many", "often"), 0.3, 1.0),
    Quantifier("some", ("some", "several", "sometimes", "a number of"), 0.0, 0.8),
    Quantifier("none", ("none", "no child", "no children"), 0.0, 0.0),
    Quantifier("all", ("all", "every", "always"), 1.0, 1.0),
)
BY_CODE = {each.code: each for each in QUANTIFIERS}
_CODES = {word: each.code for each in QUANTIFIERS for word in each.words}
_WORDS = re.compile(
    # "At all" and "at most" say nothing of how many; "small minority" is met before "minority".
    r"(?<!at )\b(" + "|".join(sorted(map(re.escape, _CODES), key=len, reverse=True)) + r")\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with a quantifier: its place in the paragraph, its words, the quantifier's code and spelling."""

    place: int
    text: str
    quantifier: str
    word: str


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a paragraph in their order."""
    return tuple(part for part in (piece.strip() for piece in _END.split(text)) if part)


def quantified(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a paragraph that have a quantifier, each with its first one."""
    matches = ((place, part, _WORDS.search(part)) for place, part in enumerate(sentences(text)))
    return tuple(
        Sentence(place, part, _CODES[match[1].lower()], match[1].lower()) for place, part, match in matches if match
    )


def unbound(text: str, bindings: Sequence[Binding]) -> tuple[Sentence, ...]:
    """Return the sentences with a quantifier behind which no case is named, for or against."""
    named = {each.sentence for each in bindings if each.cases or each.against}
    return tuple(each for each in quantified(text) if each.place not in named)


def carried(before: str, bindings: Sequence[Binding], after: str) -> tuple[Binding, ...]:
    """Return the bindings of a paragraph that still hold after a change: those of sentences that stayed as they were.

    Args:
        before: the text to which the bindings belong.
        bindings: of its sentences.
        after: the text as it is now.
    """
    old = sentences(before)
    by_text = {old[each.sentence]: each for each in bindings if each.sentence < len(old)}
    return tuple(
        Binding(now.place, now.quantifier, by_text[now.text].cases, by_text[now.text].against)
        for now in quantified(after)
        if now.text in by_text
    )


Fit = Literal["fits", "more", "fewer", "nothing"]


def fit(binding: Binding) -> Fit:
    """Return whether the cases of a sentence bear its quantifier out: `more` or `fewer` show it than the word says."""
    if binding.share is None or binding.quantifier not in BY_CODE:
        return "nothing"
    bounds = BY_CODE[binding.quantifier]
    if binding.share < bounds.least:
        return "fewer"
    return "more" if binding.share > bounds.most else "fits"


def share_in_words(binding: Binding) -> str:
    """Return the share behind a sentence in words, for example `5 of 7 cases (71%)`."""
    number = len(binding.cases) + len(binding.against)
    if binding.share is None:
        return "no case is named"
    return f"{len(binding.cases)} of {number} {'case' if number == 1 else 'cases'} ({binding.share:.0%})"
