"""What people decided on doubtful pairs, and the names by which a pair is known again after a rebuild (L4, L5, L10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from models.answers import Answer
from tasks.linkage.clusters import Pair
from tasks.linkage.normalise import IDENTITY
from tasks.linkage.pseudonyms import pseudonym


@dataclass(frozen=True, slots=True)
class PairDecision:
    """One decision: the keyed digests of the two profiles' content, the lower first, and what was said."""

    one: str
    other: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class DecidedPairs:
    """The decisions that concern the profiles at hand, as pairs of profile ids, sorted."""

    match: tuple[Pair, ...] = ()
    different: tuple[Pair, ...] = ()
    unsure: frozenset[Pair] = frozenset()


NOTHING = DecidedPairs()


def digests(people: pl.DataFrame, ids: Iterable[int], key: bytes) -> dict[int, str]:
    """Return the keyed digest of the content of some profiles: the same for any row, another once a word differs."""
    wanted = people.filter(pl.col("id").is_in(sorted(set(ids))))
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in (*IDENTITY, "copy")]
    spelled = wanted.select("id", pl.concat_str(cells, separator="\x1f"))
    return {number: pseudonym(key, "profile", content) for number, content in spelled.iter_rows()}


def said_of(people: pl.DataFrame, decisions: Sequence[PairDecision], key: bytes) -> DecidedPairs:
    """Find the profiles that decisions name; a profile whose content changed is found no more, and is asked about anew.

    Args:
        people: all profiles.
        decisions: oldest first; of two on one pair the later counts.
        key: secret of the inspection's pseudonyms.
    """
    if not decisions:
        return NOTHING
    known = {digest: number for number, digest in digests(people, people["id"], key).items()}
    newest: Mapping[tuple[str, str], Answer] = {(one.one, one.other): one.answer for one in decisions}
    found: dict[Answer, list[Pair]] = {answer: [] for answer in Answer}
    for (one, other), answer in newest.items():
        if one in known and other in known:
            low, high = sorted((known[one], known[other]))
            found[answer].append((low, high))
    match, different, unsure = (sorted(found[answer]) for answer in Answer)
    return DecidedPairs(tuple(match), tuple(different), frozenset(unsure))
