"""A theme switches rules off and gives them another weight; whoever is checked under it sees that and nothing else."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from models.themes import Theme, theme, theme_ids
from tests.validation.rows import CONTEXT, checked
from validation.context import Context
from validation.engine import rules_of
from validation.returns import CONTRACTS
from validation.rulesets import UnknownSeverityError, rule_set

_LA = CONTRACTS["LA-DA"]


class _Changed:
    """A theme with the keys of a rule set."""

    def __init__(self, off: tuple[str, ...] = (), severities: dict[str, str] | None = None) -> None:
        self._of = CONTEXT.theme
        self.rules_off, self.severities = off, severities or {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)


def _context(*off: str) -> Context:
    changed = _Changed(off)
    return replace(CONTEXT, theme=cast(Theme, changed))


def test_theme_without_the_keys_changes_nothing() -> None:
    held = rule_set(cast(Theme, SimpleNamespace(rule_set="plain@1")))
    assert (held.name, held.off, dict(held.severities)) == ("plain@1", frozenset(), {})
    rules = rules_of(_LA, _LA.main, CONTEXT)
    assert held.applied(rules) is rules


def test_rule_switched_off_is_not_found() -> None:
    bad = {"sex": "zz", "postcode": "RG1"}
    assert set(checked(_LA, bad).by_rule) == {"LA-DA.sex.code", "ID.postcode.format"}
    assert set(checked(_LA, bad, context=_context("LA-DA.sex.code")).by_rule) == {"ID.postcode.format"}


def test_severity_of_the_theme_decides_the_verdict() -> None:
    bad = {"postcode": "RG1"}
    lenient = replace(CONTEXT, theme=cast(Theme, _Changed((), {"ID.postcode.format": "query"})))
    assert checked(_LA, bad).verdict == "rejected"
    outcome = checked(_LA, bad, context=lenient)
    assert (outcome.verdict, outcome.queries) == ("queried", 1)
    assert outcome.findings[0].severity == "query"


def test_findings_on_the_whole_sheet_follow_the_rule_set() -> None:
    rule = "LA-DA.sex.unknown_share"
    rows = [
        {"la_child_id": f"CH{n}", "nhs_number": None, "upn": None, "forename": f"N{n}", "sex": "U"} for n in range(9)
    ]
    assert checked(_LA, *rows).verdict == "queried"
    assert checked(_LA, *rows, context=_context(rule)).verdict == "accepted"
    heavier = replace(CONTEXT, theme=cast(Theme, _Changed((), {rule: "error"})))
    assert checked(_LA, *rows, context=heavier).verdict == "rejected"


def test_unknown_severity_is_refused_in_words() -> None:
    with pytest.raises(UnknownSeverityError, match="one of error, query and info"):
        rule_set(cast(Theme, _Changed((), {"LA-DA.sex.code": "fatal"})))


def test_themes_that_ship_name_rules_that_exist() -> None:
    known = {r.id for c in CONTRACTS.values() for s in c.sheets for r in rules_of(c, s, CONTEXT)}
    for name in theme_ids():
        held = rule_set(theme(name))
        assert held.off | set(held.severities) <= known
