"""A theme's rule set: what it inherits less what it removes and with what it adds; it alone decides what is found."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.rulesets import Rules, RuleSetError, Weight, resolved
from models.themes import UnknownThemeError, theme, theme_ids
from tests.examples import examples
from tests.validation.rows import CONTEXT, checked
from validation.across import CROSS_RULES
from validation.across.catalogue import rule_ids, rules_under
from validation.across.rule_sets import UnknownRuleError, rule_set
from validation.contract.codes import AGENCY
from validation.contract.context import Context
from validation.contract.rules import Rule, Severity
from validation.engine.schemas import rules_of
from validation.returns import CONTRACTS
from validation.telling.rulebook import declared

_LA = CONTRACTS["LA-DA"]
_IDS = ("A", "B", "C", "D", "E", "F")
_ALWAYS, _ASKED = frozenset("ABC"), frozenset("DEF")
_RULES = tuple(replace(_LA.main.rules(CONTEXT)[0], id=rule, added=rule in _ASKED) for rule in _IDS)
_MOST = 5


def _context(**rules: object) -> Context:
    return replace(CONTEXT, theme=CONTEXT.theme.model_copy(update={"rules": Rules.model_validate(rules)}))


def _written(*blocks: Rules) -> Callable[[str], tuple[str, Rules]]:
    """Return themes t0, t1 and so on, at version 1, with these blocks."""
    known = {f"t{n}": (f"t{n}@1", block) for n, block in enumerate(blocks)}
    return known.__getitem__


# What a set may say of a rule: that it is added, removed or neither, and unless it is removed, how much it weighs.
_PLACES = ("adds", "removes")
_SAYS = [(place, weight) for place in ("", "adds") for weight in ("", *get_args(Weight))] + [("removes", "")]
_BLOCK = st.tuples(*[st.sampled_from(_SAYS)] * len(_IDS))


def _block(inherits: str, says: tuple[tuple[str, str], ...]) -> Rules:
    adds, removes = (tuple(rule for rule, (place, _) in zip(_IDS, says, strict=True) if place == to) for to in _PLACES)
    weights = {rule: weight for rule, (_, weight) in zip(_IDS, says, strict=True) if weight}
    return Rules.model_validate({"inherits": inherits, "adds": adds, "removes": removes, "severities": weights})


def _inheriting(blocks: list[tuple[tuple[str, str], ...]]) -> list[Rules]:
    """Return rule sets of which each inherits the one before it."""
    return [_block(f"t{n - 1}@1" if n else "", says) for n, says in enumerate(blocks)]


_LINE = st.lists(_BLOCK, min_size=1, max_size=_MOST).map(_inheriting)


def _holding(rules: Rules) -> set[str]:
    """Return the rules that hold, of three that always do and three that are asked for."""
    held = rule_set(CONTEXT.theme)
    held = replace(held, adds=frozenset(rules.adds), removes=frozenset(rules.removes))
    return {rule.id for rule in _RULES if held.holds(rule)}


@given(line=_LINE)
@examples(300)
def test_inherit_then_remove_then_add_is_what_sets_say(line: list[Rules]) -> None:
    expected = set(_ALWAYS)
    removed: set[str] = set()
    weights: dict[str, str] = {}
    for block in line:
        expected = (expected - set(block.removes)) | set(block.adds)
        removed = (removed - set(block.adds)) | set(block.removes)
        weights = {rule: w for rule, w in (weights | dict(block.severities)).items() if rule not in removed}
    whole = resolved(f"t{len(line) - 1}", _written(*line))
    assert _holding(whole) == expected
    assert whole.severities == weights


@given(line=_LINE)
def test_a_set_that_changes_nothing_is_the_one_it_inherits(line: list[Rules]) -> None:
    n = len(line)
    heir = resolved(f"t{n}", _written(*line, Rules(inherits=f"t{n - 1}@1")))
    parent = resolved(f"t{n - 1}", _written(*line))
    assert heir.model_copy(update={"inherits": parent.inherits}) == parent


@given(size=st.integers(1, _MOST), back=st.integers(0, _MOST))
def test_a_circle_is_refused_in_words(size: int, back: int) -> None:
    line = [Rules(inherits=f"t{n + 1}@1") for n in range(size - 1)] + [Rules(inherits=f"t{back % size}@1")]
    with pytest.raises(RuleSetError, match="inherit each other in a circle: t0 -> .*Let one of them inherit nothing"):
        resolved("t0", _written(*line))


def test_another_version_than_there_is_is_refused_in_words() -> None:
    with pytest.raises(RuleSetError, match="inherit t0@2, but there is t0@1. Read what changed"):
        resolved("t1", _written(Rules(), Rules(inherits="t0@2")))


def test_an_unknown_theme_is_refused_in_words() -> None:
    def written(name: str) -> tuple[str, Rules]:
        found = theme(name)
        return found.rule_set, Rules(inherits="nobodys-theme@1")

    with pytest.raises(UnknownThemeError, match="There is no theme 'nobodys-theme'. The themes are"):
        resolved("domestic-abuse-2016", written)


def test_a_rule_both_removed_and_added_is_refused_in_words() -> None:
    for other in ({"adds": ("X01",)}, {"severities": {"X01": "info"}}):
        with pytest.raises(ValidationError, match="removes X01 and adds or weighs it too; say one of the two"):
            Rules.model_validate({"removes": ("X01",), **other})


def test_a_severity_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError, match="'error', 'query' or 'info'"):
        Rules.model_validate({"severities": {"LA-DA.sex.code": "fatal"}})
    assert set(get_args(Weight)) == set(get_args(Severity))


@pytest.mark.parametrize(
    "block", [{"adds": ("NO.rule",)}, {"removes": ("NO.rule",)}, {"severities": {"NO.rule": "info"}}]
)
def test_an_unknown_rule_is_refused_in_words(block: dict[str, object]) -> None:
    with pytest.raises(UnknownRuleError, match="names NO.rule, but there is no such rule. The ids of all rules are in"):
        rule_set(_context(**block).theme)


def test_rule_switched_off_is_not_found() -> None:
    bad = {"sex": "zz", "postcode": "RG1"}
    assert set(checked(_LA, bad).by_rule) == {"LA-DA.sex.code", "ID.postcode.format"}
    assert set(checked(_LA, bad, context=_context(removes=("LA-DA.sex.code",))).by_rule) == {"ID.postcode.format"}


def test_rule_that_a_theme_asks_for_is_found_only_there() -> None:
    row = {"date_of_birth": "01/02/2018", "upn": None}
    assert checked(_LA, row).by_rule == {}
    assert checked(_LA, row, context=_context(adds=("LA-DA.upn.absent",))).by_rule == {"LA-DA.upn.absent": 1}
    assert checked(_LA, row, context=replace(CONTEXT, theme=theme("domestic-abuse-2016"))).by_rule == {
        "LA-DA.upn.absent": 1
    }


def test_severity_of_the_theme_decides_the_verdict() -> None:
    bad = {"postcode": "RG1"}
    assert checked(_LA, bad).verdict == "rejected"
    outcome = checked(_LA, bad, context=_context(severities={"ID.postcode.format": "query"}))
    assert (outcome.verdict, outcome.queries) == ("queried", 1)
    assert outcome.findings[0].severity == "query"


def test_findings_on_the_whole_sheet_follow_the_rule_set() -> None:
    rule = "LA-DA.sex.unknown_share"
    rows = [
        {"la_child_id": f"CH{n}", "nhs_number": None, "upn": None, "forename": f"N{n}", "sex": "U"} for n in range(9)
    ]
    assert checked(_LA, *rows).verdict == "queried"
    assert checked(_LA, *rows, context=_context(removes=(rule,))).verdict == "accepted"
    assert checked(_LA, *rows, context=_context(severities={rule: "error"})).verdict == "rejected"


@pytest.mark.parametrize("name", theme_ids())
def test_rule_set_survives_the_way_to_the_child_process(name: str) -> None:
    context = replace(CONTEXT, theme=theme(name))
    again = Context.from_json(context.to_json())
    assert rule_set(again.theme) == rule_set(context.theme)
    assert rule_set(again.theme).name == f"{name}@{again.theme.version}"


@pytest.mark.parametrize("name", theme_ids())
def test_themes_that_ship_change_what_they_say(name: str) -> None:
    held, context = rule_set(theme(name)), replace(CONTEXT, theme=theme(name))
    of_rows = {r.id for c in CONTRACTS.values() for s in c.sheets for r in rules_of(c, s, context)}
    across = {r.id for r in held.applied(CROSS_RULES)}
    assert held.adds <= of_rows | across
    assert not held.removes & (of_rows | across)


def test_every_rule_that_only_themes_ask_for_is_asked_for_by_one_that_ships() -> None:
    added = {r.id for c in CONTRACTS.values() for s in c.sheets for r in declared(c, s) if r.added}
    assert added == set().union(*(rule_set(theme(name)).adds for name in theme_ids()))


def test_catalogue_has_every_rule_of_every_kind() -> None:
    every = {r.id for c in CONTRACTS.values() for s in c.sheets for r in declared(c, s)}
    of_themes = frozenset().union(*(rules_under(theme(name)) for name in theme_ids()))
    assert rule_ids() == every | of_themes | {r.id for r in CROSS_RULES}
    assert "LA-DA.cse_factor_codes.theme" in of_themes - every
    assert not every & {r.id for r in CROSS_RULES}
    assert all(isinstance(r, Rule) for r in rules_of(_LA, _LA.main, CONTEXT))


# Services of the NHS that are agencies of their own hold what health services in general do.
_OF_THE_NHS = {("HEA-1", "mental_health"), ("HEA-2", "ambulance")}


@pytest.mark.parametrize("name", theme_ids())
def test_themes_ask_each_return_of_the_agency_of_its_contract(name: str) -> None:
    for asked in theme(name).returns:
        own = CONTRACTS[asked.code].agency in (None, asked.agency)
        assert own or (asked.code, asked.agency) in _OF_THE_NHS, asked.code


def test_an_evaluation_can_name_each_kind_of_agency_that_takes_part_in_a_theme() -> None:
    kinds = {kind for name in theme_ids() for kind in theme(name).in_scope}
    assert kinds <= set(AGENCY.values)
