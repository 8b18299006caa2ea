"""Hedges on hedges: two words of doubt close together, of which one is enough."""

import re

_HEDGE = re.compile(
    r"\b(?:may|might|could|perhaps|possibly|possible|maybe|potentially|apparently|arguably|probably|presumably"
    r"|conceivably"
    r"|seem(?:s|ed|ingly)?|appear(?:s|ed)? to|would appear|would seem|suggest(?:s|ed)?|somewhat|tend(?:s"
    r"|ed)? to|likely to"
    r"|to some extent|in some ways|some indication)\b",
    re.IGNORECASE,
)
# "A possible sign", "more likely to" and "is able to suggest" say how things are, not how sure the writer is.
_NO_HEDGE = re.compile(r"(?:more|less|most|least|very|as|wherever|where|when|soon as|if)\s$", re.IGNORECASE)
_WINDOW = 6
# Two of these in one sentence are mostly of two clauses.
_MODAL = frozenset({"may", "might", "could"})
_ALONE = frozenset({"likely to", "possible", "suggest", "suggests", "suggested", "potentially"})


def hedges(sentence: str) -> str:
    """Return two or more hedges that stand within 6 words of each other, or an empty text."""
    words = [each for each in _HEDGE.finditer(sentence) if not _NO_HEDGE.search(sentence[: each.start()])]
    for first, second in zip(words, words[1:], strict=False):
        between = sentence[first.end() : second.start()]
        pair = {first[0].lower(), second[0].lower()}
        apart = len(between.split()) > 1 and ("," in between or pair <= _MODAL)
        close = len(between.split()) < _WINDOW and not re.search(
            r"[;:]|\bor\b|\band\b|\bbut\b|\bwho\b|\bwhich\b", between
        )
        if close and not apart and not pair <= _ALONE:
            return sentence[first.start() : second.end()]
    return ""
