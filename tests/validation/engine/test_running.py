"""Rules asked once a spelling answer as rules asked once a row, and only rules about one cell are asked so."""

from datetime import date

import polars as pl
import pytest

from models.themes import theme
from tests.validation.rows import CONTEXT
from validation.contract.errors import InternalFault
from validation.contract.model import CHILD_ROWS, PARENT_KNOWN, Rule, raw, v
from validation.engine.checking import rules_of
from validation.engine.running import alone_in, failing, run
from validation.files.parsing import Spelt, parse, parse_spelt
from validation.returns import CONTRACTS
from validation.synthetic import ALL, synthesise

_A = v("a")


@pytest.mark.parametrize("code", ALL)
def test_rules_find_the_same_by_spelling_and_by_row(code: str) -> None:
    made = synthesise(theme("domestic-abuse-2024"), "E06000038", 150, 5, 0.1, date(2025, 2, 24), returns=(code,))
    for sheet in CONTRACTS[code].sheets:
        typed = pl.concat([made.returns[code][sheet.name]] * 3)
        known = [pl.lit(True).alias(PARENT_KNOWN), pl.lit(None, pl.UInt32).alias(CHILD_ROWS)]
        frame, few = parse_spelt(typed.with_columns(known), sheet)
        rules = rules_of(CONTRACTS[code], sheet, CONTEXT)
        assert any(alone_in(rule.fail) in few for rule in rules)
        by_row, by_spelling = failing(frame, rules), failing(frame, rules, few)
        assert {r: h.to_list() for r, h in by_row.items()} == {r: h.to_list() for r, h in by_spelling.items()}


@pytest.mark.parametrize(
    ("expression", "column"),
    [
        (raw("a").is_null(), "a"),
        (raw("a").is_not_null() & _A.is_null(), "a"),
        (~_A.is_between(1, 2), "a"),
        (_A.list.contains("x") & (_A.list.len() > 1), "a"),
        (v("b") < _A, ""),
        (_A.is_not_null() & _A.is_duplicated(), ""),
        (_A.max() != _A, ""),
        (_A.rank() > 3, ""),
        (_A.len() > 3, ""),
        (pl.len() + _A > 3, ""),
        (_A.sum().over("a") > 3, ""),
        (_A.shift(1) == _A, ""),
        (_A.filter(_A > 1).first() == _A, ""),
        (_A.map_elements(lambda x: x, pl.Boolean), ""),
        (_A.sort_by(_A) == _A, ""),
        (_A == "x.is_duplicated(", ""),
        (pl.lit(True), ""),
        (pl.int_range(pl.len()) > 3, ""),
    ],
)
def test_only_what_looks_at_one_cell_is_asked_by_spelling(expression: pl.Expr, column: str) -> None:
    assert alone_in(expression) == column


def test_column_of_few_spellings_has_each_once_and_the_blank_last() -> None:
    sheet = CONTRACTS["LA-DA"].main
    cells = ["M", None, "zz", "male", "M"] * 20
    typed = pl.DataFrame(
        {n: cells if n == "sex" else [None] * 100 for n in sheet.names}, dict.fromkeys(sheet.names, pl.String)
    )
    frame, few = parse_spelt(typed, sheet)
    table, at = few["sex"].table, few["sex"].at
    assert sorted(table["sex"].to_list()[:-1]) == ["M", "male", "zz"]
    assert table.row(-1) == (None, None)
    assert table["sex"].gather(at).to_list() == cells
    assert frame["sex__v"].to_list() == ["M", None, None, "M", "M"] * 20
    assert parse(typed, sheet).equals(frame)


def test_column_of_many_spellings_is_read_cell_by_cell() -> None:
    sheet = CONTRACTS["LA-DA"].main
    typed = pl.DataFrame(
        {n: [f"{k:010}" for k in range(50)] for n in sheet.names}, dict.fromkeys(sheet.names, pl.String)
    )
    assert parse_spelt(typed, sheet)[1] == {}


def test_l9_rule_that_fails_on_a_spelling_alone_names_itself() -> None:
    frame = pl.DataFrame({"a": ["x", "y"], "a__v": ["x", "y"]})
    few = {
        "a": Spelt(pl.DataFrame({"a": ["x", "y", None], "a__v": ["x", "y", None]}), pl.Series([0, 1], dtype=pl.UInt32))
    }
    good = Rule("T.a.good", "a", "error", raw("a") == "y", "m", "s")
    bad = Rule("T.a.bad", "a", "error", _A.cast(pl.Int64) > 1, "m", "s")
    assert failing(frame, [good], few)["T.a.good"].to_list() == [1]
    with pytest.raises(InternalFault) as caught:
        failing(frame, [good, bad], few)
    assert caught.value.what == "T.a.bad"


def test_run_lists_every_failing_cell_of_every_rule() -> None:
    frame = pl.DataFrame({"a": ["x", None, "y", None]})
    rules = [
        Rule("T.a.blank", "a", "error", raw("a").is_null(), "m", "s"),
        Rule("T.a.never", "a", "error", raw("a") == "z", "m", "s"),
        Rule("T.a.twice", "a", "error", raw("a").is_duplicated(), "m", "s"),
    ]
    assert run(frame, rules).rows() == [(1, "T.a.blank"), (3, "T.a.blank"), (1, "T.a.twice"), (3, "T.a.twice")]
    assert run(frame.clear(), rules).is_empty()


def test_rules_taken_a_few_at_a_time_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"a": ["x", None, "y", "x"], "b": [None, "z", None, None]})
    fails = {"a": raw("a").is_null(), "b": raw("b").is_null() & (raw("a") == "x"), "twice": raw("a").is_duplicated()}
    rules = [Rule(f"T.{name}", "a", "error", fail, "m", "s") for name, fail in fails.items()]
    together = run(frame, rules).rows()
    monkeypatch.setattr("validation.engine.running._CELLS_AT_ONCE", 1)
    assert run(frame, rules).rows() == together
    assert {rule for _, rule in together} == {rule.id for rule in rules}
