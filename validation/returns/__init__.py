"""One contract a return; `contract(code)` finds it."""

from validation.faults import UnknownReturn
from validation.model import Contract
from validation.returns.eval import EVAL
from validation.returns.hea_1 import HEA_1
from validation.returns.la_1 import LA_1
from validation.returns.la_2 import LA_2
from validation.returns.la_3 import LA_3
from validation.returns.la_4 import LA_4
from validation.returns.la_5 import LA_5
from validation.returns.la_6 import LA_6
from validation.returns.la_7 import LA_7
from validation.returns.la_8 import LA_8
from validation.returns.la_da import LA_DA
from validation.returns.pol_1 import POL_1
from validation.returns.pro_1 import PRO_1

CONTRACTS: dict[str, Contract] = {
    c.code: c for c in (LA_DA, LA_1, LA_2, LA_3, LA_4, LA_5, LA_6, LA_7, LA_8, POL_1, PRO_1, HEA_1, EVAL)
}


def contract(code: str) -> Contract:
    """Return the contract of a return, in any case.

    Raises:
        UnknownReturn: there is none of this code.
    """
    found = CONTRACTS.get(code.strip().upper())
    if found is None:
        raise UnknownReturn(code, tuple(CONTRACTS))
    return found
