"""A harder area: twins of like names, blanks and replaced names, the same for the same seed, and an option."""

from collections import Counter
from datetime import date

import polars as pl

from models.themes import theme
from validation.synthetic import Synthetic, synthesise
from validation.synthetic.hard import harder, with_twins
from validation.synthetic.people import People

_DA = theme("domestic-abuse-2024")


def _made(*, hard: bool) -> Synthetic:
    return synthesise(_DA, "E06000038", 150, 7, hard=hard)


def test_the_same_seed_makes_the_same_harder_area_and_leaves_the_usual_one_alone() -> None:
    usual, hard = _made(hard=False), _made(hard=True)
    for code, sheets in _made(hard=True).returns.items():
        assert all(frame.equals(hard.returns[code][name]) for name, frame in sheets.items())
    assert not usual.returns["POL-1"]["POL-1"].equals(hard.returns["POL-1"]["POL-1"])
    assert hard.truth.height > 300


def test_twins_share_all_but_a_forename_and_are_as_many_children_as_before() -> None:
    from random import Random

    children = People(_DA, "E06000038", date(2025, 2, 24), Random(3)).children(400)  # noqa: S311 - repeatable, not secret
    twins = list(with_twins(children, Random(4)))  # noqa: S311 - repeatable, not secret
    assert [child.number for child in twins] == [child.number for child in children]
    changed = [child for child, before in zip(twins, children, strict=True) if child != before]
    assert len(changed) >= 10
    births = Counter((child.household, child.born) for child in twins)
    assert all(births[child.household, child.born] >= 2 for child in changed)
    assert len({(child.household, child.forename) for child in changed}) == len(changed)


def test_records_lose_and_change_what_febrl_has_lost_and_changed() -> None:
    from random import Random

    child = next(c for c in People(_DA, "E06000038", date(2025, 2, 24), Random(3)).children(9) if c.born)  # noqa: S311
    row = {
        "forename": child.forename,
        "surname": child.surname,
        "child_date_of_birth": "01/03/2020",
        "postcode": "RG1 1AA",
    }
    rng = Random(5)  # noqa: S311 - repeatable, not secret
    changes = pl.DataFrame({"changed": [sorted(harder(dict(row), child, rng)) for _ in range(2_000)]})
    counts = dict(changes.explode("changed").drop_nulls().group_by("changed").len().iter_rows())
    assert set(counts) == {"forename", "surname", "child_date_of_birth"}
    assert all(10 <= count <= 160 for count in counts.values())
