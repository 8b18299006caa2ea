"""Returns that go by one name because they come in one workbook, and their outcomes as one report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from models.themes import Theme
from validation.contract.model import Contract
from validation.contract.outcome import Outcome, Verdict
from validation.returns import contract

ANNEX_A = "ANNEX-A"
BUNDLES: dict[str, tuple[str, ...]] = {ANNEX_A: tuple(f"LA-{number}" for number in range(1, 9))}
_TITLE = "Annex A: lists 1 to 8"
_PURPOSE = "Each list on its own sheet, with whole lists of the period and not of some children alone."
# The worst verdict of its returns is the verdict on the workbook.
_FROM_BEST: tuple[Verdict, ...] = ("accepted", "queried", "rejected", "unreadable")


def contracts(names: Iterable[str], theme: Theme | None = None) -> tuple[Contract, ...]:
    """Return the contracts of returns and bundles, in any case, each once, in the order in which they are named.

    They are as a theme asks for them.

    Raises:
        UnknownReturnError: a name is neither.
    """
    codes = (code for name in names for code in BUNDLES.get(name.strip().upper(), (name,)))
    by_code = {contract_.code: contract_ for contract_ in (contract(code, theme) for code in codes)}
    return tuple(by_code.values())


def workbook_contract(name: str, theme: Theme | None = None) -> Contract:
    """Return the contract by which the template of a return or a bundle is made, in any case.

    It is as a theme asks for it.

    That of a bundle has the main sheet of each of its returns, named as in the official workbook, such as `List 3`. Its
    version rises with that of any of them.

    Raises:
        UnknownReturnError: the name is neither.
    """
    code = name.strip().upper()
    if code not in BUNDLES:
        return contract(name, theme)
    parts = [contract(part, theme) for part in BUNDLES[code]]
    sheets = tuple(replace(part.main, name=part.code.replace("LA-", "List ")) for part in parts)
    return Contract(code, _TITLE, "local_authority", _PURPOSE, sheets, sum(part.version - 1 for part in parts) + 1)


def summed(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the outcomes of one check as JSON values, with the keys of one report and the counts of each return."""
    codes = {o.code for o in outcomes}
    by_rule = sum((Counter(o.by_rule) for o in outcomes), Counter[str]())
    return {
        "verdict": max((o.verdict for o in outcomes), key=_FROM_BEST.index),
        "rows": sum(o.rows for o in outcomes),
        "errors": sum(o.errors for o in outcomes),
        "queries": sum(o.queries for o in outcomes),
        "findings": [{**f.to_dict(), "return": o.code} for o in outcomes for f in o.findings],
        "by_rule": dict(sorted(by_rule.items())),
        "truncated": any(o.truncated for o in outcomes),
        "notes": list(dict.fromkeys(note for o in outcomes for note in o.notes)),
        "rule_set": outcomes[0].rule_set,
        "lines": sum(o.lines for o in outcomes),
        "reckoned": [{**r.to_dict(), "return": o.code} for o in outcomes for r in o.reckoned],
        "not_checked": sorted({rule for o in outcomes for rule in o.not_checked}),
        **({"held": True} if any(o.is_held for o in outcomes) else {}),
        "also": list(dict.fromkeys(code for o in outcomes for code in o.also if code not in codes)),
        "returns": {
            o.code: {"verdict": o.verdict, "rows": o.rows, "errors": o.errors, "queries": o.queries} for o in outcomes
        },
    }
