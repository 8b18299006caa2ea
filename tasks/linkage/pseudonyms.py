"""Names for linked children that reveal nothing: HMAC of the strongest identifier, never of a row number (L4, L5)."""

import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from tasks.linkage.normalise import PLACE

_LENGTH = 20
# Strongest first; each is used only where a cluster has nothing stronger.
_IDENTIFIERS: tuple[tuple[str, ...], ...] = (
    ("nhs",),
    ("upn",),
    ("la",),
    ("forename", "surname", "dob"),
    ("mother_nhs", "due"),
    ("mother_given", "mother_surname", "due"),
)


def pseudonym(key: bytes, kind: str, value: str) -> str:
    """Return 20 hexadecimal digits of HMAC-SHA256(key, `kind|value`)."""
    return hmac.digest(key, f"{kind}|{value}".encode(), "sha256").hex()[:_LENGTH]


def child_ids(people: pl.DataFrame, clustered: pl.DataFrame, key: bytes) -> dict[int, str]:
    """Name every cluster.

    Clusters that share their strongest identifier get a number each, in the order of their content.

    Returns:
        cluster -> child, without any dependence on row numbers.
    """
    joined = people.join(clustered, on="id", how="left").sort("id")
    return named(_strongest(joined), key, "child")


def named(strongest: Mapping[int, str], key: bytes, kind: str) -> dict[int, str]:
    """Name clusters after the strongest identifier of each; those that share it get a number in content order."""
    sharing: dict[str, list[int]] = defaultdict(list)
    for cluster in sorted(strongest):
        # Cluster numbers are the lowest profile id, and profile ids are in content order.
        sharing[strongest[cluster]].append(cluster)
    return {
        cluster: pseudonym(key, kind, value if not n else f"{value}|{n}")
        for value, clusters in sharing.items()
        for n, cluster in enumerate(clusters)
    }


def _strongest(joined: pl.DataFrame) -> dict[int, str]:
    strongest: dict[int, str] = {}
    for columns in _IDENTIFIERS:
        complete = joined.filter(pl.all_horizontal(pl.col(*columns).is_not_null()))
        value = pl.concat_str([pl.col(c).cast(pl.String) for c in columns], separator="|")
        label = "+".join(columns)
        commonest = _commonest(complete.select("cluster", value).iter_rows())
        for cluster, identifier in commonest.items():
            strongest.setdefault(cluster, f"{label}|{identifier}")
    # A cluster without any identifier goes by all its content; the first profile of it, in content order, decides.
    for row in joined.select("cluster", *_content(joined)).iter_rows():
        strongest.setdefault(row[0], "content|" + "|".join("" if cell is None else str(cell) for cell in row[1:]))
    return strongest


def _content(joined: pl.DataFrame) -> Sequence[str]:
    return [name for name in joined.columns if name not in {"id", "cluster", "probability", "copy", PLACE}]


def _commonest(values: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for cluster, value in values:
        counted[cluster][value] += 1
    # Of equally common values the one that sorts first, so that the name does not depend on the order of rows (L4).
    return {cluster: min(counts, key=lambda v: (-counts[v], v)) for cluster, counts in counted.items()}
