"""How many children each stratum gives: minimums first, then in proportion by largest remainder, in whole numbers."""

from collections.abc import Iterable, Mapping


def allocate(sizes: Mapping[str, int], places: int, minimum: int, order: Iterable[str]) -> dict[str, int]:
    """Share `places` among strata.

    Every stratum first gets its minimum (or all its children, if fewer); the rest is shared in proportion to size by
    largest remainder, no stratum above its size, ties to the stratum whose key sorts first. Where the minimums alone
    need more than there is, places are given one at a time to strata in the order of their first appearance in
    `order` (the ranked children's strata), round by round: each stratum then has a chance that grows with its size.

    Args:
        sizes: children in each stratum.
        places: children to choose in all.
        minimum: least number from each stratum.
        order: the stratum of each child, the child ranked first at the start.

    Returns:
        Places for each stratum, summing to `places` or to all children if they are fewer.
    """
    least = {key: min(minimum, size) for key, size in sizes.items()}
    if sum(least.values()) > places:
        return _by_first_ranked(least, places, order)
    return _in_proportion(sizes, least, places - sum(least.values()))


def _by_first_ranked(least: Mapping[str, int], places: int, order: Iterable[str]) -> dict[str, int]:
    given = dict.fromkeys(least, 0)
    turns: list[str] = []
    # The first round needs no more of the order than it takes to meet as many strata as there are places.
    for key in order:
        if not places or len(turns) == len(least):
            break
        if not given[key]:
            turns.append(key)
            given[key], places = 1, places - 1
    while places:
        for key in turns:
            if places and given[key] < least[key]:
                given[key] += 1
                places -= 1
    return given


def _in_proportion(sizes: Mapping[str, int], least: Mapping[str, int], places: int) -> dict[str, int]:
    given = dict(least)
    open_strata = sorted(key for key in sizes if given[key] < sizes[key])
    while places and open_strata:
        total = sum(sizes[key] for key in open_strata)
        full = [key for key in open_strata if places * sizes[key] // total >= sizes[key] - given[key]]
        if not full:
            return _largest_remainder(sizes, given, places, open_strata)
        # A stratum whose share is more than it has left gives all; the others share again what remains.
        for key in full:
            places -= sizes[key] - given[key]
            given[key] = sizes[key]
        open_strata = [key for key in open_strata if key not in full]
    return given


def _largest_remainder(
    sizes: Mapping[str, int], given: dict[str, int], places: int, strata: list[str]
) -> dict[str, int]:
    total = sum(sizes[key] for key in strata)
    shares = {key: divmod(places * sizes[key], total) for key in strata}
    left = places - sum(whole for whole, _ in shares.values())
    # Integer remainders, never fractions as floats: ties must fall alike on every machine (L4).
    first = sorted(strata, key=lambda key: (-shares[key][1], key))[:left]
    for key in strata:
        given[key] += shares[key][0] + (key in first)
    return given
