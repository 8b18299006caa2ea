"""One contract a return; `contract(code)` finds it."""

from validation.faults import UnknownReturn
from validation.model import Contract
from validation.returns.la_da import LA_DA

CONTRACTS: dict[str, Contract] = {c.code: c for c in (LA_DA,)}


def contract(code: str) -> Contract:
    """Return the contract of a return, in any case.

    Raises:
        UnknownReturn: there is none of this code.
    """
    found = CONTRACTS.get(code.strip().upper())
    if found is None:
        raise UnknownReturn(code, tuple(CONTRACTS))
    return found
