"""Counts that a page may show: rounded to 5 and withheld from 1 to 4, so that no subtraction gives a small number.

Exact tables can be subtracted: of two tables of the same children, or of one area at two times. Rounded ones give
multiples of 5. What is withheld is checked against all that its line shows.
"""

from collections.abc import Sequence

SMALLEST_SHOWN = 5
_BASE = 5
WITHHELD = "withheld"
Shown = int | None
_Range = tuple[int, float]
_HIDDEN: _Range = (1, float("inf"))


def rounded(count: int) -> Shown:
    """Return a count to the nearest 5; None for 1 to 4, which are withheld."""
    return None if 0 < count < SMALLEST_SHOWN else _BASE * ((count + _BASE // 2) // _BASE)


def in_words(count: Shown) -> str:
    """Return a count that may be shown as people read it."""
    return WITHHELD if count is None else f"{count:,}"


def line(parts: Sequence[int], total: int, *, unshown: int = 0) -> tuple[Shown, ...]:
    """Return the parts of a total as they may be shown beside the total, which `rounded` shows.

    Args:
        parts: counts that add up, with `unshown`, to the total.
        total: the number of children.
        unshown: of the total, children whom no part counts; the reader could work out how many.

    Returns:
        Each part rounded, or None: where it is from 1 to 4, or where it would leave a part that is withheld, or the
        children whom no part counts, fewer than the four values from 1 to 4.
    """
    shown = [rounded(part) for part in parts]
    hidden = [0 < unshown < SMALLEST_SHOWN] if unshown else []
    while _narrowed(parts, shown, total, any(hidden), bool(unshown)):
        left = [(part, place) for place, part in enumerate(parts) if shown[place]]
        if not left:
            # Even the zeros say too much: nothing is shown of so few children.
            return (None,) * len(parts)
        shown[min(left)[1]] = None
    return tuple(shown)


def _narrowed(parts: Sequence[int], shown: Sequence[Shown], total: int, rest_is_small: bool, rest: bool) -> bool:
    """Return whether a reader of the line can tell that a small count is not one of the numbers from 1 to 4."""
    whole = _range(rounded(total))
    ranges = [_HIDDEN if part is None else _range(part) for part in shown]
    ranges += [(0, float("inf"))] if rest else []
    small = [place for place, part in enumerate(parts) if 0 < part < SMALLEST_SHOWN]
    small += [len(parts)] if rest_is_small else []
    return any(not _all_possible(ranges, place, whole) for place in small)


def _all_possible(ranges: Sequence[_Range], place: int, whole: _Range) -> bool:
    others = [limits for number, limits in enumerate(ranges) if number != place]
    least = whole[0] - sum(high for _, high in others)
    most = whole[1] - sum(low for low, _ in others)
    return least <= 1 and most >= SMALLEST_SHOWN - 1


def _range(shown: Shown) -> _Range:
    """Return the counts that are shown so."""
    if shown is None:
        return (1, SMALLEST_SHOWN - 1)
    if shown == 0:
        return (0, 0)
    return (max(SMALLEST_SHOWN, shown - _BASE // 2), shown + _BASE // 2)
