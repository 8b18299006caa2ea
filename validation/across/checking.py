"""Runs the checks across returns under a theme's rule set, and gives each agency the findings on its own file alone."""

from validation.across.area import AreaReturns, Found
from validation.across.rule import CrossRule
from validation.across.rule_sets import rule_set
from validation.across.rules import CROSS_RULES
from validation.contract.identity import CHILDREN
from validation.contract.outcome import CellFinding
from validation.returns import CONTRACTS

Breaches = dict[str, list[tuple[CrossRule, Found]]]
"""Return -> the rules that are reported on it, each with the rows that break it."""


def check_across(area: AreaReturns) -> Breaches:
    """Run every rule of the theme whose partners are in; return the breaches by the return they are reported on."""
    breaches: Breaches = {code: [] for code in sorted(area.frames)}
    for rule in rule_set(area.context.theme).applied(CROSS_RULES):
        for breach in rule.find(area):
            if breach.rows or breach.share is not None:
                breaches[breach.code].append((rule, breach))
    return breaches


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
