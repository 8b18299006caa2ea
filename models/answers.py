"""What a person can say of two records that may be about one child."""

from enum import StrEnum


class PairAnswer(StrEnum):
    """What a person said of two records."""

    MATCH = "match"
    DIFFERENT = "different"
    UNSURE = "unsure"
