"""The lists of a theme ask what it is about: its headers, its words, its own columns, and nothing of another theme."""

import re
from datetime import date

import polars as pl
import pytest

from models.theme_lists import ListColumn, Lists
from models.themes import Theme, shipped, theme
from tests.validation.rows import csv_of
from validation.contract.context import Context
from validation.contract.identity import records
from validation.contract.model import Contract, Sheet
from validation.contract.rules import Row
from validation.engine.checking import check_file
from validation.engine.schemas import parsed, rules_of, schema
from validation.returns import CONTRACTS, contract
from validation.returns.by_theme import for_theme
from validation.telling.examples import good_row, with_examples_of

_CSE = theme("child-sexual-exploitation-2016")
_DA = theme("domestic-abuse-2024")
_ANNOUNCED = date(2016, 3, 1)
_OTHERS = [name for name in shipped() if not name.startswith("domestic-abuse")]
_ABUSE = re.compile(r"(^|_)da(_|$)|domestic|marac|encompass|\bthe abuse\b|about abuse", re.IGNORECASE)
_UNBORN = re.compile("unborn|mother")


def _file(sheet: Sheet, row: Row) -> bytes:
    return csv_of(sheet, [row]).encode()


def _asked_by(theme_: Theme) -> list[Contract]:
    codes = dict.fromkeys((*(owed.code for owed in theme_.returns), "EVAL"))
    return [contract(code, theme_) for code in codes]


@pytest.mark.parametrize("code", CONTRACTS)
def test_domestic_abuse_asks_as_the_contracts_stand(code: str) -> None:
    assert contract(code, _DA) is CONTRACTS[code]


@pytest.mark.parametrize("name", _OTHERS)
def test_other_themes_ask_nothing_about_domestic_abuse(name: str) -> None:
    theme_ = theme(name)
    for contract_ in _asked_by(theme_):
        for sheet in contract_.sheets:
            words = [f"{c.name}: {c.guidance} {c.when}" for c in sheet.columns]
            assert [each for each in words if _ABUSE.search(each)] == [], contract_.code
            assert theme_.age_band.unborn or [each for each in words if _UNBORN.search(each)] == [], contract_.code


def test_rules_of_a_theme_read_its_own_headers() -> None:
    context = Context(_CSE, _ANNOUNCED, "E06000038")
    listed = contract("LA-DA", _CSE)
    rules = {rule.id for rule in rules_of(listed, listed.main, context)}
    assert {"LA-DA.cse_factor_codes.theme", "LA-DA.latest_cse_contact_date.window"} <= rules
    assert {"LA-DA.missing_episodes_in_window.range", "LA-DA.exploitation_risk.code"} <= rules
    assert not [rule for rule in rules if _ABUSE.search(rule)]


def test_a_good_row_is_accepted_and_each_own_column_is_checked() -> None:
    context = Context(_CSE, _ANNOUNCED, "E06000038")
    listed = with_examples_of(contract("LA-DA", _CSE), context)
    assert check_file(_file(listed.main, good_row(listed.main)), listed, context).verdict == "accepted"
    for column, cell in (
        ("exploitation_risk", "perhaps"),
        ("missing_episodes_in_window", "-1"),
        ("strategy_discussion", None),
        ("cse_factor_codes", "3A"),
    ):
        outcome = check_file(_file(listed.main, good_row(listed.main) | {column: cell}), listed, context)
        assert {finding.column for finding in outcome.findings} == {column}, column


def test_a_column_that_is_not_asked_for_is_left_out_and_told() -> None:
    context = Context(_CSE, _ANNOUNCED, "E06000038")
    listed = with_examples_of(contract("LA-DA", _CSE), context)
    row = good_row(listed.main) | {"marac_heard": "nonsense"}
    text = "\n".join(",".join(str(cell or "") for cell in cells) for cells in (row, row.values()))
    outcome = check_file(text.encode(), listed, context)
    assert outcome.verdict == "accepted"
    assert [finding.rule for finding in outcome.findings] == ["FILE.extra_column"]
    assert "marac_heard" not in outcome.frames["LA-DA"].columns


def test_children_of_a_theme_without_unborn_are_born() -> None:
    context = Context(_CSE, _ANNOUNCED, "E06000038")
    listed = with_examples_of(contract("LA-DA", _CSE), context)
    frames = check_file(_file(listed.main, good_row(listed.main)), listed, context).frames
    assert records("LA-DA", frames)["unborn"].to_list() == [False]
    blank = check_file(_file(listed.main, good_row(listed.main) | {"date_of_birth": None}), listed, context)
    assert "LA-DA.date_of_birth.required" in blank.by_rule


def test_a_column_stands_where_the_theme_puts_it() -> None:
    added = {"type": "string", "guidance": "What it is.", "example": "x"}
    lists = Lists(
        columns=(
            ListColumn(list="LA-DA", name="first_one", after="upn", **added),
            ListColumn(list="LA-DA", name="last_one", **added),
        )
    )
    names = for_theme(CONTRACTS["LA-DA"], lists, unborn=True).main.names
    assert names[names.index("upn") + 1] == "first_one"
    assert names[names.index("last_one") - 1] == "allocated_team"


def test_a_notebook_gets_the_theme_that_it_names() -> None:
    typed = pl.DataFrame({"cse_factor_codes": ["11A"], "exploitation_risk": ["moderate"]})
    checked_by = schema("LA-DA", theme=_CSE.id, announced=_ANNOUNCED)
    assert {"cse_factor_codes", "exploitation_risk"} <= checked_by.columns.keys()
    assert "cse_factor_codes__v" in parsed(typed, "LA-DA", theme=_CSE.id).columns
