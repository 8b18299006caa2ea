"""Made-up rows of any theme stand under its own headers, with its own columns filled in as its rules want them."""

from datetime import date
from random import Random

import pytest

from models.themes import shipped, theme
from tests.validation.rows import example_row
from validation.contract.context import Context
from validation.returns import CONTRACTS, contract
from validation.returns.by_theme import THEMED
from validation.synthetic.asked import as_asked

_OTHERS = [name for name in shipped() if contract("LA-DA", theme(name)) is not CONTRACTS["LA-DA"]]


@pytest.mark.parametrize("name", _OTHERS)
@pytest.mark.parametrize("code", THEMED)
def test_rows_stand_under_the_theme_s_headers(name: str, code: str) -> None:
    theme_ = theme(name)
    context = Context(theme_, date(2025, 2, 24), "E06000038")
    made, own = CONTRACTS[code].main, contract(code, theme_).main
    row = example_row(made)
    rows = as_asked([row] * 40, code, own, context, Random(1))  # noqa: S311 - repeatable, not secret
    assert {tuple(each) for each in rows} == {own.names}
    headers = {theme_.lists.named(column): column for column in THEMED[code]}
    added = {column.name for column in theme_.lists.columns if column.list == code}
    for each in rows:
        assert all(each[name] == row[headers.get(name, name)] for name in own.names if name not in added)
        assert all(each[column.name] for column in own.columns if column.name in added and column.required == "yes")


def test_the_same_chance_makes_the_same_rows() -> None:
    theme_ = theme("child-sexual-exploitation-2016")
    context, own = Context(theme_, date(2016, 3, 1)), contract("LA-DA", theme_).main
    rows = [example_row(CONTRACTS["LA-DA"].main)] * 20
    first, again = (as_asked(rows, "LA-DA", own, context, Random(7)) for _ in range(2))  # noqa: S311 - repeatable, not secret
    assert first == again
    assert len({row["exploitation_risk"] for row in first}) > 1
