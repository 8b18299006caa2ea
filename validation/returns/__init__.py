"""One contract a return; `contract(code)` finds it."""

from validation.faults import UnknownReturn
from validation.model import Contract
from validation.returns.eval import EVAL
from validation.returns.hea_1 import HEA_1
from validation.returns.la_da import LA_DA
from validation.returns.pol_1 import POL_1
from validation.returns.pro_1 import PRO_1

CONTRACTS: dict[str, Contract] = {c.code: c for c in (LA_DA, POL_1, PRO_1, HEA_1, EVAL)}


def contract(code: str) -> Contract:
    """Return the contract of a return, in any case.

    Raises:
        UnknownReturn: there is none of this code.
    """
    found = CONTRACTS.get(code.strip().upper())
    if found is None:
        raise UnknownReturn(code, tuple(CONTRACTS))
    return found
