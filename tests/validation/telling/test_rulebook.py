"""The page of rules is up to date and leaves nothing out, and its sentences are ones that a person can act on."""

import re
from functools import cache
from pathlib import Path

import pytest

from validation.across import CROSS_RULES
from validation.contract.file_rules import FileRule
from validation.contract.model import Contract
from validation.contract.rules import Rule, WholeRule
from validation.files import refusals
from validation.files.rules import FILE_RULES, cells, characters, headers, rows, sheets, template
from validation.returns import CONTRACTS
from validation.telling import rulebook
from validation.telling.rulebook import declared

_BLAME = re.compile(r"\b(invalid|illegal|must not|failed|you have|wrongly|forgot|mistake)\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(enter|give|check|copy|answer|use|blank|remove|add|keep|number|fix|correct|send|leave|put|fill|look|download|open|"
    r"close|draw|save|rename|explain|delete|say|nothing needs)\b",
    re.IGNORECASE,
)
_ALL = [(c, s, r) for c in CONTRACTS.values() for s in c.sheets for r in declared(c, s)]


def _message(rule: Rule | WholeRule) -> str:
    return rule.sentence


@cache
def _page() -> str:
    return rulebook.page()


def test_page_of_rules_is_up_to_date() -> None:
    assert rulebook.PAGE.read_text(encoding="utf-8") == _page(), "run: python -m validation.telling.rulebook"


def _section(title: str) -> str:
    return _page().split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_page_lists_every_rule_with_its_sentence(contract: Contract) -> None:
    section = _section(contract.code)
    for sheet in contract.sheets:
        for rule in declared(contract, sheet):
            only = " where a theme adds it" if rule.added else ""
            assert f"| `{rule.id}` | {rule.severity}{only} | {rule.column} |" in section
            assert _message(rule).replace("|", "\\|") in section


def test_page_lists_every_check_across_returns() -> None:
    section = _section("Across returns")
    for rule in CROSS_RULES:
        assert f"| `{rule.id}` | {rule.severity} |" in section
        assert rule.message in section
    assert {f"X{n:02}" for n in (*range(1, 9), 13)} <= {rule.source for rule in CROSS_RULES}


def test_page_lists_every_sentence_about_files() -> None:
    section = _section("The file")
    for rule in FILE_RULES:
        assert f"| `{rule.id}` | {rule.severity} | {rule.sentence} | {rule.source} |" in section
    assert section.count("| `FILE.") == len(FILE_RULES) == len({rule.sentence for rule in FILE_RULES})
    assert {"FILE.extract_date", "FILE.wrong_area", "FILE.wrong_theme", "FILE.old_template"} <= {
        r.id for r in FILE_RULES
    }


_ROOMS = (cells, characters, headers, rows, sheets, template, refusals)


def test_every_rule_about_files_is_in_the_list() -> None:
    declared_in = [value for module in _ROOMS for value in vars(module).values()]
    assert {rule for rule in declared_in if isinstance(rule, FileRule)} == set(FILE_RULES)


def test_nothing_is_said_of_files_but_by_their_rules() -> None:
    room = Path(rulebook.__file__).parents[1]
    elsewhere = {
        path.name
        for path in room.rglob("*.py")
        if path.parent.name not in ("files", "rules")
        and re.search(r"\"FILE\.[a-z_]+\"", path.read_text(encoding="utf-8"))
    }
    assert elsewhere == {"outcome.py"}


def test_checks_that_the_file_alone_can_tell_have_their_source() -> None:
    assert re.search(r"\| `FILE\.extract_date` .*\| X10 \|", _section("The file"))
    assert re.search(r"\| `FILE\.no_rows` .*\| X11 \|", _section("The file"))


def test_sentences_say_what_to_do_and_queries_may_be_explained() -> None:
    told: list[tuple[str, str, str]] = [(r.id, r.severity, _message(r)) for _, _, r in _ALL]
    told += [(r.id, r.severity, r.message) for r in CROSS_RULES]
    told += [(r.id, r.severity, r.sentence) for r in FILE_RULES]
    for rule, severity, message in told:
        assert message.endswith("."), rule
        assert severity == "info" or _NEXT.search(message), (rule, message)
        assert "explain" in message or severity != "query", (rule, message)
        assert not _BLAME.search(message), (rule, message)


def test_a_cell_that_is_blank_or_cannot_be_read_is_told_with_a_good_value() -> None:
    for _, _, rule in _ALL:
        if re.search(r"\.(required|type|code|range|format|check_letter|check_digit)$", rule.id):
            assert re.search(r"for example|a good one is|good ones are|one such as|10 digits", _message(rule)), rule.id


def test_ids_hold_for_urls_and_spreadsheets() -> None:
    for _, _, rule in _ALL:
        assert re.fullmatch(r"[A-Za-z0-9.-]+(\.[a-z0-9_]+)+", rule.id), rule.id
    for across in CROSS_RULES:
        assert re.fullmatch(r"[A-Za-z0-9-]+(\.[a-z0-9_]+)*", across.id), across.id
