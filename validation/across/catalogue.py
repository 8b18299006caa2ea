"""Every rule that there is, by id: what a theme may add to its rule set, remove from it or weigh otherwise."""

from datetime import date
from functools import lru_cache

from models.themes import shipped, theme
from validation.across.rules import CROSS_RULES
from validation.contract.context import Context
from validation.contract.derived import derived
from validation.returns import CONTRACTS

# A request in which every circumstance is known, as some rules exist only where an area, an agency or children are.
_ANNOUNCED, _AREA = date(2025, 2, 24), "E06000038"


@lru_cache
def rule_ids() -> frozenset[str]:
    """Return the ids of the rules of all returns under any theme, and of the checks across returns."""
    ids = {rule.id for rule in CROSS_RULES}
    contexts = [Context(theme(t), _ANNOUNCED, _AREA, sample_refs=("C-1",), agency="police") for t in shipped()]
    for contract in CONTRACTS.values():
        for sheet in contract.sheets:
            ids |= {rule.id for rule in (*derived(contract, sheet), *sheet.whole)}
            ids |= {rule.id for context in contexts for rule in sheet.rules(context)}
    return frozenset(ids)
