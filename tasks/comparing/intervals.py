"""Shares of two rounds with their intervals, and whether the second is better: formulas of Wilson and Newcombe.

A share's interval is Wilson's score interval (1927); that of a difference of two shares is Newcombe's hybrid of both
(1998, method 10). They hold for small numbers and for shares near 0 and 1, where the usual formula does not.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

Z = 1.959964
"""The quantile of the normal distribution by which an interval holds the truth in 95 of 100 cases."""

FEWEST = 20
"""With fewer rows in a round nothing is said of a change: the interval would be half the scale."""


class RoundChange(StrEnum):
    """What a second round says beside the first."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "no clear change"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, slots=True)
class AnswerShare:
    """A number of rows that are good, of all rows with an answer."""

    good: int
    of: int

    @property
    def value(self) -> float:
        """Return the share; 0 where there is no row."""
        return self.good / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return Wilson's interval of the share, from 0 to 1 where there is no row."""
        if not self.of:
            return 0.0, 1.0
        n, p, z2 = self.of, self.value, Z * Z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        # At the ends of the scale rounding must not put the share outside of its own interval.
        return min(p, max(0.0, middle - half)), max(p, min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class ComparedShares:
    """Two shares of the same thing, the difference of the second from the first, and its interval."""

    first: AnswerShare
    second: AnswerShare

    @property
    def difference(self) -> float:
        """Return by how much the second share is greater."""
        return self.second.value - self.first.value

    @property
    def interval(self) -> tuple[float, float]:
        """Return Newcombe's interval of the difference."""
        (low1, high1), (low2, high2) = self.first.interval, self.second.interval
        p1, p2, d = self.first.value, self.second.value, self.difference
        low = d - sqrt((p2 - low2) ** 2 + (high1 - p1) ** 2)
        high = d + sqrt((high2 - p2) ** 2 + (p1 - low1) ** 2)
        return max(-1.0, low), min(1.0, high)

    @property
    def change(self) -> RoundChange:
        """Return whether it got better: only where the whole interval of the difference lies on one side of 0."""
        if min(self.first.of, self.second.of) < FEWEST:
            return RoundChange.TOO_FEW
        low, high = self.interval
        if low > 0:
            return RoundChange.BETTER
        return RoundChange.WORSE if high < 0 else RoundChange.UNCLEAR


def share_in_words(share: AnswerShare) -> str:
    """Return a share with its interval: `60% (50% to 69%), 60 of 100`."""
    if not share.of:
        return "no row"
    low, high = share.interval
    return f"{share.value:.0%} ({low:.0%} to {high:.0%}), {share.good:,} of {share.of:,}"


def difference_in_words(compared: ComparedShares) -> str:
    """Return a difference in points with its interval: `+15 points (2 to 27)`; empty where there are too few rows."""
    if compared.change is RoundChange.TOO_FEW:
        return ""
    low, high = compared.interval
    return f"{100 * compared.difference:+.0f} points ({100 * low:.0f} to {100 * high:.0f})"
