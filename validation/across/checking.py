"""Runs the checks across returns under a theme's rule set, and gives each agency the findings on its own file alone."""

from dataclasses import dataclass

from models.themes import Theme
from validation.across.area import AreaReturns, Found
from validation.across.rule import CrossRule
from validation.across.rule_sets import rule_set
from validation.across.rules import CROSS_RULES
from validation.contract.identity import CHILDREN
from validation.contract.outcome import CellFinding
from validation.returns import CONTRACTS

_PAIR = 2
Breaches = dict[str, list[tuple[CrossRule, Found]]]
"""Return -> the rules that are reported on it, each with the rows that break it."""


@dataclass(frozen=True)
class Across:
    """What comparing the returns of an area found.

    Attributes:
        breaches: by the return they are reported on.
        not_run: the rules that could not be run, for a fault of ours; the others were (L9).
    """

    breaches: Breaches
    not_run: tuple[str, ...] = ()


def check_across(area: AreaReturns) -> Across:
    """Run every rule of the theme whose partners are in."""
    breaches: Breaches = {code: [] for code in sorted(area.frames)}
    not_run = []
    for rule in rule_set(area.context.theme).applied(CROSS_RULES):
        try:
            broken = [breach for breach in rule.find(area) if breach.rows or breach.share is not None]
        except Exception:  # of whatever kind, it is a fault of this rule and no other; its text may quote cells (L5)
            not_run.append(rule.id)
            continue
        for breach in broken:
            breaches[breach.code].append((rule, breach))
    return Across(breaches, tuple(not_run))


def unasked(theme: Theme) -> dict[str, tuple[str, ...]]:
    """Return the rules of a theme that can find nothing, and which returns would have to be asked for.

    A rule on many returns compares any two of them.
    """
    codes = {item.code for item in theme.returns}
    lacking: dict[str, tuple[str, ...]] = {}
    for rule in rule_set(theme).applied(CROSS_RULES):
        needed = {name.partition(".")[0] for name in rule.fails_on}
        alternatives = needed | rule.on.keys()
        if len(rule.on) > _PAIR and len(alternatives & codes) >= _PAIR:
            continue
        if missing := needed - codes:
            lacking[rule.id] = tuple(sorted(missing))
    return lacking


def findings_for(code: str, breaches: Breaches) -> tuple[CellFinding, ...]:
    """Return what one agency reads about its own file: rules, rows and sentences, nothing of another's records."""
    findings = []
    for rule, breach in breaches.get(code, []):
        rows: tuple[int | None, ...] = breach.rows or (None,)
        sheet = _sheet(code, breach.column)
        findings += [CellFinding(rule.id, rule.severity, sheet, row, breach.column, None, rule.message) for row in rows]
    return tuple(findings)


def _sheet(code: str, column: str) -> str:
    """Return the sheet on which the column stands: that of the children where both have it."""
    children = CHILDREN.get(code, (code,))[0]
    return next(
        (s.name for s in reversed(CONTRACTS[code].sheets) if s.name == children and column in s.names),
        CONTRACTS[code].main.name,
    )
