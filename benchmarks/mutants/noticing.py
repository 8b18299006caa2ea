"""The tests of the rules, run without pytest: examples, edges, independent readings, identifiers, working days."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hypothesis

_SEEDS = range(4)
_AREAS = 12
_LISTS = tuple(f"LA-{n}" for n in range(1, 9))
_OF: dict[str, tuple[str, ...]] = {
    "validation.returns.annex_a": (*_LISTS, "LA-DA", "EDU-1", "YJS-1"),
    "validation.contract.workdays": ("LA-4", "LA-5", "LA-7"),
    "validation.contract.identifiers": ("LA-DA", "POL-3", "HEA-1", "EDU-1"),
    "validation.contract.table_rules": ("LA-1", "LA-2", "POL-1", "POL-3", "PRO-1", "HEA-1", "MAR-1"),
}


@dataclass(frozen=True)
class _Typed:
    """The rows of a sheet; what the independent reading asks of a frame."""

    rows: list[dict[str, str | None]]

    def to_dicts(self) -> list[dict[str, str | None]]:
        """Return the rows."""
        return [dict(row) for row in self.rows]


def prepare(to: Path) -> None:
    """Write the clean returns that the independent reading disturbs; made once, by rules that are whole."""
    from tests.validation.engine import test_oracle as oracle

    returns = oracle._clean().returns
    to.write_text(json.dumps({code: sheets[code].to_dicts() for code, sheets in returns.items()}), encoding="utf-8")


@lru_cache
def _clean(path: Path) -> SimpleNamespace:
    from tests.validation.rows import CONTEXT

    rows = json.loads(path.read_text(encoding="utf-8"))
    returns = {code: {code: _Typed(cells)} for code, cells in rows.items()}
    return SimpleNamespace(returns=returns, context=replace(CONTEXT, agency=None))


def notice(module: str, clean: Path) -> None:
    """Run every test of the rules that the module has a part in.

    Args:
        module: that was changed.
        clean: what `prepare` wrote.

    Raises:
        AssertionError: a test noticed something.
    """
    if ".across" in module:
        _across(module)
        return
    if module.endswith((".identifiers", ".workdays")):
        _plain(module)
    codes = _codes(module)
    for code in codes:
        _edges(code)
    for code in codes:
        _examples(code)
    for code in codes:
        _oracle(code, clean)


def _codes(module: str) -> tuple[str, ...]:
    from validation.returns import CONTRACTS

    name = module.rsplit(".", 1)[-1].upper().replace("_", "-")
    if module.startswith("validation.returns.") and name in CONTRACTS:
        return (name,)
    return _OF.get(module, tuple(CONTRACTS))


def _edges(code: str) -> None:
    from tests.validation.returns import test_edges as edges
    from validation.returns import CONTRACTS

    for edge in edges.EDGES:
        if edge.code == code:
            edges.test_rule_turns_at_its_edge(edge)
    edges.test_rules_of_whole_sheets_turn_at_their_edge(CONTRACTS[code])


def _examples(code: str) -> None:
    """Run the examples of a return's rules under every theme; what is the same under two themes is run once."""
    from models.themes import theme, theme_ids
    from tests.validation.rows import CONTEXT
    from validation.returns import CONTRACTS

    request, contract = replace(CONTEXT, sample_refs=("C-7F3K", "C-8G4L")), CONTRACTS[code]
    for sheet in contract.sheets:
        _keeps(contract, sheet, [{}], sheet.rules(CONTEXT))
        for rule in _different(
            rule for name in theme_ids() for rule in sheet.rules(replace(request, theme=theme(name)))
        ):
            _keeps(contract, sheet, rule.passes_on, [rule])
            assert _broken(contract, sheet, rule.fails_on, [rule])


def _different(rules: Iterable[Any]) -> Iterator[Any]:
    seen: dict[str, list[Any]] = {}
    for rule in rules:
        kept = seen.setdefault(rule.id, [])
        if not any(_same(rule, other) for other in kept):
            kept.append(rule)
            yield rule


def _same(rule: Any, other: Any) -> bool:
    examples = (rule.passes_on, rule.fails_on) == (other.passes_on, other.fails_on)
    return bool(examples and rule.fails_where.meta.eq(other.fails_where))


def _keeps(contract: Any, sheet: Any, rows: Any, rules: Any) -> None:
    assert not _broken(contract, sheet, rows, [rule for rule in rules if not rule.added])


def _broken(contract: Any, sheet: Any, rows: Any, rules: Any) -> bool:
    from tests.validation.rows import frame_of

    flags = frame_of(contract, sheet, rows).select(rule.flag.any() for rule in rules)
    return any(flags.row(0)) if flags.width else False


def _oracle(code: str, clean: Path) -> None:
    from tests.validation.engine import test_oracle as oracle

    if code not in _clean(clean).returns:
        return
    vars(oracle)["_clean"] = lambda: _clean(clean)
    for seed in _SEEDS:
        _body(oracle.test_engine_and_oracle_find_the_same)(code, seed)


def _body(test: Any) -> Callable[..., None]:
    """Return what a property does with one example."""
    body: Callable[..., None] = test.hypothesis.inner_test
    return body


def _across(module: str) -> None:
    """Run the tests of the cross rules of a module, those that cost least first; the area has a part in all."""
    from tests.validation.across import test_rules as across
    from tests.validation.across import test_rules_edges as edges
    from validation.across import CROSS_RULES
    from validation.across.council import COUNCIL_RULES

    own = {"council": COUNCIL_RULES, "rules": [rule for rule in CROSS_RULES if rule not in COUNCIL_RULES]}
    rules = own.get(module.rsplit(".", 1)[-1], CROSS_RULES)
    tests: tuple[Callable[..., None], ...] = (
        across.test_rule_passes_its_passing_and_fails_its_failing_example,
        across.test_rule_says_nothing_before_its_partners_are_in,
        across.test_rule_is_told_on_a_column_of_the_return_it_is_reported_on,
    )
    for edge in _tests_of(edges):
        edge()
    for test in tests:
        for rule in rules:
            test(rule)
    across.test_a_list_still_to_come_keeps_the_rules_that_search_all_lists_waiting()
    for seed in range(_AREAS):
        for rule in rules:
            _body(across.test_rule_and_an_independent_reading_find_the_same)(rule=rule, seed=seed)


def _plain(module: str) -> None:
    # The same numbers each time, and no complaint about a slow machine: only what a test asserts is noticed.
    hypothesis.settings.register_profile(
        "mutants", deadline=None, database=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
    )
    hypothesis.settings.load_profile("mutants")
    from tests.validation.contract import test_identifiers as identifiers
    from tests.validation.contract import test_workdays as workdays

    for test in _tests_of(workdays if module.endswith("workdays") else identifiers):
        test()


def _tests_of(module: Any) -> Iterator[Callable[[], None]]:
    """Yield the tests of a module, each with every set of its parameters where it has some."""
    for test in (getattr(module, name) for name in dir(module) if name.startswith("test_")):
        marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
        yield from (partial(test, *values) for mark in marks for values in mark.args[1])
        if not marks:
            yield test
