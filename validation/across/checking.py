"""Runs the checks across returns under a theme's rule set, and tells each agency of its own file alone."""

from validation.across.area import AreaReturns, Found
from validation.across.rule import CrossRule
from validation.across.rule_sets import rule_set
from validation.across.rules import CROSS_RULES
from validation.contract.identity import CHILDREN
from validation.contract.outcome import Finding
from validation.returns import CONTRACTS

Told = dict[str, list[tuple[CrossRule, Found]]]


def check_across(area: AreaReturns) -> Told:
    """Run every rule of the theme whose partners are in; return what was found by the return it is reported on."""
    told: Told = {code: [] for code in sorted(area.frames)}
    for rule in rule_set(area.context.theme).applied(CROSS_RULES):
        for found in rule.find(area):
            if found.rows or found.share is not None:
                told[found.code].append((rule, found))
    return told


def findings_for(code: str, told: Told) -> tuple[Finding, ...]:
    """Return what one agency reads about its own file: rules, rows and sentences, nothing of another's records."""
    findings = []
    for rule, found in told.get(code, []):
        rows: tuple[int | None, ...] = found.rows or (None,)
        sheet = _sheet(code, found.column)
        findings += [Finding(rule.id, rule.severity, sheet, row, found.column, None, rule.message) for row in rows]
    return tuple(findings)


def _sheet(code: str, column: str) -> str:
    """Return the sheet on which the column stands: that of the children where both have it."""
    children = CHILDREN.get(code, (code,))[0]
    return next(
        (s.name for s in reversed(CONTRACTS[code].sheets) if s.name == children and column in s.names),
        CONTRACTS[code].main.name,
    )
