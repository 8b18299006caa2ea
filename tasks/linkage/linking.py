"""Which rows of which returns are the same child, by stated evidence and in no particular row order (L4)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tasks.linkage.clusters import Forest, Guard, JoinRefusal, forest
from tasks.linkage.decisions import NOTHING, DecidedPairs, PairDecision, decided_pairs
from tasks.linkage.doubtful import (
    BIRTHS,
    FORENAMES,
    HOUSEHOLD,
    MODEL,
    NAME_ALONE,
    NAMELESS,
    TOO_LITTLE,
    doubtful,
    doubts,
)
from tasks.linkage.earlier import EARLIER, Earlier, earlier_links, hold
from tasks.linkage.encoded import borrowed_earlier, with_borrowed_names
from tasks.linkage.model import OWN, Model, shipped
from tasks.linkage.normalise import PLACE
from tasks.linkage.profiles import profiles
from tasks.linkage.pseudonyms import child_ids
from tasks.linkage.similar import NameLikeness, date_slip, default_birth, name_likeness
from tasks.linkage.tiers import ALIKE, EXACT, TIERS, edges

FLOOR = 2_000
"""With fewer pairs that the ladder joined, an area does not train a model of its own."""

JOINED = 0.75
"""From here on the model joins by itself, where no guard speaks against it."""

DOUBTED = 0.002
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
    earlier: pl.DataFrame | None = None,
) -> Linkage:
    """Link as `link` does, and return how the links came about.

    Args:
        records: return code -> frame of `validation.contract.identity.records`.
        key: secret of the pseudonyms.
        decisions: the decisions of people on doubtful pairs, oldest first.
        model: the frozen model of an earlier build; without one the area trains its own, or uses the shipped one.
        earlier: the identity records of the version before, each with its return and child, where there is one.
    """
    people, members = profiles(with_borrowed_names(records, key))
    decided = decided_pairs(people, decisions, key)
    before = earlier_links(people, borrowed_earlier(earlier, key))
    grown, tried = climbed(people, decided, before)
    used = model or chosen(people, grown)
    scored = scored_pairs(people, grown, used)
    sure = scored.filter((pl.col("apart") == "") & (pl.col("probability") >= JOINED))
    # The model joins last: a join is not undone, so the surest evidence must come first.
    for profile, others in candidates(sure).items():
        grown.candidates.setdefault(profile, []).extend(others)
    for (guard,), pairs_of in sure.group_by("guard", maintain_order=True):
        grown.grow(MODEL, Guard(guard), pairs_of.select("probability", "low", "high").iter_rows(), rivals=True)
    # Last, so that what evidence joins as well goes by that evidence, as it did in the version before.
    kept = hold(grown, before)
    roots = grown.roots()
    clustered = _clustered(roots, pl.concat([tried, sure.select(tried.columns), kept.select(tried.columns)]))
    names = child_ids(people, clustered, key)
    child = pl.col("cluster").replace_strict(names, return_dtype=pl.String) if names else pl.lit(None, pl.String)
    linked = members.join(clustered, on="id", how="left").with_columns(child.alias("child"))
    doubted = doubts(grown, scored.drop("guard").iter_rows(), decided.unsure)
    pairs = doubtful(doubted, people, members, [names[root] for root in roots], key)
    links = linked.sort("return", "sheet", "row").select("return", "row", "child", "probability")
    return Linkage(links, pairs, used, _facts(grown, used, pairs, decided))


def climbed(
    people: pl.DataFrame, decided: DecidedPairs = NOTHING, earlier: Earlier | None = None
) -> tuple[Forest, pl.DataFrame]:
    """Join profiles by the decisions of people and then by the ladder, but nothing that an earlier version kept apart.

    Returns:
        The groups, and the pairs that were tried: low, high, probability, the strongest first.
    """
    grown = forest(people, decided.different)
    grown.earlier = {profile: frozenset({child}) for profile, child in (earlier or {}).items()}
    matched = [(1.0, low, high) for low, high in decided.match]
    grown.grow(PERSON, Guard.PERSON, matched)
    pairs = edges(people)
    grown.candidates = candidates(pairs)
    for (number, kind), rung in pairs.group_by("tier", "kind", maintain_order=True):
        tier = TIERS[int(str(number))]
        of_rung = ((tier.probability, *pair) for pair in rung.select("low", "high").iter_rows())
        if kind in (EXACT, ALIKE):
            grown.grow(tier.name, tier.guard, of_rung, rivals=kind == ALIKE)
        else:
            grown.leave(tier.name, JoinRefusal(str(kind)), of_rung)
    stated = {number: tier.probability for number, tier in enumerate(TIERS)}
    by_rung = pairs.filter(pl.col("kind").is_in([EXACT, ALIKE])).select(
        "low", "high", pl.col("tier").replace_strict(stated, return_dtype=pl.Float64).alias("probability")
    )
    by_person = pl.DataFrame([(low, high, p) for p, low, high in matched], schema=by_rung.schema, orient="row")
    return grown, pl.concat([by_person, by_rung])


def candidates(pairs: pl.DataFrame) -> dict[int, list[int]]:
    """Return for each profile the others of its pairs (low, high)."""
    turned = pairs.select(pl.col("high").alias("low"), pl.col("low").alias("high"))
    either = pl.concat([pairs.select("low", "high"), turned]).group_by("low").agg("high")
    return dict(zip(either["low"].to_list(), either["high"].to_list(), strict=True))


def chosen(people: pl.DataFrame, grown: Forest) -> Model:
    """Return the area's own model, trained on what the ladder joined, or the shipped weights where that is too little.

    How rare a pair of one child is among all pairs is the area's own in both cases.
    """
    pairs, born = sum(grown.joined.values()), int((~people["unborn"]).sum())
    prior = min(round(max(pairs, 1) / max(born * (born - 1) // 2, 1), 12), _COMMONEST)
    if pairs < FLOOR:
        return replace(shipped(), prior=prior)
    from tasks.linkage.splinking import train

    return Model(OWN, pairs, prior, train(people, grown.roots()))


def scored_pairs(people: pl.DataFrame, grown: Forest, model: Model) -> pl.DataFrame:
    """Return the pairs that the ladder left apart and the model thinks possible.

    Returns:
        low, high, probability, apart (what differs as it does between brothers, sisters and twins; empty where nothing
        speaks against the pair), related (whether an agency that holds both holds two children for it) and guard (what
        a join must not contradict). By guard, the surest first.
    """
    # Imported here: nothing but linkage may pay for the engine.
    from tasks.linkage.splinking import score

    scored = score(people, grown.roots(), model, DOUBTED)
    # A profile's id is its place in `people`, so cells are gathered by place: a join would cost a hash of every pair.
    cells = people.select("dob", "postcode", "sex", PLACE, pl.col("given").is_null().alias("nameless"))
    low, high = cells[scored["low"]], cells[scored["high"]]
    sides = low.hstack(high.rename(lambda name: f"{name}_right"))
    names = people.select("given", "forename", "surname").rows()
    # The model weighs fields one by one, so twins, who share all but a forename, score as high as a child with a slip
    # in one. Whatever differs by more than a slip is therefore told beside the score, and never joined by it alone.
    likeness = [name_likeness(names[low], names[high]) for low, high in scored.select("low", "high").iter_rows()]
    compared = sides.with_columns(pl.Series("names", likeness, dtype=pl.Int64))
    slipped = date_slip("dob", "dob_right").fill_null(False)
    other_year = (pl.col("dob").dt.year() != pl.col("dob_right").dt.year()).fill_null(False)
    at_home = (pl.col("postcode") == pl.col("postcode_right")).fill_null(False)
    same, alike = pl.col("names") == NameLikeness.SAME, pl.col("names") == NameLikeness.ALIKE
    # Of like names, a birth in another year is a brother's or sister's, even where one digit alone differs.
    births = (pl.col("dob") != pl.col("dob_right")).fill_null(False) & (~slipped | (alike & other_year))
    nameless = pl.col("nameless") | pl.col("nameless_right")
    birthless = pl.col("dob").is_null() | pl.col("dob_right").is_null()
    # A surname and an address are a household, and a birth with them may be a twin's: without both forenames, only a
    # number or a person joins. Forenames go first: they tell twins, and one reason is shown.
    reasons = (
        (pl.coalesce(PLACE, f"{PLACE}_right").is_not_null(), JoinRefusal.PLACE.value),
        (pl.col("names") == NameLikeness.OTHER, FORENAMES),
        (pl.col("names") == NameLikeness.TOO_LITTLE, TOO_LITTLE),
        (nameless & birthless, HOUSEHOLD),
        (nameless, NAMELESS),
        # A boy and a girl whose names are alike are twins; of one name, the sex is the slip.
        (alike & (pl.col("sex") != pl.col("sex_right")).fill_null(False), JoinRefusal.SEXES.value),
        # No two children of one home have one name; that births are mistyped so, only an area's own pairs can show.
        (births & ~(pl.lit(model.own) & same & at_home), BIRTHS),
        (default_birth() & (~at_home | alike), JoinRefusal.DEFAULT_BIRTH.value),
        (birthless & ~at_home, NAME_ALONE),
        (birthless & alike, JoinRefusal.BIRTHLESS.value),
    )
    # coalesce takes the first of the reasons that is not null
    stated = [pl.when(holds).then(pl.lit(reason)) for holds, reason in reasons]
    apart = pl.coalesce(*stated, pl.lit("")).alias("apart")
    # A row without a forename may be another of the same child's in one return: a person is asked.
    repeated = nameless & alike & at_home
    related = ((pl.col("names") != NameLikeness.SAME) & ~repeated).alias("related")
    # Where the births differ, an agency that holds both holds two children.
    guard = pl.when(births).then(int(Guard.RETURN)).otherwise(int(Guard.NUMBERS)).alias("guard")
    # Another forename and another birth at one home are brothers and sisters, and no question.
    siblings = births & (pl.col("names") == NameLikeness.OTHER)
    pairs = scored.hstack(compared.select(apart, related, guard, siblings.alias("siblings")))
    return pairs.filter(~pl.col("siblings")).drop("siblings").sort("guard", maintain_order=True)


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
    steps = (PERSON, EARLIER, *(tier.name for tier in TIERS), MODEL)
    return {
        "method": f"ladder, then the model {model.name}",
        "model": {"name": model.name, "sha256": model.digest, "trained_on_pairs": model.pairs},
        "joined": {step: grown.joined[step] for step in steps if grown.joined[step]},
        "refused": dict(sorted(Counter(refusal.why.value for refusal in grown.refused).items())),
        "doubtful": pairs.height,
        "decisions": {"match": len(decided.match), "different": len(decided.different), "unsure": len(decided.unsure)},
    }
