"""Cohort frames made for tests of the draw."""

import random

import polars as pl

from models.themes import DecisionPoint, Margin, SamplingPlan

AGES = ("unborn", "0-1", "2-4", "5-7")
STATUSES = ("child_protection_plan", "child_in_need_plan", "early_help", "not known to council")
RISKS = ("high", "medium", "standard", "none")
POINTS = ("contact", "plan", "marac")
AGENCIES = ("health", "local_authority", "police", "probation")


def cohort(children: int, seed: int = 1, households: int | None = None) -> pl.DataFrame:
    """Make a frame of so many children, some of them siblings."""
    rng = random.Random(seed)  # noqa: S311 - repeatable test data
    numbers = range(children)
    homes = households or max(children * 3 // 4, 1)
    return pl.DataFrame(
        {
            "child": [f"c{n:05}" for n in numbers],
            "household": [f"h{rng.randrange(homes):05}" for _ in numbers],
            "age_band": [rng.choice(AGES) for _ in numbers],
            "sex": [rng.choice("MFU") for _ in numbers],
            "ethnicity": [rng.choice(["WBRI", "ABAN", "unknown"]) for _ in numbers],
            "plan_status": [rng.choice(STATUSES) for _ in numbers],
            "marac": [rng.random() < 0.3 for _ in numbers],
            "agencies": [sorted(rng.sample(AGENCIES, rng.randint(1, 4))) for _ in numbers],
            "decision_points": [sorted(rng.sample(POINTS, rng.randint(0, 3))) for _ in numbers],
        },
        schema_overrides={"agencies": pl.List(pl.String), "decision_points": pl.List(pl.String)},
    )


def area(children: int, seed: int = 1, households: int | None = None, known: float = 0.7) -> pl.DataFrame:
    """Make a frame with every column that a margin can have, some households null, some cells missing.

    Args:
        children: of the frame.
        seed: the same makes the same.
        households: how many there are at most.
        known: the chance of a child to be known to the council.
    """
    rng = random.Random(f"area {seed}")  # noqa: S311 - repeatable test data
    frame, numbers = cohort(children, seed, households), range(children)
    others = [name for name in AGENCIES if name != "local_authority"]
    seen = [rng.random() < known for _ in numbers]
    agencies = [
        sorted([*rng.sample(others, rng.randint(1, 3)), *(["local_authority"] if by_council else [])])
        for by_council in seen
    ]
    statuses = [rng.choice(STATUSES[:3]) if by_council else STATUSES[3] for by_council in seen]
    return frame.with_columns(
        pl.Series("household", [None if rng.random() < 0.1 else home for home in frame["household"]], pl.String),
        pl.Series("sex", [rng.choice(["M", "F", "M", "F", "U", None]) for _ in numbers], pl.String),
        pl.Series("plan_status", statuses, pl.String),
        pl.Series("agencies", agencies, pl.List(pl.String)),
        pl.Series(
            "police_risk", rng.choices(["high", "medium", "standard", "none"], [1, 2, 3, 4], k=children), pl.String
        ),
        pl.Series("disability", rng.choices(["yes", "no", "unknown"], [1, 8, 2], k=children), pl.String),
        pl.Series("perpetrator_on_probation", [rng.random() < 0.2 for _ in numbers], pl.Boolean),
        pl.Series("hidden", [not by_council for by_council in seen], pl.Boolean),
    )


def margin(by: str, every: int | None = None, **minimums: int) -> Margin:
    """Make a margin; a minimum's group has underscores where its name has none, as `age_0_1` for `0-1`."""
    ages = by == "age_band"
    named = [(g.removeprefix("age_").replace("_", "-") if ages else g, number) for g, number in minimums.items()]
    listed = [{"group": group, "children": number} for group, number in named]
    return Margin.model_validate({"by": by, "minimums": listed, "every": every})


MARGINS = (
    margin("age_band", unborn=1, age_0_1=1, age_2_4=1, age_5_7=1),
    margin("plan_status", child_protection_plan=1, child_in_need_plan=1, early_help=1),
    margin("police_risk", high=1, medium=1),
    margin("sex", F=2, M=2),
    margin("ethnicity", every=20),
    margin("disability", yes=1),
)


def by_margins(**changes: object) -> SamplingPlan:
    """Make a plan by margins that small frames can satisfy, with changes."""
    given: dict[str, object] = {
        "plan": "margins-1",
        "strata": (),
        "stratum_minimum": 0,
        "margins": MARGINS,
        "open_places": 1,
    }
    return plan(**{**given, **changes})


def plan(**changes: object) -> SamplingPlan:
    """Make a plan that small frames can satisfy, with changes."""
    points = tuple(DecisionPoint(key=key, label=key.capitalize(), children=4) for key in POINTS)
    given: dict[str, object] = {
        "tracked": 7,
        "tracked_minimum": 5,
        "tracked_reserves": 2,
        "agencies_minimum": 2,
        "strata": ("age_band",),
        "stratum_minimum": 1,
        "one_per_household": True,
        "decision_points": points,
        "sampled_reserves": 2,
    }
    return SamplingPlan.model_validate({**given, **changes})
