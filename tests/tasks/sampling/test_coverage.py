"""Is it fair? Groups of the sample beside the cohort, weights, and a sentence where there is a gap."""

from base64 import b64decode
from dataclasses import asdict
from functools import cache
from typing import Any

import polars as pl
import pytest

from models.themes import SamplingPlan
from tasks.ground.digests import frame_digest
from tasks.sampling import (
    Decision,
    DecisionKind,
    Reason,
    Sample,
    again,
    apply,
    coverage,
    coverage_bytes,
    draw,
    manifest,
    public,
    sample_of,
)
from tasks.sampling import ethnicity_group as broad
from tasks.sampling.picture import alternative, chart, group_words, markdown, methods
from tests.tasks.sampling.frames import area, by_margins, cohort, margin, plan
from tests.tasks.sampling.themes_of import theme_with

_FRAME = cohort(200)
_PLAN = plan()
_DRAWN = draw(_FRAME, _PLAN, "s")


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate fewer draws than the product does: no test here is about how near a chance comes to the true one."""
    monkeypatch.setattr("tasks.sampling.inclusion.MOST_DRAWS", 1_000)


@cache
def _report() -> dict[str, Any]:
    """Return the report on the sample that was drawn: thousands of draws, made where a test asks for it."""
    return coverage(_FRAME, _PLAN, _DRAWN)


@cache
def _moved_report() -> dict[str, Any]:
    """Return the same report from the same rows and columns in another order."""
    moved = _FRAME.sample(fraction=1, shuffle=True, seed=5).select(sorted(_FRAME.columns, reverse=True))
    return coverage(moved, _PLAN, draw(moved, _PLAN, "s"))


def lines(report: dict[str, Any], dimension: str) -> list[dict[str, Any]]:
    return [one for one in report["sample"]["groups"] if one["dimension"] == dimension]


def gaps(frame: pl.DataFrame, plan_: SamplingPlan, sample: Sample) -> list[str]:
    found: list[str] = coverage(frame, plan_, sample)["sample"]["gaps"]
    return found


def test_every_dimension_is_compared_and_counts_add_up() -> None:
    frame = _FRAME.with_columns(pl.lit("high").alias("police_risk"))
    report = coverage(frame, _PLAN, _DRAWN)
    found = {one["dimension"] for one in report["sample"]["groups"]}
    assert found == {"age", "sex", "ethnic group", "plan status", "police risk", "agency"}
    for name in found - {"agency"}:
        assert sum(one["cohort"] for one in lines(report, name)) == 200
        assert sum(one["sample"] for one in lines(report, name)) == len(_DRAWN.chosen())
        assert sum(one["expected"] for one in lines(report, name)) == pytest.approx(
            report["design"]["expected"], abs=0.01
        )


def test_ages_stand_in_order_and_the_unborn_first() -> None:
    assert [one["group"] for one in lines(_report(), "age")] == ["unborn", "0-1", "2-4", "5-7"]


def test_a_weight_is_one_over_the_chance_and_the_effective_size_is_kishs() -> None:
    weights = _report()["sample"]["weights"]
    assert [one["label"] for one in weights] == [row.label for row in _DRAWN.chosen()]
    assert all(one["weight"] == pytest.approx(1 / one["probability"], abs=1e-4) for one in weights)
    for told in _report()["sample"]["sets"]:
        own = [one["weight"] for one in weights if one["set"] == told["set"]]
        assert told["chosen"] == len(own)
        assert told["effective"] == pytest.approx(sum(own) ** 2 / sum(one**2 for one in own), abs=0.01)
        assert 1 <= told["effective"] <= told["chosen"]


def test_l4_the_report_is_the_same_bytes_in_any_row_order() -> None:
    assert coverage_bytes(_moved_report()) == coverage_bytes(_report())


def test_a_redraw_without_eliminations_has_the_same_chances() -> None:
    other = coverage(_FRAME, _PLAN, draw(_FRAME, _PLAN, "another"))
    both = other["design"]["probabilities"].keys() & _report()["design"]["probabilities"].keys()
    assert both
    assert all(other["design"]["probabilities"][one] == _report()["design"]["probabilities"][one] for one in both)


def test_a_group_that_should_be_seen_and_is_not_gets_a_sentence() -> None:
    few = _DRAWN.chosen()[0].child
    age = dict(_FRAME.select("child", "age_band").iter_rows())
    missing = next(one for one in ("0-1", "2-4", "5-7") if one != age[few])
    kept = tuple(row for row in _DRAWN.rows if age[row.child] != missing)
    said = gaps(_FRAME, _PLAN, Sample(kept, (), ()))
    assert any(
        text.startswith(f"Nobody in the sample for age '{missing}', ") and "would be expected" in text for text in said
    )


def test_many_of_one_group_get_a_sentence() -> None:
    sex = dict(_FRAME.select("child", "sex").iter_rows())
    rows = tuple(row for row in _DRAWN.rows if row.role == "chosen")
    girls = [child for child, one in sex.items() if one == "F"]
    swapped = tuple(
        type(row)(row.label, child, row.household, row.set, row.role, row.stratum, row.rank, row.weight)
        for row, child in zip(rows, girls, strict=False)
    )
    report = dict(_report()["design"])
    report["probabilities"] = {child: {"tracked": 0.1, "sampled": 0.1} for child in girls}
    said = again({**_report(), "design": report}, _FRAME, Sample(swapped, (), ()))["sample"]["gaps"]
    assert any(text.startswith("Many in the sample for sex 'F'") for text in said)
    assert any(text.startswith("Nobody in the sample for sex 'M'") for text in said)


def test_a_group_that_the_plan_itself_leaves_thin_gets_a_sentence() -> None:
    known = pl.when(pl.int_range(pl.len()) < 120).then(pl.lit(["police"])).otherwise(pl.lit(["health", "police"]))
    frame = _FRAME.with_columns(
        known.alias("agencies"),
        pl.when(pl.int_range(pl.len()) < 120).then(pl.lit("not known to council")).otherwise(pl.lit("early_help"))
        .alias("plan_status"),
        pl.when(pl.int_range(pl.len()) < 115).then(pl.lit([], pl.List(pl.String))).otherwise(pl.lit(["plan"]))
        .alias("decision_points"),
    )  # fmt: skip
    said = gaps(frame, _PLAN, draw(frame, _PLAN, "s"))
    assert any(text.startswith("115 children of 200 could not be drawn at all") for text in said)
    assert any("The plan itself leaves plan status 'not known to council' thin" in text for text in said)


def test_an_empty_sample_and_an_empty_frame_have_reports() -> None:
    empty = draw(cohort(0), _PLAN, "s")
    assert gaps(cohort(10), _PLAN, empty)[1:] == []
    report = coverage(cohort(0), _PLAN, empty)
    assert report["sample"]["gaps"] == []
    assert report["sample"]["sets"][0]["effective"] == 0


def test_l5_sentences_tell_no_small_number_of_the_cohort() -> None:
    sex = pl.when(pl.col("child").is_in([row.child for row in _DRAWN.chosen()][:3])).then(pl.lit("X"))
    frame = _FRAME.with_columns(sex.otherwise(pl.lit("M")).alias("sex"))
    report = coverage(frame, _PLAN, draw(frame, _PLAN, "s"))
    (said,) = [text for text in report["sample"]["gaps"] if "'X'" in text]
    assert said.startswith("Many in the sample for sex 'X', fewer than 5 children: 3 where about ")
    assert "| X | fewer than 5 |  |" in markdown(public(report), "Title", "http://portal")


def test_l5_who_cannot_be_drawn_is_not_counted_where_they_are_few() -> None:
    alone = pl.col("child").is_in(["c00001", "c00002"])
    frame = _FRAME.with_columns(
        pl.when(alone).then(pl.lit(["police"])).otherwise(pl.lit(["health", "police"])).alias("agencies"),
        pl.when(alone).then(pl.lit([], pl.List(pl.String))).otherwise(pl.lit(["plan"])).alias("decision_points"),
    )
    said = gaps(frame, _PLAN, draw(frame, _PLAN, "s"))
    assert said[0].startswith("Fewer than 5 children of 200 could not be drawn at all: ")


def test_l5_what_is_public_names_no_child() -> None:
    told = markdown(public(_report()), "Title", "http://portal")
    picture = b64decode(told.partition("data:image/svg+xml;base64,")[2].partition(")")[0]).decode()
    assert picture.startswith("<svg")
    assert "Ethnic group" in picture
    text = picture + str(public(_report())) + told
    assert not [row.child for row in _DRAWN.rows if row.child in text]
    assert any(row.child in str(_report()) for row in _DRAWN.rows)


def test_after_decisions_the_report_is_about_the_sample_in_force() -> None:
    rows = [asdict(row) for row in _DRAWN.rows]
    record = {"plan": _PLAN.model_dump(mode="json"), "rows": rows, "shares": [], "shortfalls": [], "seed": "s"}
    after = apply(record, [Decision(DecisionKind.REPLACE, Reason.LEFT_AREA, "Alex Lee", "T1", "Bo Okoro")])
    report = again(_report(), _FRAME, after)
    assert report["design"] == _report()["design"]
    assert [one["label"] for one in report["sample"]["weights"]] == [row.label for row in after.chosen()]
    assert report["sample"]["weights"] != _report()["sample"]["weights"]


def test_the_chart_has_a_panel_a_dimension_and_words_that_say_the_same() -> None:
    told = public(_report())
    panels = chart(told)["vconcat"]
    assert [one["title"]["text"] for one in panels] == ["Age", "Sex", "Ethnic group", "Plan status", "Agency"]
    assert chart(told) == chart(public(_moved_report()))
    assert alternative(told).startswith("Chart of 18 groups")
    outside = {**told, "groups": [{**told["groups"][0], "sample": 40}, *told["groups"][1:]]}
    assert "outside: age Unborn: 40, usually" in alternative(outside)
    assert methods(told).startswith(
        "Each child's chance was found by drawing 1,000 times over. Weighted by their chances, the 7 "
    )
    half = {**told, "method": {"tracked": "exact", "sampled": "simulated"}}
    assert methods(half).startswith("The chances of the tracked children were worked out exactly. The chances of the ")


def test_codes_are_words_for_people() -> None:
    assert [group_words(one) for one in ("0-1", "child_protection_plan", "F", "unborn")] == [
        "0 to 1", "Child protection plan", "Female", "Unborn",
    ]  # fmt: skip


def test_ethnicity_codes_fall_into_broad_groups() -> None:
    found = [broad(code) for code in ("WBRI", "MWBC", "ABAN", "BOTH", "CHNE", "OOTH", "REFU", "unknown", None)]
    assert found == [
        "White", "Mixed", "Asian or Asian British", "Black or Black British", "Other", "Other",
        "Not stated", "Not stated", "Not stated",
    ]  # fmt: skip


def test_by_margins_each_column_of_a_margin_is_compared_and_who_is_shut_out_is_named() -> None:
    ages = ["unborn", "0-1", "2-4", "5-7"] * 15
    frame = area(60, known=1).with_columns(pl.Series("age_band", ages), pl.col("child").alias("household"))
    tight = by_margins(
        tracked=3,
        open_places=0,
        margins=(margin("age_band", unborn=1, age_0_1=1, age_2_4=1),),
        agencies_minimum=1,
        decision_points=(),
    )
    report = coverage(frame, tight, draw(frame, tight, "s"))
    assert report["format"] == "jtai-coverage-2"
    assert {line["dimension"] for line in report["sample"]["groups"]} >= {"age", "hidden from the council"}
    assert report["design"]["shut_out"] == [{"children": 15, "groups": ["hidden / no", "age_band / 5-7"]}]
    assert (
        "15 children with hidden from the council 'no' and age '5-7' could not be tracked: the minimums leave no place "
        "for them. Only another plan changes that."
    ) in report["sample"]["gaps"]
    assert "shut_out" not in public(report)
    few = {**report["design"], "shut_out": [{"children": 3, "groups": ["age_band / 5-7"]}]}
    said = again({**report, "design": few}, frame, draw(frame, tight, "s"))["sample"]["gaps"]
    assert any(text.startswith("Fewer than 5 children with age '5-7' could not be tracked") for text in said)


def test_the_chance_of_a_child_from_outside_sample_and_reserves_is_the_one_of_the_draw() -> None:
    frame, theme_ = area(60), theme_with(by_margins(tracked_reserves=0))
    record = manifest(draw(frame, theme_.sampling, "s"), frame_digest(frame), theme_, "s", "1")
    step = Decision(DecisionKind.REPLACE, Reason.LEFT_AREA, "Alex Lee", "T1", "Bo Okoro")
    after = apply(record, [step], frame)
    report = again(coverage(frame, theme_.sampling, sample_of(record)), frame, after, record)
    new, old = after.row("T8"), sample_of(record).rows[0]
    assert new is not None
    chances = coverage(frame, theme_.sampling, after)["design"]["probabilities"]
    weights = {line["label"]: line["probability"] for line in report["sample"]["weights"]}
    assert 0 < weights["T8"] == chances[new.child]["tracked"]
    assert old.child in report["design"]["probabilities"]
