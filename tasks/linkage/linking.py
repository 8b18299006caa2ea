"""Which rows of which returns are the same child, by stated evidence and in no particular row order (L4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tasks.linkage.clusters import Forest, Guard, forest
from tasks.linkage.decisions import NOTHING, DecidedPairs, PairDecision, decided_pairs
from tasks.linkage.doubtful import BIRTHS, FORENAMES, MODEL, doubtful, doubts
from tasks.linkage.model import Model, shipped
from tasks.linkage.profiles import profiles
from tasks.linkage.pseudonyms import child_ids
from tasks.linkage.similar import alike, date_slip
from tasks.linkage.tiers import TIERS, edges

FLOOR = 2_000
"""With fewer pairs that the ladder joined, an area does not train a model of its own."""

JOINED = 0.75
"""From here on the model joins by itself, where no guard speaks against it."""

DOUBTED = 0.2
"""From here on a person is asked."""

PERSON = "a person"

# A few records show nothing of how rare a pair of one child is; in an area of 300 children it is this.
_COMMONEST = 0.002


@dataclass(frozen=True)
class Linkage:
    """The links of an area and how they came about.

    Attributes:
        links: one row a record, sorted by return and row: return, row, child (pseudonym) and probability that the
            record is about the same child as others of that child, 1.0 for one that is alone or repeats another.
        doubtful: the pairs that a person should look at, by reference; the columns of `Doubtful`.
        model: the frozen model that scored what the ladder left apart.
        facts: method, model, joins by step, refusals, doubtful pairs: counts and names only.
    """

    links: pl.DataFrame
    doubtful: pl.DataFrame
    model: Model
    facts: dict[str, Any]


def link(records: Mapping[str, pl.DataFrame], key: bytes = b"") -> pl.DataFrame:
    """Link the identity records of several returns, and of one return with itself, by the ladder and the model.

    Args:
        records: return code -> frame of `validation.contract.identity.records`.
        key: secret of the pseudonyms; an inspection has its own.

    Returns:
        The links of `Linkage`.
    """
    return linkage(records, key).links


def linkage(
    records: Mapping[str, pl.DataFrame],
    key: bytes = b"",
    decisions: Sequence[PairDecision] = (),
    model: Model | None = None,
) -> Linkage:
    """Link as `link` does, and return how the links came about.

    Args:
        records: return code -> frame of `validation.contract.identity.records`.
        key: secret of the pseudonyms.
        decisions: the decisions of people on doubtful pairs, oldest first.
        model: the frozen model of an earlier build; without one the area trains its own, or uses the shipped one.
    """
    people, members = profiles(records)
    decided = decided_pairs(people, decisions, key)
    grown, by_evidence = climbed(people, decided)
    used = model or chosen(people, grown)
    scored = scored_pairs(people, grown, used)
    sure = scored.filter((pl.col("apart") == "") & (pl.col("probability") >= JOINED))
    # The model joins last: a join is not undone, so the surest evidence must come first.
    grown.grow(MODEL, Guard.NUMBERS, sure.select("probability", "low", "high").iter_rows())
    roots = grown.roots()
    clustered = _clustered(roots, pl.concat([by_evidence, sure.select(by_evidence.columns)]))
    names = child_ids(people, clustered, key)
    child = pl.col("cluster").replace_strict(names, return_dtype=pl.String) if names else pl.lit(None, pl.String)
    linked = members.join(clustered, on="id", how="left").with_columns(child.alias("child"))
    doubted = doubts(grown, scored.iter_rows(), decided.unsure)
    pairs = doubtful(doubted, people, members, [names[root] for root in roots], key)
    links = linked.sort("return", "sheet", "row").select("return", "row", "child", "probability")
    return Linkage(links, pairs, used, _facts(grown, used, pairs, decided))


def climbed(people: pl.DataFrame, decided: DecidedPairs = NOTHING) -> tuple[Forest, pl.DataFrame]:
    """Join profiles by the decisions of people and then by the ladder, rung after rung.

    Returns:
        The groups, and the pairs that were tried: low, high, probability, the strongest first.
    """
    grown = forest(people, decided.different)
    matched = [(1.0, low, high) for low, high in decided.match]
    grown.grow(PERSON, Guard.PERSON, matched)
    pairs = edges(people)
    for (number,), rung in pairs.group_by("tier", maintain_order=True):
        tier = TIERS[int(str(number))]
        # A strong rung may join two children whose numbers differ, for a number is mistyped more often than all else.
        guard = Guard.NUMBERS if tier.weak else Guard.REGISTER
        grown.grow(tier.name, guard, ((tier.probability, *pair) for pair in rung.select("low", "high").iter_rows()))
    stated = {number: tier.probability for number, tier in enumerate(TIERS)}
    by_rung = pairs.select(
        "low", "high", pl.col("tier").replace_strict(stated, return_dtype=pl.Float64).alias("probability")
    )
    by_person = pl.DataFrame([(low, high, p) for p, low, high in matched], schema=by_rung.schema, orient="row")
    return grown, pl.concat([by_person, by_rung])


def chosen(people: pl.DataFrame, grown: Forest) -> Model:
    """Return the area's own model, trained on what the ladder joined, or the shipped weights where that is too little.

    How rare a pair of one child is among all pairs is the area's own in both cases.
    """
    pairs, born = sum(grown.joined.values()), int((~people["unborn"]).sum())
    prior = min(round(max(pairs, 1) / max(born * (born - 1) // 2, 1), 12), _COMMONEST)
    if pairs < FLOOR:
        return replace(shipped(), prior=prior)
    from tasks.linkage.splinking import train

    return Model("of the area", pairs, prior, train(people, grown.roots()))


def scored_pairs(people: pl.DataFrame, grown: Forest, model: Model) -> pl.DataFrame:
    """Return the pairs that the ladder left apart and the model thinks possible.

    Returns:
        low, high, probability and apart: the forenames or the births, where they differ by more than a slip, as those
        of brothers, sisters and twins do; empty where neither does. The surest first.
    """
    # Imported here: nothing but linkage may pay for the engine.
    from tasks.linkage.splinking import score

    scored = score(people, grown.roots(), model, DOUBTED)
    rows = people.select("given", "forename", "surname").rows()
    # The model weighs fields one by one, so twins, who share all but a forename, score as high as a child with a slip
    # in one. Whatever differs by more than a slip is therefore told beside the score, and never joined by it alone.
    forenames = [not _alike(rows[low], rows[high]) for low, high in scored.select("low", "high").iter_rows()]
    born = people["dob"]
    # A profile's id is its place in `people`, so births are gathered by place: a join would cost a hash of every pair.
    sides = scored.select(born.gather(scored["low"]), born.gather(scored["high"]).alias("other"))
    births = sides.select((pl.col("dob") != pl.col("other")) & ~date_slip("dob", "other")).to_series().fill_null(False)
    # A blank forename or birth contradicts nothing. Forenames go first: they tell twins, and one reason is shown.
    apart = pl.when(pl.Series(forenames, dtype=pl.Boolean)).then(pl.lit(FORENAMES)).when(births).then(pl.lit(BIRTHS))
    return scored.with_columns(apart.otherwise(pl.lit("")).alias("apart"))


_Names = tuple[str | None, str | None, str | None]


def _alike(names: _Names, others: _Names) -> bool:
    """Return whether the forenames are alike, as given or in their long form, or forename and surname are exchanged."""
    straight = alike(names[0], others[0]) or alike(names[1], others[1])
    return straight or (alike(names[0], others[2]) and alike(names[2], others[0]))


def _clustered(roots: list[int], tried: pl.DataFrame) -> pl.DataFrame:
    """Return id, cluster and probability: that of the surest pair by which a profile hangs together with another."""
    surest: list[float | None] = [None] * len(roots)
    for low, high, probability in tried.iter_rows():
        if roots[low] == roots[high]:
            for n in (low, high):
                # Pairs come the strongest first, so the first that a profile hangs by is its surest.
                if surest[n] is None:
                    surest[n] = probability
    columns = {"id": range(len(roots)), "cluster": roots, "probability": surest}
    return pl.DataFrame(columns, schema={"id": pl.Int64, "cluster": pl.Int64, "probability": pl.Float64}).with_columns(
        pl.col("probability").fill_null(1.0)
    )


def _facts(grown: Forest, model: Model, pairs: pl.DataFrame, decided: DecidedPairs) -> dict[str, Any]:
    steps = (PERSON, *(tier.name for tier in TIERS), MODEL)
    return {
        "method": f"ladder, then the model {model.name}",
        "model": {"name": model.name, "sha256": model.digest, "trained_on_pairs": model.pairs},
        "joined": {step: grown.joined[step] for step in steps if grown.joined[step]},
        "refused": dict(sorted(Counter(refusal.why.value for refusal in grown.refused).items())),
        "doubtful": pairs.height,
        "decisions": {"match": len(decided.match), "different": len(decided.different), "unsure": len(decided.unsure)},
    }
