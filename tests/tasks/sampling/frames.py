"""Cohort frames made for tests of the draw."""

import random

import polars as pl

from models.themes import DecisionPoint, SamplingPlan

AGES = ("unborn", "0-1", "2-4", "5-7")
STATUSES = ("child_protection_plan", "child_in_need_plan", "early_help", "not known to council")
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
