"""Rules asked once a spelling answer as rules asked once a row, and only rules about one cell are asked so."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from models.themes import theme, theme_ids
from tests.validation.rows import CONTEXT, frame_of
from validation.contract.context import Context
from validation.contract.errors import InternalFaultError
from validation.contract.model import CHILD_ROWS, PARENT_KNOWN, Contract, Sheet, raw, v
from validation.contract.rules import Row, Rule
from validation.engine.running import failing, run
from validation.engine.schemas import rules_of
from validation.files.parsing import Spelt, parse, parse_spelt
from validation.returns import CONTRACTS
from validation.synthetic import ALL, synthesise
from validation.telling.rulebook import declared

_A, _SEX = v("a"), v("sex")
_CELLS = (
    *("x", "?? not this ??", "0", "1", "99", "-1", "01/01/1980", "14/03/2020", "01/01/2090", "25/12/2024"),
    *("14/01/2025 21:35", "01/01/2090 10:00", "Yes", "No", "M", "U", "E99000001", "9434765918", "RG1", "3B", "3B;zz"),
)


@pytest.mark.parametrize("code", ALL)
def test_rules_find_the_same_by_spelling_and_by_row(code: str) -> None:
    made = synthesise(theme("domestic-abuse-2024"), "E06000038", 150, 5, 0.1, date(2025, 2, 24), returns=(code,))
    for sheet in CONTRACTS[code].sheets:
        typed = pl.concat([made.returns[code][sheet.name]] * 3)
        known = [pl.lit(True).alias(PARENT_KNOWN), pl.lit(None, pl.UInt32).alias(CHILD_ROWS)]
        frame, few = parse_spelt(typed.with_columns(known), sheet)
        rules = rules_of(CONTRACTS[code], sheet, CONTEXT)
        assert any(rule.cellwise and rule.reads <= few.keys() for rule in rules)
        by_row, by_spelling = failing(frame, rules), failing(frame, rules, few)
        assert {r: h.to_list() for r, h in by_row.items()} == {r: h.to_list() for r, h in by_spelling.items()}


def _requests() -> Iterator[Context]:
    """Yield a request under every theme, for a known area and for none."""
    for name in theme_ids():
        for gss, refs, agency in (("E06000038", ("C-7F3K",), "police"), (None, (), None)):
            yield replace(CONTEXT, theme=theme(name), gss=gss, sample_refs=refs, agency=agency)


def _about_rows(contract: Contract, sheet: Sheet) -> list[Rule]:
    return [rule for context in _requests() for rule in declared(contract, sheet, context) if isinstance(rule, Rule)]


def _cells(contract: Contract, sheet: Sheet, rules: Sequence[Rule]) -> pl.DataFrame:
    """Return rows of all kinds of cell, each kind twice, and the examples of rules."""
    examples = [row for rule in rules for row in (*rule.passes_on, *rule.fails_on)]
    kinds: list[Row] = [dict.fromkeys(sheet.names, cell) for cell in (*_CELLS, None)]
    return frame_of(contract, sheet, [{}, *kinds, *examples, *kinds, {}]).with_row_index("number")


def _looking_at_one_cell(frame: pl.DataFrame, rules: Sequence[Rule]) -> list[bool]:
    """Tell of each rule whether one column decides it, and each row as it does alone, whatever stands around it."""
    of_one = {n: rule.flag for n, rule in enumerate(rules) if len(rule.reads) == 1}
    among = frame.select(flag.alias(str(n)) for n, flag in of_one.items())
    alone = frame.select(flag.over("number").alias(str(n)) for n, flag in of_one.items())
    return [n in of_one and among[str(n)].equals(alone[str(n)]) for n in range(len(rules))]


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_rule_says_itself_whether_it_looks_at_one_cell(contract: Contract) -> None:
    for sheet in contract.sheets:
        rules = _about_rows(contract, sheet)
        frame = _cells(contract, sheet, rules)
        of_one_cell = _looking_at_one_cell(frame, rules)
        assert [rule.id for rule, of_one in zip(rules, of_one_cell, strict=True) if rule.cellwise != of_one] == []
        assert any(rule.cellwise for rule in rules)


@pytest.mark.parametrize(
    "fails_where", [_SEX.is_duplicated(), _SEX.max() != _SEX, _SEX.rank() > 1, _SEX.len() > 9, _SEX.shift(1) == _SEX]
)
def test_what_looks_at_a_column_is_not_taken_for_what_looks_at_a_cell(fails_where: pl.Expr) -> None:
    rule = Rule("T.sex", column="sex", severity="error", fails_where=fails_where, message="m", source="s")
    assert _looking_at_one_cell(_cells(CONTRACTS["LA-DA"], CONTRACTS["LA-DA"].main, [rule]), [rule]) == [False]


@pytest.mark.parametrize("fails_where", [pl.lit(True), v("b") < _A, pl.len() > 3])
def test_rule_cannot_say_that_it_looks_at_one_cell_where_it_reads_none_or_two(fails_where: pl.Expr) -> None:
    with pytest.raises(ValueError, match=r"T\.a looks at one cell, but reads"):
        Rule("T.a", column="a", severity="error", fails_where=fails_where, message="m", source="s", cellwise=True)


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
    good = Rule("T.a.good", column="a", severity="error", fails_where=raw("a") == "y", message="m", source="s")
    bad = Rule("T.a.bad", column="a", severity="error", fails_where=_A.cast(pl.Int64) > 1, message="m", source="s")
    assert failing(frame, [good], few)["T.a.good"].to_list() == [1]
    with pytest.raises(InternalFaultError) as caught:
        failing(frame, [good, bad], few)
    assert caught.value.what == "T.a.bad"


def test_run_lists_every_failing_cell_of_every_rule() -> None:
    frame = pl.DataFrame({"a": ["x", None, "y", None]})
    rules = [
        Rule("T.a.blank", column="a", severity="error", fails_where=raw("a").is_null(), message="m", source="s"),
        Rule("T.a.never", column="a", severity="error", fails_where=raw("a") == "z", message="m", source="s"),
        Rule("T.a.twice", column="a", severity="error", fails_where=raw("a").is_duplicated(), message="m", source="s"),
    ]
    assert run(frame, rules).rows() == [(1, "T.a.blank"), (3, "T.a.blank"), (1, "T.a.twice"), (3, "T.a.twice")]
    assert run(frame.clear(), rules).is_empty()


def test_rules_taken_a_few_at_a_time_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"a": ["x", None, "y", "x"], "b": [None, "z", None, None]})
    fails = {"a": raw("a").is_null(), "b": raw("b").is_null() & (raw("a") == "x"), "twice": raw("a").is_duplicated()}
    rules = [
        Rule(f"T.{name}", column="a", severity="error", fails_where=fail, message="m", source="s")
        for name, fail in fails.items()
    ]
    together = run(frame, rules).rows()
    monkeypatch.setattr("validation.engine.backend._CELLS_AT_ONCE", 1)
    assert run(frame, rules).rows() == together
    assert {rule for _, rule in together} == {rule.id for rule in rules}
