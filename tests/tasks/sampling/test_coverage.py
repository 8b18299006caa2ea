"""Sample against cohort: shares by group, and a sentence where a group that should be seen is missing."""

import polars as pl

from tasks.sampling import coverage, draw, ethnicity_group, gaps
from tests.tasks.sampling.frames import cohort, plan


def test_every_dimension_is_compared_and_counts_add_up() -> None:
    frame = cohort(200)
    drawn = draw(frame, plan(), "s")
    covered = coverage(frame, drawn)
    assert set(covered["dimension"]) == {"age", "sex", "ethnic group", "plan status", "agency"}
    for name in ("age", "sex", "ethnic group", "plan status"):
        part = covered.filter(pl.col("dimension") == name)
        assert part["cohort"].sum() == 200
        assert part["sample"].sum() == len(drawn.chosen())


def test_a_group_that_should_be_seen_and_is_not_gets_a_sentence() -> None:
    frame = cohort(60).with_columns(
        pl.when(pl.int_range(pl.len()) < 20).then(pl.lit("2-4")).otherwise(pl.lit("0-1")).alias("age_band")
    )
    drawn = draw(frame.filter(pl.col("age_band") == "0-1"), plan(), "s")
    said = gaps(coverage(frame, drawn))
    assert any(text.startswith("Nobody in the sample for age '2-4', 33% of the cohort (20 children)") for text in said)


def test_an_empty_sample_has_no_expected_groups() -> None:
    frame = cohort(10)
    assert gaps(coverage(frame, draw(cohort(0), plan(), "s"))) == ()


def test_ethnicity_codes_fall_into_broad_groups() -> None:
    found = [
        ethnicity_group(code) for code in ("WBRI", "MWBC", "ABAN", "BOTH", "CHNE", "OOTH", "REFU", "unknown", None)
    ]
    assert found == [
        "White", "Mixed", "Asian or Asian British", "Black or Black British", "Other", "Other",
        "Not stated", "Not stated", "Not stated",
    ]  # fmt: skip
