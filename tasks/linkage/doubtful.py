"""The pairs of children that a person should look at: the model's middle band, and joins that were refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from models.frames import Frame, FrameColumn
from tasks.linkage.clusters import Forest, Guard, JoinRefusal, Pair, Refused
from tasks.linkage.decisions import digests


class Doubtful(Frame):
    """The pairs of profiles that a person should look at."""

    first = FrameColumn(pl.String(), "The digest of the first profile.", name="one")
    other = FrameColumn(pl.String(), "The digest of the second.")
    child = FrameColumn(pl.String(), "The child of the first.")
    other_child = FrameColumn(pl.String(), "The child of the second.")
    return_ = FrameColumn(pl.String(), "Where the first stands.")
    row = FrameColumn(pl.Int64(), "The line in the file.")
    other_return = FrameColumn(pl.String(), "Where the second stands.")
    other_row = FrameColumn(pl.Int64(), "The line in the file.")
    probability = FrameColumn(pl.Float64(), "That both are the same child.", least=0, most=1)
    evidence = FrameColumn(pl.String(), "What speaks for it.")
    against = FrameColumn(pl.String(), "What speaks against it.")
    key = ("one", "other")


MODEL = "model"
FORENAMES, BIRTHS = "the forenames differ", "the dates of birth differ"
NAME_ALONE = "neither a birth nor an address is the same"
TOO_LITTLE = "too little is held of the names"
NAMELESS = "a forename is missing, so this may be a twin"
HOUSEHOLD = "there is no forename and no date of birth to compare, so this may be a brother or sister"

Scored = tuple[int, int, float, str, bool]

# A join that the council's own list forbids goes to a person only where nearly everything speaks for it.
_STRONG = 0.97


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two profiles that may be one child: how sure, on what evidence, and what speaks against it."""

    probability: float
    evidence: str
    against: str


def doubts(grown: Forest, scored: Iterable[Scored], unsure: frozenset[Pair]) -> dict[Pair, Doubt]:
    """Return the doubtful pairs, one for each two groups: that of the highest probability.

    Args:
        grown: the groups, with the joins that were refused.
        scored: low, high, probability, what differs, and whether one agency's holding both settles it.
        unsure: pairs on which a person could not decide; such a pair represents its two groups before any other.
    """
    doubted: dict[Pair, Doubt] = {}
    for refusal in grown.refused:
        if _asked_about(grown, refusal):
            doubt = Doubt(refusal.probability, refusal.step, refusal.why.value)
            # Refusals come in order of strength, so the first one on a pair is the strongest, but for one on which the
            # pair was joined after all.
            if refusal.why is JoinRefusal.LINKED:
                doubted[refusal.low, refusal.high] = doubt
            doubted.setdefault((refusal.low, refusal.high), doubt)
    for low, high, probability, apart, related in scored:
        # Children whose forenames or births differ and whom one agency lists both are brothers, sisters or twins.
        guard = Guard.RETURN if apart and related else Guard.NUMBERS
        why = grown.contradiction(grown.root(low), grown.root(high), guard)
        # That an earlier version held them apart settles nothing: they were on its list, and no person has decided.
        if why in (None, JoinRefusal.EARLIER):
            doubted.setdefault((low, high), Doubt(probability, MODEL, apart))
        elif why is JoinRefusal.NAMES and apart in ("", JoinRefusal.BIRTHLESS):
            doubted.setdefault((low, high), Doubt(probability, MODEL, why.value))
    return _one_for_two_groups(grown, doubted, unsure)


_OPEN = frozenset({JoinRefusal.NUMBERS, JoinRefusal.NAMES, JoinRefusal.EARLIER, JoinRefusal.LINKED})
# What the groups say once all have grown may settle these: a return that holds both holds two children.
_LEFT = frozenset(
    {
        *(JoinRefusal.RIVAL, JoinRefusal.PLACE, JoinRefusal.DEFAULT_BIRTH, JoinRefusal.BIRTHLESS),
        *(JoinRefusal.COPIED, JoinRefusal.SEXES),
    }
)


def _asked_about(grown: Forest, refusal: Refused) -> bool:
    """Return whether a person is asked about a join that was refused."""
    if refusal.why in _LEFT:
        settled = grown.contradiction(grown.root(refusal.low), grown.root(refusal.high), Guard.NUMBERS)
        return settled in (None, JoinRefusal.EARLIER)
    return refusal.why in _OPEN or (refusal.why is JoinRefusal.REGISTER and refusal.probability >= _STRONG)


def _one_for_two_groups(grown: Forest, doubted: Mapping[Pair, Doubt], unsure: frozenset[Pair]) -> dict[Pair, Doubt]:
    best: dict[Pair, tuple[bool, float, Pair]] = {}
    for pair, doubt in doubted.items():
        groups = (grown.root(pair[0]), grown.root(pair[1]))
        within = doubt.against == JoinRefusal.LINKED.value
        if (groups[0] == groups[1] and not within) or grown.decided_apart(*groups):
            continue
        groups = (min(groups), max(groups))
        # A pair that a person left open comes back as that same pair; the ids settle equal probabilities (L4).
        rank = (pair not in unsure, -doubt.probability, pair)
        best[groups] = min(best.get(groups, rank), rank)
    return {pair: doubted[pair] for _, _, pair in sorted(best.values())}


def doubtful(
    doubted: Mapping[Pair, Doubt], people: pl.DataFrame, members: pl.DataFrame, children: Sequence[str], key: bytes
) -> pl.DataFrame:
    """Return doubtful pairs by reference: digests of the profiles, children, and one record of each.

    Args:
        doubted: pairs of profile ids.
        people: all profiles.
        members: return, sheet, row, id.
        children: the pseudonym of each profile.
        key: secret of the pseudonyms.

    Returns:
        The columns of `Doubtful`, the surest first; the same for any order of rows.
    """
    digest_of = digests(people, [n for pair in doubted for n in pair], key)
    places = {
        n: (code, row)
        for code, row, n in members.sort("return", "row")
        .unique("id", keep="first")
        .select("return", "row", "id")
        .iter_rows()
    }
    rows = []
    for pair, doubt in doubted.items():
        # By digest, not by id: ids move with every build, and a decision must find its pair again.
        low, high = sorted(pair, key=lambda n: digest_of[n])
        rows.append((
            digest_of[low], digest_of[high], children[low], children[high], *places[low], *places[high],
            doubt.probability, doubt.evidence, doubt.against,
        ))  # fmt: skip
    frame = pl.DataFrame(rows, schema=Doubtful.schema, orient="row")
    return Doubtful.crossing(frame.sort("probability", "one", "other", descending=[True, False, False]))
