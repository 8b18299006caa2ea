"""How much a number changed, in words; and when so much that people should be asked about it."""

from fractions import Fraction

_WORDS = {
    Fraction(1, 10): "a tenth",
    Fraction(1, 5): "a fifth",
    Fraction(1, 4): "a quarter",
    Fraction(1, 3): "a third",
    Fraction(1, 2): "half",
}
_FAR = 2
_ENOUGH = 20
"""With fewer rows both times, halves and doubles are chance."""


def change_in_words(before: int, now: int) -> str:
    """Return the difference of two numbers with its sign, and how many per cent of the first it is."""
    if before == now:
        return "no change"
    share = f" ({round(100 * (now - before) / before):+,}%)" if before else ""
    return f"{now - before:+,}{share}"


def far_apart(before: int, now: int) -> bool:
    """Return whether two numbers of rows differ so much that somebody should be asked why: by half or by twice."""
    low, high = sorted((before, now))
    return high >= _ENOUGH and high >= _FAR * low


def times_in_words(before: int, now: int) -> str:
    """Return in words what part or multiple of the first number the second is; the first is not zero.

    Example: `times_in_words(412, 97)` is `about a quarter`.
    """
    if now == 0:
        return "none"
    if now >= before:
        times = round(now / before)
        return "about twice as many" if times == _FAR else f"about {times:,} times as many"
    share = Fraction(now, before)
    nearest = min(_WORDS, key=lambda part: abs(part - share))
    # Halfway from a tenth to a twentieth, which is no longer about a tenth.
    return "less than a tenth" if share < Fraction(3, 40) else f"about {_WORDS[nearest]}"
