"""Sets two texts against each other word by word. Pure."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_PIECE = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class ComparedWords:
    """Some words of a text: in both texts, or in this one alone."""

    text: str
    change: Literal["same", "changed"]


@dataclass(frozen=True, slots=True)
class Differences:
    """Two texts in pieces; the pieces of each, put together, are that text."""

    before: tuple[ComparedWords, ...]
    after: tuple[ComparedWords, ...]

    @property
    def any(self) -> bool:
        """Return whether the texts differ."""
        return any(piece.change == "changed" for piece in (*self.before, *self.after))


def differences(before: str, after: str) -> Differences:
    """Return how two texts differ, word by word; spaces between words count as they are."""
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    left: list[ComparedWords] = []
    right: list[ComparedWords] = []
    # Without autojunk, which takes words that are frequent in long texts for noise and shows odd differences.
    for tag, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        change: Literal["same", "changed"] = "same" if tag == "equal" else "changed"
        if end > start:
            left.append(ComparedWords("".join(old[start:end]), change))
        if stop > begin:
            right.append(ComparedWords("".join(new[begin:stop]), change))
    return Differences(tuple(left), tuple(right))
