"""The draw: same inputs same sample (L4), rules kept, and a second implementation that agrees."""

import hashlib
import hmac
import re
from collections import Counter
from statistics import fmean

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.themes import Balance, SamplingPlan
from tasks.ground.digests import frame_digest
from tasks.ground.keys import EmptySeedError
from tasks.sampling import (
    MissingColumnsError,
    RepeatedChildError,
    Sample,
    allocate,
    draw,
    manifest,
    manifest_bytes,
    ranked,
)
from tasks.sampling.sample import CHOSEN
from tests.examples import examples
from tests.tasks.sampling.frames import area, cohort, plan
from tests.tasks.sampling.reference import reference_draw
from tests.tasks.sampling.reference_manifest import reference_manifest
from tests.tasks.sampling.themes_of import theme_with

_COLUMNS = st.lists(st.sampled_from(["sex", "ethnicity", "marac", "agencies"]), min_size=1, max_size=3, unique=True)
_PLANS = st.builds(
    plan,
    tracked=st.integers(1, 12),
    stratum_minimum=st.integers(0, 3),
    strata=st.sampled_from([(), ("age_band",), ("age_band", "plan_status"), ("age_band", "marac")]),
    one_per_household=st.booleans(),
    agencies_minimum=st.integers(1, 4),
    tracked_reserves=st.integers(0, 3),
    balance=st.none() | st.builds(Balance, by=_COLUMNS, candidates=st.integers(2, 6)),
)


@examples(80)
@given(children=st.integers(0, 120), seed=st.text(min_size=1, max_size=8), plan_=_PLANS, made=st.integers(0, 9))
def test_a_second_implementation_from_the_page_draws_the_same(
    children: int, seed: str, plan_: SamplingPlan, made: int
) -> None:
    frame = cohort(children, made)
    drawn = draw(frame, plan_, seed)
    got = [(r.label, r.child, r.set, r.role, r.stratum, r.rank) for r in drawn.rows]
    assert got == reference_draw(frame.to_dicts(), plan_, seed)


@examples(80)
@given(children=st.integers(0, 120), seed=st.text(min_size=1, max_size=8), plan_=_PLANS, made=st.integers(0, 9))
def test_l4_a_second_implementation_makes_the_bytes_of_a_manifest_by_strata(
    children: int, seed: str, plan_: SamplingPlan, made: int
) -> None:
    frame = area(children, made).with_columns(pl.col("agencies").list.concat(pl.col("agencies")))
    theme_ = theme_with(plan_)
    ours = manifest_bytes(manifest(draw(frame, plan_, seed), frame_digest(frame), theme_, seed, "1"))
    rows = frame.reverse().to_dicts()
    assert ours == reference_manifest(rows, frame.columns, plan_.record(), seed, theme_.rule_set, "1")


_BALANCED = plan(balance=Balance(by=("sex", "ethnicity"), candidates=20))


def away(frame: pl.DataFrame, sample: Sample) -> float:
    """Return how far the tracked children are from the eligible by sex and ethnicity: squared differences of shares."""
    eligible = frame.filter(pl.col("agencies").list.len() >= 2)
    chosen = frame.filter(pl.col("child").is_in([row.child for row in sample.chosen("tracked")]))
    found = 0.0
    for name in ("sex", "ethnicity"):
        for value in ("M", "F", "U") if name == "sex" else ("WBRI", "ABAN", "unknown"):
            shares = [int((frame_[name] == value).sum()) / frame_.height for frame_ in (chosen, eligible)]
            found += (shares[0] - shares[1]) ** 2
    return found


@pytest.mark.unmeasured
def test_a_balanced_draw_comes_nearer_to_the_cohort() -> None:
    frame = cohort(120)
    plain = [away(frame, draw(frame, plan(), f"s{n}")) for n in range(60)]
    near = [away(frame, draw(frame, _BALANCED, f"s{n}")) for n in range(60)]
    assert fmean(near) < fmean(plain) / 4
    assert max(near) < fmean(plain)


def test_one_candidate_draw_is_the_plain_draw() -> None:
    """The first candidate has the plain stage's name, so that a sample which is balanced already stays as it is."""
    frame = cohort(120).with_columns(pl.lit("M").alias("sex"))
    assert draw(frame, plan(balance=Balance(by=("sex",), candidates=9)), "s") == draw(frame, plan(), "s")


@examples(15)
@given(shuffle=st.integers(0, 10_000))
def test_l4_a_balanced_draw_is_the_same_in_any_row_order(shuffle: int) -> None:
    frame = cohort(80)
    moved = frame.sample(fraction=1, shuffle=True, seed=shuffle).select(sorted(frame.columns, reverse=True))
    assert draw(moved, _BALANCED, "seed") == draw(frame, _BALANCED, "seed")


def tracked_after_withdrawals(frame: pl.DataFrame, used: SamplingPlan) -> list[set[str]]:
    """Withdraw each of sixty children who were not chosen, one at a time, and return who is tracked then."""
    held = {row.child for row in draw(frame, used, "s").rows}
    gone = [child for child in frame["child"] if child not in held][:60]
    draws = (draw(frame.filter(pl.col("child") != child), used, "s") for child in gone)
    return [{row.child for row in one.chosen("tracked")} for one in draws]


def test_a_withdrawal_of_somebody_not_chosen_moves_nobody_and_a_balanced_draw_seldom() -> None:
    frame = cohort(120).with_columns(pl.col("child").alias("household"))
    balanced = plan(strata=(), balance=_BALANCED.balance)
    for used, most in ((plan(strata=()), 0), (balanced, 12)):
        before = {row.child for row in draw(frame, used, "s").chosen("tracked")}
        assert sum(after != before for after in tracked_after_withdrawals(frame, used)) <= most


@given(seed=st.text(min_size=1, max_size=150), child=st.text(max_size=20))
def test_a_rank_is_the_hmac_that_the_standard_library_gives(seed: str, child: str) -> None:
    def key(one: str) -> tuple[bytes, str]:
        return hmac.new(seed.encode(), f"tracked|{one}".encode(), hashlib.sha256).digest(), one

    children = [child, "a", "b", "c", "d"]
    assert ranked(seed, "tracked", children) == sorted(children, key=key)


@examples(30)
@given(shuffle=st.integers(0, 10_000), children=st.integers(1, 150))
def test_l4_row_order_and_column_order_change_nothing(shuffle: int, children: int) -> None:
    frame = cohort(children)
    moved = frame.sample(fraction=1, shuffle=True, seed=shuffle).select(sorted(frame.columns, reverse=True))
    assert draw(moved, plan(), "seed") == draw(frame, plan(), "seed")


@examples(60)
@given(children=st.integers(0, 150), seed=st.text(min_size=1, max_size=6), homes=st.integers(1, 60))
def test_the_rules_of_the_plan_are_kept(children: int, seed: str, homes: int) -> None:
    frame = cohort(children, households=homes)
    drawn = draw(frame, plan(), seed)
    assert len({row.child for row in drawn.rows}) == len(drawn.rows)
    assert len({row.household for row in drawn.rows}) == len(drawn.rows)
    agencies = dict(frame.select("child", pl.col("agencies").list.len()).iter_rows())
    assert all(agencies[row.child] >= 2 for row in drawn.rows if row.set == "tracked")
    points = dict(frame.select("child", "decision_points").iter_rows())
    assert all(row.stratum in points[row.child] for row in drawn.rows if row.set == "sampled")
    assert len({row.label for row in drawn.rows}) == len(drawn.rows)


@pytest.mark.unmeasured
def test_every_child_of_a_stratum_has_the_same_chance() -> None:
    """With one stratum each child's share of 400 draws lies near n/N (five standard errors of a binomial)."""
    frame = cohort(40).with_columns(
        pl.col("child").alias("household"),
        pl.lit("0-1").alias("age_band"),
        pl.lit([["a", "b"]]).list.first().alias("agencies"),
    )
    draws = 400
    counted = Counter(row.child for n in range(draws) for row in draw(frame, plan(), f"seed {n}").chosen("tracked"))
    share = 7 / 40
    spread = 5 * (share * (1 - share) / draws) ** 0.5
    assert len(counted) == 40
    assert all(abs(count / draws - share) < spread for count in counted.values())


@pytest.mark.further
@pytest.mark.unmeasured
def test_larger_strata_have_the_larger_chance_where_places_are_few() -> None:
    sizes = {"large": 30, "middle": 10, "small": 2}
    labels = [name for name, size in sizes.items() for _ in range(size)]
    frame = cohort(len(labels)).with_columns(
        pl.Series("age_band", labels),
        pl.col("child").alias("household"),
        pl.lit([["a", "b"]]).list.first().alias("agencies"),
    )
    one = plan(tracked=1)
    counted = Counter(draw(frame, one, str(n)).chosen("tracked")[0].stratum for n in range(400))
    assert counted["large"] > counted["middle"] > counted["small"] > 0


def test_a_withdrawn_child_is_followed_by_the_next_of_its_stratum() -> None:
    frame = cohort(200).with_columns(pl.col("child").alias("household"))
    one = plan(strata=(), tracked_reserves=1)
    before = draw(frame, one, "s")
    gone = before.chosen("tracked")[0].child
    after = draw(frame.filter(pl.col("child") != gone), one, "s")
    expected = {row.child for row in before.chosen("tracked")[1:]} | {before.reserves("tracked")[0].child}
    assert {row.child for row in after.chosen("tracked")} == expected


def test_a_frame_smaller_than_the_sample_gives_all_it_has_and_says_so() -> None:
    drawn = draw(cohort(3).with_columns(pl.col("child").alias("household")), plan(agencies_minimum=1), "s")
    assert len(drawn.chosen("tracked")) == 3
    assert "3 children could be tracked of 7 planned." in drawn.shortfalls
    assert any("below the lowest number" in said for said in drawn.shortfalls)


def test_an_empty_frame_gives_an_empty_sample_with_reasons() -> None:
    drawn = draw(cohort(0), plan(), "s")
    assert drawn.rows == ()
    assert drawn.to_frame().is_empty()
    assert len(drawn.shortfalls) == 5


def test_l13_a_shortfall_says_that_its_children_are_taken_already() -> None:
    homes = {"c0": "a", "c1": "a", "c2": "b", "c3": "b", "c4": "c"}
    frame = cohort(5).with_columns(
        child=pl.Series(list(homes)),
        household=pl.Series(list(homes.values())),
        agencies=pl.Series([["health", "police"]] * 4 + [["police"]]),
        decision_points=pl.Series([["contact"], ["contact"], ["contact"], ["contact", "plan"], ["contact", "plan"]]),
    )
    drawn = draw(frame, plan(strata=(), tracked_minimum=1), "s")
    texts = " ".join(drawn.shortfalls)
    assert "2 children could be tracked of 7 planned. 2 more children who could be tracked live with a child" in texts
    assert (
        "Contact: 0 children drawn of 4 planned. The cohort has 5 children at this point, of whom 2 are tracked or in "
        "reserve, 1 was drawn at another point and 2 live with a child already chosen."
    ) in texts
    assert "Plan: 1 child drawn of 4 planned. The cohort has 2 children at this point, of whom 1 lives with" in texts
    assert "Marac: 0 children drawn of 4 planned. The cohort has 0 children at this point." in texts


@given(seed=st.text("abcdef", min_size=1, max_size=6), children=st.integers(0, 60), alone=st.booleans())
def test_l13_the_reasons_of_a_shortfall_account_for_each_child_of_its_point(
    seed: str, children: int, alone: bool
) -> None:
    drawn = draw(cohort(children, households=max(children // 4, 1)), plan(one_per_household=not alone), seed)
    for share in (share for share in drawn.shares if share.set == "sampled" and share.chosen < share.places):
        (text,) = (text for text in drawn.shortfalls if text.startswith(f"{share.stratum.capitalize()}: "))
        reasons = re.findall(r"(\d+) (?:is|are|was|were|lives?) ", text.partition("of whom")[2])
        assert sum(map(int, reasons)) == share.children - share.chosen


def test_one_family_gives_one_child() -> None:
    frame = cohort(30).with_columns(pl.lit("one home").alias("household"))
    assert len(draw(frame, plan(), "s").rows) == 1


def test_siblings_may_all_be_drawn_where_the_plan_allows_it() -> None:
    frame = cohort(60).with_columns(pl.lit("one home").alias("household"))
    assert len(draw(frame, plan(one_per_household=False), "s").chosen("tracked")) == 7


def test_weights_bring_a_stratum_back_to_its_size() -> None:
    drawn = draw(cohort(300), plan(), "s")
    shares = {s.stratum: s for s in drawn.shares if s.set == "tracked"}
    for row in drawn.chosen("tracked"):
        share = shares[row.stratum]
        assert row.weight == pytest.approx(share.children / share.chosen, abs=1e-6)
    assert all(row.weight is None for row in drawn.rows if row.role != CHOSEN)


@given(
    sizes=st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 50), min_size=1, max_size=8),
    places=st.integers(0, 80),
    minimum=st.integers(0, 4),
)
def test_allocation_gives_exactly_the_places_there_are(sizes: dict[str, int], places: int, minimum: int) -> None:
    order = [key for key in sorted(sizes) for _ in range(sizes[key])]
    given_ = allocate(sizes, places, minimum, order)
    assert sum(given_.values()) == min(places, sum(sizes.values()))
    assert all(0 <= given_[key] <= sizes[key] for key in sizes)
    if sum(min(minimum, size) for size in sizes.values()) <= places:
        assert all(given_[key] >= min(minimum, sizes[key]) for key in sizes)


def test_allocation_follows_the_largest_remainder() -> None:
    assert allocate({"a": 50, "b": 30, "c": 20}, 7, 1, []) == {"a": 3, "b": 2, "c": 2}
    assert allocate({"a": 5, "b": 5}, 1, 0, []) == {"a": 1, "b": 0}


def test_what_cannot_be_drawn_from_is_refused_in_a_sentence() -> None:
    with pytest.raises(MissingColumnsError, match="age_band"):
        draw(cohort(5).drop("age_band"), plan(), "s")
    with pytest.raises(RepeatedChildError, match="1 rows"):
        draw(pl.concat([cohort(5), cohort(1)]), plan(), "s")
    with pytest.raises(EmptySeedError):
        draw(cohort(5), plan(), "")
