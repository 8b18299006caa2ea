"""The plan by margins beside the strata before it: what each misses, what its weights cost, whom it leaves out."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import polars as pl

from benchmarks.figures import Figure, cost
from benchmarks.returns import THEME
from benchmarks.sampling import made_up
from models.themes import SamplingPlan, theme
from tasks.cohort.frame import NOT_KNOWN_TO_COUNCIL
from tasks.ground.keys import commit
from tasks.sampling import draw
from tasks.sampling.drawing import field_of
from tasks.sampling.field import Field
from tasks.sampling.inclusion import Inclusion, inclusion
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import by_seed
from tasks.sampling.sample import TRACKED
from tasks.sampling.stages import track

_SEEDS = 1_000


@dataclass(frozen=True)
class Area:
    """A made-up area: how many children, how many of them the council does not know, how mixed it is."""

    name: str
    children: int
    hidden: float
    white: float


_AREAS = (
    Area("small, mostly white", 150, 0.08, 0.9),
    Area("middling", 800, 0.2, 0.7),
    Area("large and mixed", 3_000, 0.3, 0.4),
)


@dataclass(frozen=True)
class Outcome:
    """What a plan comes to in an area, over many seeds."""

    missed: float
    effective: float
    hidden: float
    fewest_hidden: float
    least: float
    most: float
    seconds: float


def figures(_folder: Path, *, quick: bool) -> list[Figure]:
    """Measure both plans on three areas."""
    by_margins = theme(THEME).sampling
    measured = []
    for area in _AREAS:
        frame = cohort(area)
        minimums = field_of(frame, by_margins)
        share = hidden_share(minimums, minimums.tracked.children)
        for name, plan in (("margins", by_margins), ("strata", by_margins.formerly[0])):
            outcome = outcome_of(frame, plan, minimums, _SEEDS // 10 if quick else _SEEDS)
            measured += _figures(area, name, outcome, share, by_margins.tracked)
    return measured


def _figures(area: Area, name: str, outcome: Outcome, share: float, tracked: int) -> list[Figure]:
    # Only today's plan has something to reach: figures of the other are there to be compared with.
    ours, place = name == "margins", f"plan by {name}, {area.name}"
    floor = int(tracked * share) / tracked if ours else 0.0
    chances = f"chances {outcome.least:.5f} to {outcome.most:.3f}"
    return [
        Figure(f"{place}: minimums missed in a draw", outcome.missed, "", 0 if ours else 99),
        Figure(
            *(f"{place}: fewest hidden among the tracked", outcome.fewest_hidden, "", floor, "more"),
            note=f"{share:.3f} of the eligible, in the mean draw {outcome.hidden:.3f}",
        ),
        Figure(f"{place}: effective size of 7", outcome.effective, "", 4 if ours else 0, "more", chances),
        Figure(f"{place}: a draw", outcome.seconds, "s", 1),
    ]


def cohort(area: Area) -> pl.DataFrame:
    """Return the frame of an area: the same each time."""
    chance, size = random.Random(area.name), area.children  # noqa: S311 - made-up data
    hidden = [chance.random() < area.hidden for _ in range(size)]
    mix = (area.white, *[(1 - area.white) / 5] * 5)
    others = ("health", "police", "probation")
    agencies = [
        sorted([*chance.sample(others, chance.choice((2, 2, 3))), *([] if unknown else ["local_authority"])])
        if unknown or chance.random() < 0.7
        else ["local_authority"]
        for unknown in hidden
    ]
    status = pl.when(pl.Series(hidden)).then(pl.lit(NOT_KNOWN_TO_COUNCIL)).otherwise("plan_status")
    known = pl.col("plan_status").replace({NOT_KNOWN_TO_COUNCIL: "open_assessment"})
    return (
        made_up(size)
        .with_columns(known)
        .with_columns(
            status.alias("plan_status"),
            pl.Series("ethnicity", chance.choices(("WBRI", "MWBC", "ABAN", "BCRB", "OOTH", "unknown"), mix, k=size)),
            pl.Series("disability", chance.choices(("yes", "no", "unknown"), (6, 84, 10), k=size)),
            pl.Series("agencies", agencies, pl.List(pl.String)),
            pl.Series("hidden", hidden),
        )
    )


def hidden_share(field: Field, children: Sequence[str]) -> float:
    """Return the share of hidden children among some; read from a field by margins."""
    return fmean("hidden / yes" in field.people[child].margins for child in children)


def outcome_of(frame: pl.DataFrame, plan: SamplingPlan, minimums: Field, seeds: int) -> Outcome:
    """Draw the tracked children under so many seeds, and say what comes of it.

    Args:
        frame: of the area.
        plan: the plan to draw by.
        minimums: the field of the plan by margins, whose minimums are looked for in both.
        seeds: how many.
    """
    field = field_of(frame, plan)
    chances = inclusion(field, "bench", dict.fromkeys(field.people, ()))
    drawn = [
        track(field, Pool(field.people, plan.one_per_household), by_seed(commit(f"plan {number}"))).chosen
        for number in range(seeds)
    ]
    shares = [hidden_share(minimums, chosen) for chosen in drawn]
    eligible = [chances.probabilities[TRACKED][child] for child in field.tracked.children]
    return Outcome(
        missed=fmean(_missed(minimums, chosen) for chosen in drawn),
        effective=fmean(_effective(chances, chosen) for chosen in drawn),
        hidden=fmean(shares),
        fewest_hidden=min(shares),
        least=min(eligible),
        most=max(eligible),
        seconds=cost(lambda: draw(frame, plan, "5eed")).wall,
    )


def _missed(minimums: Field, chosen: Sequence[str]) -> int:
    counts = Counter(group for child in chosen for group in minimums.people[child].margins)
    return sum(counts[need.group] < need.kept for need in minimums.margins.needs) if minimums.margins else 0


def _effective(chances: Inclusion, chosen: Sequence[str]) -> float:
    weights = [1 / chances.probabilities[TRACKED][child] for child in chosen]
    return sum(weights) ** 2 / sum(weight**2 for weight in weights)
