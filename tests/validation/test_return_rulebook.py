"""The page of rules is up to date, and its sentences are ones that a person can act on."""

import re

import pytest

from tests.validation.rows import CONTEXT
from validation import rulebook
from validation.engine import rules_of
from validation.model import Contract
from validation.returns import CONTRACTS

_BLAME = re.compile(r"\b(invalid|illegal|must not|failed|you have)\b", re.IGNORECASE)


def test_page_of_rules_is_up_to_date() -> None:
    assert rulebook.PAGE.read_text(encoding="utf-8") == rulebook.page(), "run: python -m validation.rulebook"


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_page_lists_every_rule_with_its_sentence(contract: Contract) -> None:
    section = rulebook.page().split(f"\n## {contract.code}\n")[1].split("\n## ")[0]
    for sheet in contract.sheets:
        for rule in rules_of(contract, sheet, CONTEXT):
            assert f"| `{rule.id}` | {rule.severity} | {rule.column} |" in section
            assert rule.message.replace("|", "\\|") in section


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_sentences_say_what_to_do_and_queries_may_be_explained(contract: Contract) -> None:
    for sheet in contract.sheets:
        for rule in rules_of(contract, sheet, CONTEXT):
            assert re.search(r"\. |; | is U\.|, for example ", rule.message), rule.id
            assert "explain" in rule.message or rule.severity != "query", rule.id
            assert not re.search(r"\b(invalid|illegal|must not|failed|you have)\b", rule.message, re.IGNORECASE), (
                rule.id
            )


def test_ids_hold_for_urls_and_spreadsheets() -> None:
    for contract in CONTRACTS.values():
        for sheet in contract.sheets:
            for rule in rules_of(contract, sheet, CONTEXT):
                assert re.fullmatch(r"[A-Za-z0-9.-]+(\.[a-z0-9_]+)+", rule.id), rule.id
