"""The engine and an independent reading in plain Python find the same, on random dirty tables of every return."""

from datetime import date, timedelta
from functools import lru_cache
from random import Random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from models.themes import theme
from tests.examples import examples
from tests.validation.oracle import TABLE_RULES, Cells, Found, Rows, cell_rules
from validation.contract.model import Column, Sheet
from validation.contract.outcome import Options
from validation.engine.checking import check_file
from validation.returns import CONTRACTS
from validation.synthetic import ALL, Synthetic, synthesise
from validation.telling.pages import to_csv

_FEW = examples(6, suppress_health_check=list(HealthCheck))
_ROWS = 40


@lru_cache
def _clean() -> Synthetic:
    """Return a clean return of every kind."""
    return synthesise(theme("domestic-abuse-2024"), "E06000038", 120, 11, returns=ALL)


@pytest.mark.parametrize("code", ALL)
@given(seed=st.integers(0, 2**32))
@_FEW
def test_engine_and_oracle_find_the_same(code: str, seed: int) -> None:
    clean = _clean()
    sheet, rng = CONTRACTS[code].main, Random(seed)  # noqa: S311 - repeatable, not secret
    held: list[Cells] = clean.returns[code][code].to_dicts()
    rows = [dict(rng.choice(held)) for _ in range(_ROWS)]
    for row in rows:
        _disturb(row, sheet, rng)
    data = to_csv([list(sheet.names), *([row[name] for name in sheet.names] for row in rows)])
    outcome = check_file(data, CONTRACTS[code], clean.context, Options(everything=True))
    expected = _read_by_oracle(code, sheet, rows, clean)
    told = {rule for _, rule in expected} | set(TABLE_RULES[code]) | _cell_ids(code, sheet)
    found = {(f.row - 2, f.rule) for f in outcome.findings if f.row is not None and f.rule in told}
    # What a blank cell that every row needs already explains is not said again of its row.
    blank = {f.row - 2 for f in outcome.findings if f.row is not None and f.rule.endswith(".required")}
    explained = {(n, rule) for n, rule in expected - found if n in blank and rule in TABLE_RULES[code]}
    assert found == expected - explained


def _read_by_oracle(code: str, sheet: Sheet, rows: list[Cells], clean: Synthetic) -> Found:
    read = Rows(sheet, rows, clean.context)
    table = {(n, rule) for rule, reading in TABLE_RULES[code].items() for n in reading(read)}
    return cell_rules(sheet, code, rows) | table


def _cell_ids(code: str, sheet: Sheet) -> set[str]:
    ids = set()
    for column in sheet.columns:
        start = f"{column.block or code}.{column.id}"
        ids |= {f"{start}.{kind}" for kind in ("type", "code", "range")}
        ids |= {f"{start}.required"} if column.required == "yes" else set()
    return ids


def _disturb(row: Cells, sheet: Sheet, rng: Random) -> None:
    """Blank, spoil, exchange or move some cells of a row, as hurried people and systems do."""
    for column in rng.sample(sheet.columns, min(4, len(sheet.columns))):
        row[column.name] = rng.choice((None, "??", "-1", row[column.name], _other(column, rng)))


def _other(column: Column, rng: Random) -> str:
    if column.codes:
        code = rng.choice(column.codes.codes)
        return rng.choice((code.code.upper(), f"  {code.label.lower()} ", f"c) {code.code}")).strip()
    day = date(2025, 2, 24) - timedelta(days=rng.randrange(-20, 400))
    if column.type in ("date", "datetime"):
        return f"{day:%d/%m/%Y}" if column.type == "date" else f"{day:%d/%m/%Y} {rng.randrange(24):02}:15"
    return str(rng.randrange(0, 30))
