"""The stated chances are the true ones: thousands of draws under real seeds, a fixed list of them, agree."""

from collections import Counter
from math import sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import Balance, SamplingPlan
from tasks.ground.keys import commit
from tasks.sampling.drawing import field_of
from tasks.sampling.inclusion import MOST_DRAWS, Inclusion, exact_tracked, inclusion
from tasks.sampling.pool import Pool
from tasks.sampling.rankings import Chance, by_seed
from tasks.sampling.sample import SAMPLED, TRACKED, Set
from tasks.sampling.stages import track, widen
from tests.examples import examples
from tests.tasks.sampling.frames import area, by_margins, cohort, plan

_SEEDS = [commit(f"seed {n}") for n in range(3_000)]


def stated(frame: pl.DataFrame, plan_: SamplingPlan) -> Inclusion:
    return inclusion(field_of(frame, plan_), "a test", {child: [] for child in frame["child"]})


def chosen_in(frame: pl.DataFrame, plan_: SamplingPlan, seeds: list[str]) -> dict[Set, Counter[str]]:
    """Draw under each seed and count how often each child was chosen, by set."""
    field = field_of(frame, plan_)
    times: dict[Set, Counter[str]] = {TRACKED: Counter(), SAMPLED: Counter()}
    for seed in seeds:
        pool = Pool(field.people, plan_.one_per_household)
        times[TRACKED].update(track(field, pool, by_seed(seed)).chosen)
        times[SAMPLED].update(child for part in widen(field, pool, by_seed(seed)).chosen.values() for child in part)
    return times


def alone(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("child").alias("household"))


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("frame", "plan_"),
    [
        (cohort(60), plan()),
        (cohort(60, households=25), plan()),
        (cohort(60), plan(strata=("age_band", "plan_status"))),
        (cohort(60, households=30), plan(one_per_household=False, stratum_minimum=2)),
        (cohort(60), plan(balance=Balance(by=("sex", "ethnicity"), candidates=5))),
        (area(60), by_margins()),
        (area(60, households=25), by_margins(open_places=0)),
    ],
    ids=[
        *("households", "large households", "more strata than places", "siblings allowed", "balanced"),
        *("margins", "margins that need every place"),
    ],
)
@pytest.mark.parametrize("parts", [5, pytest.param(1, marks=pytest.mark.long)], ids=["few", "many"])
def test_real_draws_choose_each_child_as_often_as_stated(
    frame: pl.DataFrame, plan_: SamplingPlan, parts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every child within 5 standard errors, and all together within what 120 such errors bring by chance."""
    if plan_.margins:
        # Rare classes of children are pooled, which few draws would show as a difference.
        parts = min(parts, 2)
    monkeypatch.setattr("tasks.sampling.inclusion.MOST_DRAWS", MOST_DRAWS // parts)
    monkeypatch.setattr("tasks.sampling.inclusion.MARGIN_DRAWS", MOST_DRAWS // parts)
    seeds = _SEEDS[: (600 if plan_.balance else 1500) // parts]
    told, times = stated(frame, plan_), chosen_in(frame, plan_, seeds)
    errors = []
    for part in (TRACKED, SAMPLED):
        for child, chance in told.probabilities[part].items():
            assert (chance > 0) >= (times[part][child] > 0)
            if chance > 0:
                # Both the seeds and the simulated draws vary; children alike share the latter's variation.
                spread = sqrt(chance * (1 - chance) * (1 / len(seeds) + 1 / told.draws)) + 1e-3
                errors.append((times[part][child] / len(seeds) - chance) / spread)
    assert max(map(abs, errors)) < 5
    assert sum(one**2 for one in errors) / len(errors) < 1.3


@pytest.mark.unmeasured
def test_exact_chances_are_those_of_real_draws_and_of_simulated_ones() -> None:
    frame, plan_ = alone(cohort(60)), plan(strata=("age_band",), decision_points=())
    told = stated(frame, plan_)
    assert told.method == {TRACKED: "exact", SAMPLED: "exact"}
    times = chosen_in(frame, plan_, _SEEDS)
    for child, chance in told.probabilities[TRACKED].items():
        assert abs(times[TRACKED][child] / len(_SEEDS) - chance) < 5 * sqrt(chance * (1 - chance) / len(_SEEDS)) + 1e-9
    assert sum(told.probabilities[TRACKED].values()) == pytest.approx(plan_.tracked, abs=1e-4)
    field, chance_of, drawn = field_of(frame, plan_), Chance("another"), Counter[str]()
    for _ in range(3_000):
        drawn.update(track(field, Pool(field.people, True), chance_of).chosen)
    for child, chance in told.probabilities[TRACKED].items():
        assert abs(drawn[child] / 3_000 - chance) < 5 * sqrt(chance * (1 - chance) / 3_000) + 1e-9


def test_points_apart_from_each_other_and_from_the_tracked_have_exact_chances() -> None:
    apart = pl.when(pl.int_range(pl.len()) < 10).then(pl.lit(["plan"])).otherwise(pl.lit(["contact"]))
    frame = alone(cohort(40)).with_columns(apart.alias("decision_points"), pl.lit(["police"]).alias("agencies"))
    told = stated(frame, plan())
    assert told.method[SAMPLED] == "exact"
    assert told.probabilities[SAMPLED]["c00000"] == 0.4
    assert told.probabilities[SAMPLED]["c00039"] == round(4 / 30, 6)


@pytest.mark.parametrize(
    ("frame", "plan_"),
    [
        (cohort(40, households=10), plan()),
        (alone(cohort(40)), plan(strata=("age_band", "plan_status", "sex"))),
        (alone(cohort(40)), plan(balance=Balance(by=("sex",), candidates=2))),
    ],
    ids=["siblings", "too few places", "balance"],
)
def test_no_chance_is_called_exact_where_it_is_not(frame: pl.DataFrame, plan_: SamplingPlan) -> None:
    assert exact_tracked(field_of(frame, plan_)) is None


def test_chances_that_are_not_exact_are_called_simulated_and_sum_to_the_children_of_a_sample() -> None:
    told = stated(cohort(80), plan())
    assert told.method == {TRACKED: "simulated", SAMPLED: "simulated"}
    total = sum(sum(part.values()) for part in told.probabilities.values())
    assert total == pytest.approx(told.size, rel=0.01)
    assert told.size == pytest.approx(7 + 12, abs=0.5)


@pytest.mark.unmeasured
def test_l4_the_same_key_gives_the_same_chances_and_another_nearly() -> None:
    frame, field = cohort(50), field_of(cohort(50), plan())
    groups = {child: [0] for child in frame["child"]}
    one, same, other = (inclusion(field, key, groups) for key in ("a", "a", "b"))
    assert one == same != other
    for child, chance in one.probabilities[TRACKED].items():
        assert other.probabilities[TRACKED][child] == pytest.approx(chance, abs=0.03)
    assert sum(one.histograms[0].values()) == one.draws


def test_whoever_cannot_be_drawn_has_no_chance_and_everybody_else_has_one() -> None:
    frame = cohort(80).with_columns(pl.lit([], pl.List(pl.String)).alias("decision_points"))
    agencies = dict(frame.select("child", pl.col("agencies").list.len()).iter_rows())
    told = stated(frame, plan())
    assert all((chance > 0) == (agencies[child] >= 2) for child, chance in told.probabilities[TRACKED].items())
    assert set(told.probabilities[SAMPLED].values()) == {0.0}


@pytest.mark.unmeasured
def test_chance_orders_give_every_order_alike() -> None:
    """24 orders of four children in 24,000 shuffles: chi-square with 23 degrees of freedom stays below 49.7 (0.1%)."""
    chance = Chance("orders")
    counted = Counter("".join(chance.shuffled("abcd")) for _ in range(24_000))
    assert len(counted) == 24
    assert sum((count - 1_000) ** 2 / 1_000 for count in counted.values()) < 49.7


@examples(10)
@given(made=st.integers(0, 99), open_places=st.integers(0, 1), homes=st.integers(6, 60), known=st.floats(0, 1))
def test_by_margins_the_chances_sum_to_the_places_and_only_who_is_shut_out_has_none(
    made: int, open_places: int, homes: int, known: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.sampling.inclusion.MARGIN_DRAWS", 200)
        patch.setattr("tasks.sampling.inclusion.LEAST_DRAWS", 200)
        frame = area(60, made, homes, known)
        field = field_of(frame, by_margins(open_places=open_places))
        given_ = stated(frame, by_margins(open_places=open_places))
    assert field.margins is not None
    tracked = given_.probabilities[TRACKED]
    # Each is rounded to six decimals, and whom no simulated draw chose counts as chosen once.
    assert sum(tracked.values()) == pytest.approx(field.margins.places, abs=0.01)
    assert {child for child in field.tracked.children if not tracked[child]} == field.margins.shut_out()
    sampled = given_.probabilities[SAMPLED]
    assert all(sampled[child] > 0 for stage in field.points.values() for child in stage.children)


def test_by_margins_without_a_minimum_and_with_nobody_together_the_chances_are_exact() -> None:
    frame = alone(area(50, known=1))
    assert stated(frame, by_margins(margins=())).method[TRACKED] == "exact"
    assert stated(frame, by_margins()).method[TRACKED] == "simulated"
