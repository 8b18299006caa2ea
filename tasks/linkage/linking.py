"""Which rows of which returns are the same child, by stated evidence and in no particular row order (L4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tasks.linkage.clusters import Forest, Guard, forest
from tasks.linkage.decisions import NOTHING, PairDecision, Said, said_of
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

# A handful of records says nothing of how rare a pair of one child is; in an area of 300 children it is this.
_COMMONEST = 0.002


@dataclass(frozen=True)
class Linkage:
    """The links of an area and how they came about.

    Attributes:
        links: one row a record, sorted by return and row: return, row, child (pseudonym) and probability: how sure it
            is that the record belongs with others of its child, 1.0 for one that stands alone or repeats another.
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
    """Link as `link` does, and say how.

    Args:
        records: return code -> frame of `validation.contract.identity.records`.
        key: secret of the pseudonyms.
        decisions: what people said of doubtful pairs, oldest first.
        model: the frozen model of an earlier build; without one the area trains its own, or uses the shipped one.
    """
    people, members = profiles(records)
    said = said_of(people, decisions, key)
    grown, known = climbed(people, said)
    used = model or chosen(people, grown)
    scored = scored_pairs(people, grown, used)
    sure = scored.filter((pl.col("apart") == "") & (pl.col("probability") >= JOINED))
    grown.grow(MODEL, Guard.NUMBERS, sure.select("probability", "low", "high").iter_rows())
    roots = grown.roots()
    clustered = _clustered(roots, pl.concat([known, sure.select(known.columns)]))
    names = child_ids(people, clustered, key)
    child = pl.col("cluster").replace_strict(names, return_dtype=pl.String) if names else pl.lit(None, pl.String)
    linked = members.join(clustered, on="id", how="left").with_columns(child.alias("child"))
    asked = doubts(grown, scored.iter_rows(), said.unsure)
    pairs = doubtful(asked, people, members, [names[root] for root in roots], key)
    links = linked.sort("return", "sheet", "row").select("return", "row", "child", "probability")
    return Linkage(links, pairs, used, _facts(grown, used, pairs, said))


def climbed(people: pl.DataFrame, said: Said = NOTHING) -> tuple[Forest, pl.DataFrame]:
    """Join profiles by what people said and then by the ladder, rung after rung.

    Returns:
        The groups, and the pairs that were tried: low, high, probability, the strongest first.
    """
    grown = forest(people, said.different)
    matched = [(1.0, low, high) for low, high in said.match]
    grown.grow(PERSON, Guard.PERSON, matched)
    found = edges(people)
    for (number,), rung in found.group_by("tier", maintain_order=True):
        tier = TIERS[int(str(number))]
        guard = Guard.NUMBERS if tier.weak else Guard.REGISTER
        grown.grow(tier.name, guard, ((tier.probability, *pair) for pair in rung.select("low", "high").iter_rows()))
    stated = {number: tier.probability for number, tier in enumerate(TIERS)}
    by_rung = found.select(
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
        low, high, probability and apart: what tells brothers, sisters and twins apart and differs by more than a slip,
        empty where nothing does; the surest first.
    """
    from tasks.linkage.splinking import score

    scored = score(people, grown.roots(), model, DOUBTED)
    rows = people.select("given", "forename", "surname").rows()
    forenames = [not _alike(rows[low], rows[high]) for low, high in scored.select("low", "high").iter_rows()]
    born = people["dob"]
    sides = scored.select(born.gather(scored["low"]), born.gather(scored["high"]).alias("other"))
    births = sides.select((pl.col("dob") != pl.col("other")) & ~date_slip("dob", "other")).to_series().fill_null(False)
    apart = pl.when(pl.Series(forenames, dtype=pl.Boolean)).then(pl.lit(FORENAMES)).when(births).then(pl.lit(BIRTHS))
    return scored.with_columns(apart.otherwise(pl.lit("")).alias("apart"))


_Names = tuple[str | None, str | None, str | None]


def _alike(one: _Names, other: _Names) -> bool:
    """Tell whether a forename is alike the other's, as given or as its long form, or the names were exchanged."""
    straight = alike(one[0], other[0]) or alike(one[1], other[1])
    return straight or (alike(one[0], other[2]) and alike(one[2], other[0]))


def _clustered(roots: list[int], tried: pl.DataFrame) -> pl.DataFrame:
    """Return id, cluster and probability: that of the surest pair by which a profile hangs together with another."""
    found: list[float | None] = [None] * len(roots)
    for low, high, probability in tried.iter_rows():
        if roots[low] == roots[high]:
            for n in (low, high):
                if found[n] is None:
                    found[n] = probability
    made = {"id": range(len(roots)), "cluster": roots, "probability": found}
    return pl.DataFrame(made, schema={"id": pl.Int64, "cluster": pl.Int64, "probability": pl.Float64}).with_columns(
        pl.col("probability").fill_null(1.0)
    )


def _facts(grown: Forest, model: Model, pairs: pl.DataFrame, said: Said) -> dict[str, Any]:
    steps = (PERSON, *(tier.name for tier in TIERS), MODEL)
    return {
        "method": f"ladder, then the model {model.name}",
        "model": {"name": model.name, "sha256": model.digest, "trained_on_pairs": model.pairs},
        "joined": {step: grown.joined[step] for step in steps if grown.joined[step]},
        "refused": dict(sorted(Counter(one.why.value for one in grown.refused).items())),
        "doubtful": pairs.height,
        "decisions": {"match": len(said.match), "different": len(said.different), "unsure": len(said.unsure)},
    }
