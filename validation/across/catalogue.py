"""Every rule that there is, by id: what a theme may add to its rule set, remove from it or weigh otherwise."""

from datetime import date
from functools import lru_cache

from models.themes import Theme, shipped, theme
from validation.across.rules import CROSS_RULES
from validation.contract.context import Context
from validation.contract.derived import derived
from validation.returns import CONTRACTS
from validation.returns.by_theme import for_theme

# A request in which every circumstance is known, as some rules exist only where an area, an agency or children are.
_ANNOUNCED, _AREA = date(2025, 2, 24), "E06000038"


@lru_cache
def rule_ids() -> frozenset[str]:
    """Return the ids of the rules of all returns under any theme that ships, and of the checks across returns."""
    across = frozenset(rule.id for rule in CROSS_RULES)
    return across.union(*(rules_under(theme(name)) for name in shipped()))


def rules_under(theme_: Theme) -> frozenset[str]:
    """Return the ids of the rules of all returns under one theme, those that it switches off among them."""
    context = Context(theme_, _ANNOUNCED, _AREA, sample_refs=("C-1",), agency="police")
    contracts = (for_theme(contract_, theme_.lists, theme_.age_band.unborn) for contract_ in CONTRACTS.values())
    sheets = ((contract_, sheet) for contract_ in contracts for sheet in contract_.sheets)
    rules = (
        rule
        for contract_, sheet in sheets
        for rule in (*derived(contract_, sheet), *sheet.whole, *sheet.rules(context))
    )
    return frozenset(rule.id for rule in rules)
