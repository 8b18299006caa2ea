"""What people decided on doubtful pairs, and the digests that name a pair in the same way after a rebuild (L4, L10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from models.answers import PairAnswer
from tasks.linkage.clusters import Pair
from tasks.linkage.normalise import IDENTITY, PLACE
from tasks.linkage.pseudonyms import pseudonym


@dataclass(frozen=True, slots=True)
class PairDecision:
    """One decision: the keyed digests of the content of two profiles, the lower first, and the answer."""

    lower: str
    higher: str
    answer: PairAnswer


@dataclass(frozen=True, slots=True)
class DecidedPairs:
    """The decisions that concern the profiles at hand, as pairs of profile ids, sorted."""

    match: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    unsure: frozenset[Pair] = frozenset()


NOTHING = DecidedPairs()


def digests(people: pl.DataFrame, ids: Iterable[int], key: bytes) -> dict[int, str]:
    """Return the keyed digest of the content of some profiles: the same for any row, another once a word differs."""
    named = people.filter(pl.col("id").is_in(sorted(set(ids))))
    # The copy tells apart profiles that hold too little to be merged and would else share one digest.
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in (*IDENTITY, "copy")]
    # Only where there is one, so that every other record goes by the digest that it had in earlier versions.
    place = pl.when(pl.col(PLACE).is_not_null()).then("\x1f" + pl.col(PLACE)).otherwise(pl.lit(""))
    spelled = named.select("id", pl.concat_str(pl.concat_str(cells, separator="\x1f"), place))
    return {number: pseudonym(key, "profile", content) for number, content in spelled.iter_rows()}


def decided_pairs(people: pl.DataFrame, decisions: Sequence[PairDecision], key: bytes) -> DecidedPairs:
    """Return the profiles that decisions name; one with new content is not found, so that a person decides again.

    Args:
        people: all profiles.
        decisions: oldest first; of two on one pair the later counts.
        key: secret of the inspection's pseudonyms.
    """
    if not decisions:
        return NOTHING
    profiles = {digest: number for number, digest in digests(people, people["id"], key).items()}
    # Oldest first, so that a later decision on a pair overwrites an earlier one.
    newest: Mapping[tuple[str, str], PairAnswer] = {(row.lower, row.higher): row.answer for row in decisions}
    pairs: dict[PairAnswer, list[Pair]] = {answer: [] for answer in PairAnswer}
    for (lower, higher), answer in newest.items():
        if lower in profiles and higher in profiles:
            # Digests sort by content, profile ids by order of content: the lower digest may be the higher id.
            low, high = sorted((profiles[lower], profiles[higher]))
            pairs[answer].append((low, high))
    match, different, unsure = (sorted(pairs[answer]) for answer in PairAnswer)
    return DecidedPairs(tuple(match), tuple(different), frozenset(unsure))
