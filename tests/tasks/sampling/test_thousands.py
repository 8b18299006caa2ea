"""Over thousands of seeds no rule of a plan is ever broken, and the same seed gives the same sample anywhere (L4)."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from models.settings import CHECKOUT
from models.themes import Balance, SamplingPlan, theme
from tasks.ground.digests import frame_digest
from tasks.ground.keys import commit
from tasks.sampling import draw, manifest, manifest_bytes
from tasks.sampling.drawing import field_of
from tasks.sampling.field import Field
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import by_seed
from tasks.sampling.stages import track, widen
from tests.tasks.sampling.frames import area, by_margins, cohort, plan
from tests.tasks.sampling.themes_of import theme_with

_OUT = ("c00001", "c00007", "c00020")


def drawn(field: Field, seed: str) -> tuple[list[str], list[str], dict[str, list[str]]]:
    """Draw and return the tracked, their reserves, and the wider sample by point."""
    pool = Pool(field.people, field.plan.one_per_household)
    tracked, wider = track(field, pool, by_seed(seed)), widen(field, pool, by_seed(seed))
    return list(tracked.chosen), list(tracked.reserves), dict(wider.chosen)


def check(field: Field, seed: str) -> None:
    """Hold one draw against every rule of its plan."""
    plan_, people = field.plan, field.people
    tracked, reserves, wider = drawn(field, seed)
    everybody = [*tracked, *reserves, *(child for part in wider.values() for child in part)]
    assert len(set(everybody)) == len(everybody)
    assert not {*everybody} & {*_OUT}
    if plan_.one_per_household:
        assert len({people[child].household for child in everybody}) == len(everybody)
    assert all(people[child].agencies >= plan_.agencies_minimum for child in (*tracked, *reserves))
    homes = {people[child].household if plan_.one_per_household else child for child in field.tracked.children}
    assert len(tracked) <= min(plan_.tracked, len(homes))
    held, sizes = Counter(people[child].stratum for child in tracked), field.tracked.sizes
    if field.margins is not None:
        assert len(tracked) == field.margins.places
        held_groups = Counter(group for child in tracked for group in people[child].margins)
        assert all(held_groups[need.group] >= need.kept for need in field.margins.needs)
    elif not plan_.one_per_household:
        assert len(tracked) == min(plan_.tracked, len(field.tracked.children))
        if sum(min(plan_.stratum_minimum, size) for size in sizes.values()) <= plan_.tracked:
            assert all(held[key] >= min(plan_.stratum_minimum, size) for key, size in sizes.items())
    for key, part in wider.items():
        assert len(part) <= field.quotas[key]
        assert all(key in people[child].points for child in part)


_ALONE = pl.col("child").alias("household")
_ONE_STRATUM_EMPTY = pl.when(pl.col("age_band") == "unborn").then(pl.lit([], pl.List(pl.String))).otherwise("agencies")


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("frame", "plan_"),
    [
        (cohort(60, households=30), plan()),
        (cohort(60), plan(one_per_household=False, strata=("age_band",), stratum_minimum=1)),
        (cohort(60), plan(one_per_household=False, strata=("age_band", "plan_status"), stratum_minimum=2)),
        (cohort(9), plan()),
        (cohort(40).with_columns(_ONE_STRATUM_EMPTY.alias("agencies")), plan(one_per_household=False)),
        (cohort(40).with_columns(pl.lit("one home").alias("household")), plan()),
        (cohort(50), plan(balance=Balance(by=("sex",), candidates=3))),
        (area(60, households=30), by_margins()),
        (area(50), by_margins(one_per_household=False, open_places=0)),
    ],
    ids=[
        "households",
        "minimums",
        "more strata than places",
        "few children",
        "an empty stratum",
        "one family",
        "balanced",
        "margins",
        "margins, siblings allowed",
    ],
)
def test_no_rule_is_broken_under_a_thousand_seeds(frame: pl.DataFrame, plan_: SamplingPlan) -> None:
    field = field_of(frame, plan_, _OUT)
    for number in range(300 if plan_.balance else 1_000):
        check(field, commit(f"rule {number}"))


def test_strata_of_one_size_share_their_places_by_name_and_their_children_by_chance() -> None:
    """Four strata of ten and six places: the two that sort first have the tied places, whoever is in them."""
    names = [name for name in ("a", "b", "c", "d") for _ in range(10)]
    every = pl.lit([["x", "y"]]).list.first()
    frame = cohort(40).with_columns(_ALONE, pl.Series("age_band", names), every.alias("agencies"))
    field, times = field_of(frame, plan(tracked=6)), Counter[str]()
    for number in range(2_000):
        chosen, _, _ = drawn(field, commit(f"tie {number}"))
        assert Counter(field.people[child].stratum for child in chosen) == {"a": 2, "b": 2, "c": 1, "d": 1}
        times.update(chosen)
    for child, one in field.people.items():
        share = 0.2 if one.stratum in "ab" else 0.1
        assert abs(times[child] / 2_000 - share) < 5 * (share * (1 - share) / 2_000) ** 0.5


def test_all_eliminated_leaves_nobody_to_draw_and_says_so() -> None:
    frame = cohort(30)
    found = draw(frame, plan(), "s", without=frame["child"].to_list())
    assert found.rows == ()
    assert "0 children could be tracked of 7 planned." in found.shortfalls


def test_without_one_per_household_a_family_counts_child_by_child() -> None:
    homes = pl.when(pl.int_range(pl.len()) < 20).then(pl.lit("large family")).otherwise(pl.col("child"))
    frame = cohort(60).with_columns(homes.alias("household"))
    for by_home, most in ((True, 1), (False, 7)):
        field = field_of(frame, plan(one_per_household=by_home, decision_points=()))
        times = [drawn(field, commit(f"home {number}"))[0] for number in range(300)]
        together = [sum(field.people[child].household == "large family" for child in chosen) for chosen in times]
        assert max(together) <= most
        assert sum(together) > 0
        assert (max(together) > 1) is not by_home


_SCRIPT = """
import sys
import polars as pl
from models.themes import theme
from tasks.ground.digests import frame_digest
from tasks.sampling import coverage, coverage_bytes, draw, manifest, manifest_bytes
frame, asked = pl.read_parquet(sys.argv[1]), theme("domestic-abuse-2024")
sample = draw(frame, asked.sampling, "5eed")
record = manifest(sample, frame_digest(frame), asked, "5eed", "1")
sys.stdout.buffer.write(manifest_bytes(record) + coverage_bytes(coverage(frame, asked.sampling, sample)))
"""
_PLAIN = """
import json, sys
from types import SimpleNamespace
sys.path.insert(0, sys.argv[1])
from reference import reference_draw
given = json.load(sys.stdin, object_hook=lambda d: d if "child" in d else SimpleNamespace(**d))
print(json.dumps(reference_draw(given.people, given.plan, "5eed")))
"""


def pythons() -> dict[str, str]:
    """Return version -> program of every Python of this machine that is new enough for the second implementation."""
    names = [f"python3.{minor}" for minor in range(9, 17)]
    places = [str(one) for one in sorted(Path.home().glob(".pyenv/versions/3.*/bin/python3"))]
    found = {}
    for one in [sys.executable, *filter(None, map(shutil.which, names)), *places]:
        asked = "import sys; print(sys.version) if sys.version_info >= (3, 9) else sys.exit(1)"
        done = subprocess.run([one, "-c", asked], check=False, capture_output=True, text=True)
        if done.returncode == 0:
            found[done.stdout] = one
    return found


@pytest.mark.long
@pytest.mark.parts
def test_l4_other_hash_seeds_thread_counts_and_row_orders_give_the_same_bytes(tmp_path: Path) -> None:
    frame = cohort(300).with_columns(pl.lit("high").alias("police_risk"))
    found = set()
    for number, (hash_seed, threads) in enumerate((("0", "1"), ("1", "2"), ("77", "4"))):
        file = tmp_path / f"{number}.parquet"
        frame.sample(fraction=1, shuffle=True, seed=number).write_parquet(file)
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "POLARS_MAX_THREADS": threads}
        command = [sys.executable, "-c", _SCRIPT, str(file)]
        found.add(subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, capture_output=True).stdout)
    asked = theme("domestic-abuse-2024")
    own = manifest(draw(frame, asked.sampling, "5eed"), frame_digest(frame), asked, "5eed", "1")
    assert len(found) == 1
    assert found.pop().startswith(manifest_bytes(own))


@pytest.mark.parts
def test_l4_every_python_draws_the_same_by_the_second_implementation() -> None:
    """Another Python has none of our packages; the second implementation needs none."""
    frame, used = cohort(200), plan(balance=Balance(by=("sex", "agencies"), candidates=4))
    given = json.dumps({"people": frame.to_dicts(), "plan": used.model_dump(mode="json")})
    ours = [[r.label, r.child, r.set, r.role, r.stratum, r.rank] for r in draw(frame, used, "5eed").rows]
    for version, python in pythons().items():
        command = [python, "-c", _PLAIN, str(Path(__file__).parent)]
        done = subprocess.run(command, input=given, text=True, check=True, capture_output=True)
        assert json.loads(done.stdout) == ours, version


_BYTES = """
import json, sys
sys.path.insert(0, sys.argv[1])
from tests.tasks.sampling.reference_manifest import reference_manifest
given = json.load(sys.stdin)
sys.stdout.buffer.write(reference_manifest(given["people"], given["columns"], given["plan"], "5eed", "t@1", "1"))
"""


@pytest.mark.parts
def test_l4_every_python_makes_the_bytes_of_a_manifest_by_margins() -> None:
    frame, used = area(120), by_margins()
    named = theme_with(used).model_copy(update={"id": "t", "version": 1})
    given = json.dumps({"people": frame.to_dicts(), "columns": frame.columns, "plan": used.record()})
    ours = manifest_bytes(manifest(draw(frame, used, "5eed"), frame_digest(frame), named, "5eed", "1"))
    for version, python in pythons().items():
        command = [python, "-c", _BYTES, str(CHECKOUT)]
        done = subprocess.run(command, input=given.encode(), check=True, capture_output=True)
        assert done.stdout == ours, version
