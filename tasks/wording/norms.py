"""The norms of letters as data: figures that `benchmarks/letters.py` measured on published letters, and no words."""

from dataclasses import dataclass
from typing import Literal

SOURCE = "63 letters published from 2016 to March 2025: 34 of the form until 2020, 29 of the form since 2022"


@dataclass(frozen=True, slots=True)
class Range:
    """The smallest, the middle and the largest figure of the letters."""

    least: int
    median: int
    most: int

    def holds(self, figure: int) -> bool:
        """Return whether a figure lies within."""
        return self.least <= figure <= self.most


@dataclass(frozen=True, slots=True)
class Norms:
    """What letters of a form are like.

    Attributes:
        words: of the whole letter, head and signatures not counted.
        sections: words under each heading.
        bullets: number of bullets under a heading that is a list.
        bullet_words: words of the longest bullet, those left out that a file lays out as several.
        sentence: words of one sentence; a longer one stands in 1 of 900 sentences.
        median_sentence: half of the sentences have as many words or fewer.
        noun_phrases: whether what needs to improve is named in noun phrases.
        percentages: whether letters use percentages rather than words.
        pseudonyms: whether practice studies give a child another name.
    """

    words: Range
    sections: dict[str, Range]
    bullets: dict[str, Range]
    bullet_words: dict[str, int]
    sentence: int
    median_sentence: int
    noun_phrases: bool
    percentages: bool
    pseudonyms: bool


NORMS: dict[Literal["2016", "2022"], Norms] = {
    "2016": Norms(
        words=Range(2449, 5203, 7157),
        sections={
            "strengths": Range(909, 2180, 3511),
            "improve": Range(684, 1606, 3208),
            "practice": Range(226, 440, 758),
            "next": Range(41, 94, 101),
        },
        bullets={"strengths": Range(11, 26, 58), "improve": Range(9, 21, 42)},
        bullet_words={"strengths": 266, "improve": 266},
        sentence=65,
        median_sentence=22,
        noun_phrases=False,
        percentages=True,
        pseudonyms=True,
    ),
    "2022": Norms(
        words=Range(1954, 2953, 5705),
        sections={
            "context": Range(149, 185, 189),
            "headline": Range(46, 282, 729),
            "priority": Range(86, 102, 257),
            "improve": Range(69, 132, 593),
            "strengths": Range(56, 173, 576),
            "main": Range(535, 2093, 3600),
            "practice": Range(188, 600, 1252),
            "next": Range(78, 111, 154),
        },
        bullets={"improve": Range(3, 6, 12), "strengths": Range(3, 7, 14)},
        bullet_words={"improve": 53, "strengths": 82},
        sentence=65,
        median_sentence=20,
        noun_phrases=True,
        percentages=False,
        pseudonyms=False,
    ),
}
HEADING_WORDS = 12
