"""Quantifiers of children against the cases behind them; words and bounds are those of the draft's quantifiers."""

import re
from collections.abc import Iterator

from tasks.drafting.draft import Binding
from tasks.drafting.quantifiers import BY_CODE, Sentence, fit, quantified, share_in_words

# A quantifier promises cases where it counts children, or what belongs to one child.
_OF_CHILDREN = (
    r"child(?:ren)?(?!\u2019s|'s| and famil)|bab(?:y|ies)|infants?|siblings?|young people|famil(?:y|ies)"
    r"|cases?|mothers?|fathers?|parents?"
    r"|victims?|pregnan\w+|girls?|boys?"
)
# "Every week during pregnancy" counts weeks.
_OF = r"(?: of| of the| the| of these| these)?"
_OTHER = r"(?!(?:weeks?|days?|months?|years?|time|during|in|for|with|by|to|at|on|when|and|who|that)\b)"


def counts_children(sentence: Sentence) -> bool:
    """Return whether the quantifier of a sentence counts children, families or cases."""
    return (
        re.search(
            rf"\b{re.escape(sentence.word)}{_OF}(?: {_OTHER}[\w-]+){{0,2}}? (?:{_OF_CHILDREN})\b",
            sentence.text,
            re.IGNORECASE,
        )
        is not None
    )


def without_cases(text: str, bindings: tuple[Binding, ...]) -> Iterator[Sentence]:
    """Yield the sentences that count children by a word, with no case named for or against."""
    named = {each.sentence for each in bindings if each.cases or each.against}
    return (each for each in quantified(text) if each.place not in named and counts_children(each))


def misused(text: str, bindings: tuple[Binding, ...]) -> Iterator[tuple[Sentence, str, str]]:
    """Yield the sentences whose word the cases do not bear out: with what is wrong, and what the word stands for."""
    sentences = {(each.place, each.quantifier): each for each in quantified(text)}
    for binding in bindings:
        sentence = sentences.get((binding.sentence, binding.quantifier))
        result = fit(binding)
        if sentence is None or result in ("fits", "nothing"):
            continue
        bounds = BY_CODE[binding.quantifier]
        which = "Fewer" if result == "fewer" else "More"
        yield (
            sentence,
            f"{which} cases show it than \u201c{sentence.word}\u201d says: {share_in_words(binding)}.",
            f"\u201c{sentence.word}\u201d stands for {bounds.least:.0%} to {bounds.most:.0%} of the cases."
            + _fitting(binding),
        )


def _fitting(binding: Binding) -> str:
    """Return which words the share would bear out, the narrowest first, as a sentence."""
    # Without a case there is no share: this one lies outside the bounds of every word.
    share = binding.share if binding.share is not None else -1.0
    fitting = sorted(
        (each for each in BY_CODE.values() if each.least <= share <= each.most), key=lambda each: each.most - each.least
    )
    names = [f"\u201c{each.words[0]}\u201d" for each in fitting[:2]]
    return f" This share is {' or '.join(names)}." if names else ""
