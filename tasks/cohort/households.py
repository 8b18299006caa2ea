"""Which children live together, under a pseudonym: one household, one victim, or one surname at one address."""

import polars as pl

from tasks.linkage import pseudonym


def households(tokens: pl.DataFrame, children: list[str], key: bytes) -> dict[str, str]:
    """Join children who share a token, directly or through others.

    Args:
        tokens: child, token, in any order.
        children: everybody who needs a household.
        key: secret of the pseudonyms.

    Returns:
        child -> household, named after the child of it that sorts first.
    """
    parent = {child: child for child in children}
    first: dict[str, str] = {}
    for child, token in tokens.sort("token", "child").iter_rows():
        if child in parent:
            _join(parent, first.setdefault(token, child), child)
    return {child: pseudonym(key, "household", _root(parent, child)) for child in children}


def _root(parent: dict[str, str], child: str) -> str:
    while parent[child] != child:
        parent[child] = parent[parent[child]]
        child = parent[child]
    return child


def _join(parent: dict[str, str], child: str, other: str) -> None:
    # The root that sorts first wins, so that a household's name does not depend on the order of joins (L4).
    a, b = sorted((_root(parent, child), _root(parent, other)))
    parent[b] = a
