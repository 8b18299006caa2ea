"""Every rule of every return is run over its own passing and failing example."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from models.themes import theme
from tests.validation.rows import CONTEXT, frame_of
from validation.engine import rules_of, run
from validation.model import Contract, Rule, Sheet
from validation.returns import CONTRACTS

_CONTEXTS = (
    replace(CONTEXT, sample_refs=("C-7F3K", "C-8G4L")),
    replace(CONTEXT, theme=theme("child-sexual-exploitation-2016"), gss=None),
)


def _cases() -> Iterator[object]:
    for context in _CONTEXTS:
        for contract in CONTRACTS.values():
            for sheet in contract.sheets:
                for rule in rules_of(contract, sheet, context):
                    yield pytest.param(contract, sheet, rule, id=f"{context.theme.id}-{sheet.name}-{rule.id}")


@pytest.mark.parametrize(("contract", "sheet", "rule"), _cases())
def test_rule_passes_its_passing_and_fails_its_failing_example(contract: Contract, sheet: Sheet, rule: Rule) -> None:
    assert run(frame_of(contract, sheet, rule.passing), [rule]).is_empty()
    assert not run(frame_of(contract, sheet, rule.failing), [rule]).is_empty()


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_example_row_keeps_every_rule(contract: Contract) -> None:
    for sheet in contract.sheets:
        assert run(frame_of(contract, sheet, [{}]), rules_of(contract, sheet, CONTEXT)).to_dicts() == []


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_rule_ids_are_unique_and_columns_exist(contract: Contract) -> None:
    for sheet in contract.sheets:
        rules = rules_of(contract, sheet, CONTEXT)
        assert len({r.id for r in rules}) == len(rules)
        assert {r.column for r in rules} <= set(sheet.names)
        assert all(r.message.endswith(".") and r.source for r in rules)
