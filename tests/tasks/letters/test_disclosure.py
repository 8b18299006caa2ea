"""The letter's numbers: which counts leave, which are withheld or rounded, and how its chart and words say so."""

import json
import re
from dataclasses import asdict, replace

import polars as pl

from tasks.disclosure.attack import ranges
from tasks.disclosure.protecting import protect
from tasks.disclosure.tables import Method
from tasks.letters.disclosure import numbers, publication_of, published_in
from tasks.letters.facts import NO_NUMBERS
from tasks.letters.figures import chart_svg, protection
from tasks.letters.record import json_bytes
from tests.tasks.letters.made_up import cohort


def test_the_smallest_neighbours_go_with_a_small_count() -> None:
    made = numbers(cohort())
    assert made.withheld
    assert made.cells[0][0] is None
    assert sum(cell is None for row in made.cells for cell in row) == 4
    assert made.total == cohort().height
    assert made.ages == ("unborn", "0-1", "2-4", "5-7")


def test_the_councils_count_goes_where_it_would_give_away_the_hidden() -> None:
    statuses = ["early_help"] * 40 + ["not known to council"] * 3
    frame = pl.DataFrame({"age_band": ["0-1"] * 43, "plan_status": statuses}).with_columns(
        pl.when(pl.col("plan_status") == "early_help")
        .then(pl.lit(["local_authority"], dtype=pl.List(pl.String)))
        .otherwise(pl.lit(["police"], dtype=pl.List(pl.String)))
        .alias("agencies")
    )
    assert [(count.group, count.children) for count in numbers(frame).agencies] == [
        ("local_authority", None),
        ("police", None),
    ]


def test_a_theme_may_round_all_counts_and_the_letter_says_so() -> None:
    made = numbers(cohort(), method=Method.ROUND)
    shown = [*made.age_totals, *made.status_totals, made.total, *(cell for row in made.cells for cell in row)]
    assert all(number is not None and number % 5 == 0 for number in shown)
    assert sum(number or 0 for number in made.age_totals) == made.total
    assert "A 0 can stand for up to 4 children." in protection(made)
    assert "Numbers from 1 to 4 are withheld" in protection(numbers(cohort()))
    assert protection(NO_NUMBERS) == ""


def test_a_letter_from_before_figures_were_recorded_is_read_from_its_json() -> None:
    made = numbers(cohort())
    record = json.loads(json_bytes({"numbers": asdict(made)}))
    published = published_in(record, 1)
    now = protect(publication_of(cohort()))
    assert {cell: published.shown[cell] for cell in now.shown} == now.shown
    assert min(most - least for least, most in ranges([published]).values()) >= 3
    # What it showed is public, so that its figures leave the same way again.
    assert protect(publication_of(cohort()), [published]).shown == now.shown


def test_l4_the_letters_numbers_are_the_same_in_any_order_of_children() -> None:
    assert numbers(cohort().reverse()) == numbers(cohort())


def test_nothing_to_count_is_nothing_withheld() -> None:
    assert not NO_NUMBERS.withheld
    assert not numbers(cohort().clear()).ages


def test_l4_the_chart_is_the_same_every_time_and_draws_no_withheld_count() -> None:
    made = numbers(cohort())
    drawn = chart_svg(made)
    assert drawn == chart_svg(made)
    bars = drawn.count('aria-roledescription="bar"')
    assert bars == sum(bool(cell) for row in made.cells for cell in row)


def test_l13_each_bar_says_how_many_groups_it_lacks() -> None:
    made = numbers(cohort())
    marks = re.findall(r">\+ (\d+) groups? withheld<", chart_svg(made))
    assert sorted(map(int, marks)) == sorted(row.count(None) for row in made.cells if None in row)
    whole = replace(made, cells=tuple(tuple(cell or 9 for cell in row) for row in made.cells))
    assert "withheld" not in chart_svg(whole)
