"""Which lists an estimate compares: of the theme's children alone, with those too small put together."""

import polars as pl
import pytest

from models.themes import theme
from tasks.estimate.histories import Memberships
from tasks.estimate.lists import from_frame, from_links, lists_of_theme, put_together

FRAME = pl.DataFrame({"child": ["a", "b"], "agencies": [["education", "police"], ["education"]]})


def made_up(**children: range) -> pl.DataFrame:
    rows = [(f"{n:04}", name, 1.0, True) for name, numbers in children.items() for n in numbers]
    return pl.DataFrame(rows, schema=Memberships.schema, orient="row")


def names(memberships: pl.DataFrame) -> list[str]:
    return sorted(memberships["list"].unique())


def test_a_list_of_all_pupils_is_no_list_of_the_themes_children() -> None:
    assert "EDU-1" not in lists_of_theme(theme("child-sexual-exploitation-2016"))
    assert lists_of_theme(theme("domestic-abuse-2024"))["LA-DA"] == "local_authority"
    assert from_frame(FRAME).select("child", "list").rows() == [("a", "police")]


def test_a_list_holds_a_child_by_its_surest_record_of_any_agency_of_the_kind() -> None:
    links = pl.DataFrame(
        {
            "return": ["HEA-1", "HEA-1 (2)", "POL-1", "EDU-1", "HEA-1"],
            "row": [2, 2, 2, 2, 3],
            "child": ["a", "a", "a", "b", "z"],
            "probability": [0.9, 0.97, 1.0, 1.0, 1.0],
        }
    )
    kinds = {"HEA-1": "health", "POL-1": "police"}
    assert from_links(FRAME, links, kinds).rows() == [
        ("a", "health", 0.97, True),
        ("a", "police", 1.0, True),
        ("z", "health", 1.0, False),
    ]


def test_a_list_too_small_alone_counts_with_the_next_larger_one_and_loses_no_child() -> None:
    given = made_up(a=range(100), b=range(50, 200), c=range(80, 300), d=range(295, 305))
    together = put_together(given)
    assert names(together) == ["a+d", "b", "c"]
    assert together["child"].n_unique() == given["child"].n_unique()


def test_a_list_that_shares_hardly_a_child_counts_with_another() -> None:
    assert names(put_together(made_up(a=range(90), b=range(50, 200), c=range(80, 300), d=range(500, 600)))) == [
        "a+d", "b", "c",
    ]  # fmt: skip


def test_more_than_six_lists_become_six() -> None:
    given = made_up(**{name: range(n, 60 + 10 * n) for n, name in enumerate("abcdefgh")})
    assert len(names(put_together(given))) == 6


@pytest.mark.parametrize("given", [Memberships.empty(), made_up(a=range(3)), made_up(a=range(3), b=range(2, 5))])
def test_fewer_than_three_lists_stay_as_they_are(given: pl.DataFrame) -> None:
    assert put_together(given).equals(given)
