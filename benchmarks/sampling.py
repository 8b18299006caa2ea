"""The draw and its coverage report: how fast, and the same in any order of rows, on any number of threads."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.figures import Figure, cost
from benchmarks.returns import THEME
from models.settings import CHECKOUT
from models.themes import SamplingPlan, theme
from tasks.sampling import coverage, draw

_SEED = "5eed"
_CHILDREN = 100_000
_AREA = 2_000
_OTHERS = (("0", "1"), ("1", "2"), ("4711", "4"))
_DRAW = """
import sys
import polars as pl
from models.themes import theme
from tasks.ground.digests import frame_digest
from tasks.sampling import draw, manifest, manifest_bytes
frame, asked = pl.read_parquet(sys.argv[1]), theme(sys.argv[2])
sample = draw(frame, asked.sampling, sys.argv[3])
sys.stdout.buffer.write(manifest_bytes(manifest(sample, frame_digest(frame), asked, sys.argv[3], "bench")))
"""


def figures(folder: Path, *, quick: bool) -> list[Figure]:
    """Measure draws of 47 children, and what it takes to say whether they are fair."""
    plan, frame = theme(THEME).sampling, made_up(_CHILDREN)
    one_area = made_up(_AREA)
    sample = draw(one_area, plan, _SEED)
    rounds = 1 if quick else 3
    taken = cost(lambda: draw(frame, plan, _SEED), rounds=rounds)
    area = cost(lambda: draw(one_area, plan, _SEED), rounds=rounds)
    fair = cost(lambda: coverage(one_area, plan, sample), rounds=rounds)
    figures_ = [
        Figure("sample of 47 from 1e5 children", taken.wall, "s", 1, note=f"{taken.cpu:.2f} s of processor time"),
        Figure("sample of 47 from 2,000 children", area.wall, "s", 0.1, note=f"{area.cpu:.3f} s of processor time"),
        Figure("coverage report of 2,000 children", fair.wall, "s", 3, note=_draws(one_area, plan)),
        Figure("sample, manifests that differ by rows, threads and hash seed", _manifests(frame, folder) - 1.0, "", 0),
        Figure("sample, children who change when rows are shuffled", _moved(frame, _ours), "", 0),
        Figure("the same, polars `sample(seed=)` by stratum", _moved(frame, _by_polars), "", 1, "more", "a peer"),
        Figure("the same, `random.sample` by stratum", _moved(frame, _by_random), "", 1, "more", "a peer"),
    ]
    if not quick:
        large = draw(frame, plan, _SEED)
        whole = cost(lambda: coverage(frame, plan, large), rounds=1)
        figures_.append(Figure("coverage report of 1e5 children", whole.wall, "s", 10, note=_draws(frame, plan)))
    return figures_


def made_up(children: int) -> pl.DataFrame:
    """Return a frame with the strata, households and decision points of an area, by chance but the same each time."""
    chance = random.Random(children)  # noqa: S311 - made-up data
    ages, risks = ("unborn", "0-1", "2-4", "5-7"), ("high", "medium", "standard", "not_assessed", "none")
    plans = ("child_protection_plan", "child_in_need_plan", "early_help", "closed", "not known to council")
    agencies = ("health", "local_authority", "police", "probation")
    points = ("contact", "strategy", "plan", "early_help", "pre_birth", "marac")
    rows = range(children)
    return pl.DataFrame(
        {
            "child": [f"{chance.getrandbits(128):032x}" for _ in rows],
            "household": [f"h{chance.randrange(children * 3 // 4)}" for _ in rows],
            "age_band": chance.choices(ages, (4, 19, 38, 39), k=children),
            "sex": chance.choices("MFU", (48, 48, 4), k=children),
            "ethnicity": chance.choices(("WBRI", "ABAN", "BCRB", "MWBC", "unknown"), (61, 7, 7, 12, 13), k=children),
            "plan_status": chance.choices(plans, (14, 14, 13, 40, 19), k=children),
            "police_risk": chance.choices(risks, (20, 13, 17, 5, 45), k=children),
            "disability": chance.choices(("yes", "no", "unknown"), (6, 84, 10), k=children),
            "agencies": [sorted(chance.sample(agencies, chance.choice((1, 2, 2, 3, 4)))) for _ in rows],
            "decision_points": [sorted(chance.sample(points, chance.choice((0, 1, 1, 2)))) for _ in rows],
        },
        schema_overrides={"decision_points": pl.List(pl.String)},
    ).with_columns(pl.col("agencies").list.contains("local_authority").not_().alias("hidden"))


def _draws(frame: pl.DataFrame, plan: SamplingPlan) -> str:
    return f"{coverage(frame, plan, draw(frame, plan, _SEED))['design']['draws']:,} simulated draws"


def _manifests(frame: pl.DataFrame, folder: Path) -> int:
    """Return how many different manifests come of other row orders, hash seeds and thread counts."""
    digests = set()
    folder.mkdir(parents=True, exist_ok=True)
    for number, (hash_seed, threads) in enumerate(_OTHERS):
        file = folder / f"shuffled-{number}.parquet"
        frame.sample(fraction=1, shuffle=True, seed=number).write_parquet(file)
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "POLARS_MAX_THREADS": threads}
        command = [sys.executable, "-c", _DRAW, str(file), THEME, _SEED]
        digests.add(subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, capture_output=True).stdout)
    return len(digests)


def _ours(frame: pl.DataFrame) -> set[str]:
    return {row.child for row in draw(frame, theme(THEME).sampling, _SEED).chosen("tracked")}


def _by_polars(frame: pl.DataFrame) -> set[str]:
    parts = frame.sort("age_band", maintain_order=True).partition_by("age_band")
    return {child for part in parts for child in part.sample(2, seed=11)["child"]}


def _by_random(frame: pl.DataFrame) -> set[str]:
    chance = random.Random(_SEED)  # noqa: S311 - a peer as people would use it
    parts = frame.sort("age_band", maintain_order=True).partition_by("age_band")
    return {child for part in parts for child in chance.sample(part["child"].to_list(), 2)}


def _moved(frame: pl.DataFrame, chosen: Callable[[pl.DataFrame], set[str]]) -> float:
    return float(len(chosen(frame) - chosen(frame.sample(fraction=1, shuffle=True, seed=1))))
