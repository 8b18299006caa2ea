"""Every rule of every return is run over its own passing and failing example."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl
import pytest

from models.themes import theme, theme_ids
from tests.validation.rows import CONTEXT, frame_of
from validation.contract.context import Context
from validation.contract.model import Contract, Sheet
from validation.contract.rules import Row, Rule, WholeRule
from validation.engine.running import run
from validation.engine.schemas import rules_of
from validation.returns import CONTRACTS
from validation.returns import contract as contract_of
from validation.telling.rulebook import declared

_REQUEST = replace(CONTEXT, sample_refs=("C-7F3K", "C-8G4L"))
_CONTEXTS = (
    *(replace(_REQUEST, theme=theme(name)) for name in theme_ids()),
    replace(CONTEXT, theme=theme("child-sexual-exploitation-2016"), gss=None),
)


@dataclass(frozen=True, eq=False)
class _Examples:
    """The rules about rows of a sheet under one request, with the examples of all of them in one frame, read once."""

    contract: Contract
    sheet: Sheet
    rules: tuple[Rule, ...]

    @cached_property
    def _rows(self) -> pl.DataFrame:
        return frame_of(self.contract, self.sheet, [row for r in self.rules for row in (*r.passes_on, *r.fails_on)])

    @cached_property
    def _by_one_cell(self) -> dict[str, set[int]]:
        """Return the rows that break each rule about single cells: no other row changes them, so all run at once."""
        breaks: dict[str, set[int]] = {rule.id: set() for rule in self.rules if rule.cellwise}
        for row, rule in run(self._rows, [rule for rule in self.rules if rule.cellwise]).iter_rows():
            breaks[rule].add(row)
        return breaks

    def breaking(self, rule: Rule) -> tuple[bool, bool]:
        """Return whether rows that should keep a rule break it, and whether those that should break it do."""
        kept, broken = self.of(rule)
        assert (kept.height, broken.height) == (len(rule.passes_on), len(rule.fails_on))
        if not rule.cellwise:
            return any(kept.select(rule.flag).to_series()), any(broken.select(rule.flag).to_series())
        start = self._start(rule)
        turn, end = start + kept.height, start + kept.height + broken.height
        rows = self._by_one_cell[rule.id]
        return any(start <= row < turn for row in rows), any(turn <= row < end for row in rows)

    def _start(self, rule: Rule) -> int:
        return sum(len(r.passes_on) + len(r.fails_on) for r in self.rules[: self.rules.index(rule)])

    def of(self, rule: Rule) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows that keep a rule, and those of which one breaks it."""
        start = self._start(rule)
        kept, broken = len(rule.passes_on), len(rule.fails_on)
        return self._rows.slice(start, kept), self._rows.slice(start + kept, broken)


def _cases() -> Iterator[object]:
    for n, context in enumerate(_CONTEXTS):
        for code in CONTRACTS:
            contract = contract_of(code, context.theme) if n else CONTRACTS[code]
            for sheet in contract.sheets:
                # What holds under all themes is the same under all; what depends on the context is run under each.
                rules = declared(contract, sheet, context) if not n else _asked_for(sheet, context)
                examples = _Examples(contract, sheet, tuple(rule for rule in rules if isinstance(rule, Rule)))
                for rule in examples.rules:
                    yield pytest.param(examples, rule, id=f"{n}-{sheet.name}-{rule.id}")


def _asked_for(sheet: Sheet, context: Context) -> list[Rule]:
    """Return the rules of a sheet that can be broken where a theme leaves columns out."""
    left_out = {column.name for column in sheet.unasked}
    rules = (rule for rule in sheet.rules(context) if rule.column not in left_out)
    return [rule for rule in rules if not any(row.keys() & left_out for row in rule.fails_on)]


@pytest.mark.parametrize(("examples", "rule"), _cases())
def test_rule_passes_its_passing_and_fails_its_failing_example(examples: _Examples, rule: Rule) -> None:
    assert examples.breaking(rule) == (False, True)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_rule_of_the_whole_sheet_passes_the_example_row_and_fails_its_failing_example(contract: Contract) -> None:
    for sheet in contract.sheets:
        for rule in sheet.whole:
            assert _found(rule, contract, sheet, rule.fails_on)
            assert not _found(rule, contract, sheet, tuple({"sample_ref": ref} for ref in _REQUEST.sample_refs))


def _found(rule: WholeRule, contract: Contract, sheet: Sheet, rows: tuple[Row, ...]) -> str:
    known = [{name: cell for name, cell in row.items() if name in sheet.names} for row in rows]
    return rule.find(frame_of(contract, sheet, known), _REQUEST)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_example_row_keeps_every_rule(contract: Contract) -> None:
    for sheet in contract.sheets:
        assert run(frame_of(contract, sheet, [{}]), rules_of(contract, sheet, CONTEXT)).to_dicts() == []


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_rule_ids_are_unique_and_columns_exist(contract: Contract) -> None:
    for sheet in contract.sheets:
        rules = declared(contract, sheet, CONTEXT)
        assert len({r.id for r in rules}) == len(rules)
        assert {r.column for r in rules} <= set(sheet.names)
        assert all(r.message.endswith(".") and r.source for r in rules)


_SOURCES = {
    "X09": ("LA-DA", "LA-1", "LA-2", "LA-3", "LA-4", "LA-5", "LA-6", "LA-7", "LA-8", "POL-1", "POL-2", "MAR-1")
    + ("PRO-1", "HEA-1", "HEA-2", "EDU-1", "YJS-1", "VOL-1"),
    "X12": ("LA-DA",),
}


@pytest.mark.parametrize(("source", "codes"), _SOURCES.items(), ids=list(_SOURCES))
def test_checks_that_one_return_can_tell_stand_in_each_return_that_has_what_they_look_at(
    source: str, codes: tuple[str, ...]
) -> None:
    held = {code for code, c in CONTRACTS.items() for s in c.sheets for r in s.rules(CONTEXT) if r.source == source}
    assert held == set(codes)


def test_every_day_on_which_something_happened_is_held_to_the_window_or_to_a_day_that_is() -> None:
    """X09: a day far before the window, or after the announcement, is found in every return that asks for days."""
    for code, contract in CONTRACTS.items():
        for column in contract.main.columns:
            if column.type not in ("date", "datetime") or f"{code} {column.id}" in _ANY_DAY or "birth" in column.id:
                continue
            late = {column.name: "01/01/2090" + (" 10:00" if column.type == "datetime" else "")}
            frame = frame_of(contract, contract.main, [late])
            found = run(frame, rules_of(contract, contract.main, CONTEXT))["rule"].to_list()
            assert found, (code, column.name)
            assert isinstance(frame, pl.DataFrame)


# Days that may be to come: the end of an order or a disposal.
_ANY_DAY = frozenset({"PRO-1 order_end", "YJS-1 end_date"})
