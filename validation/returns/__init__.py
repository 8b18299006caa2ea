"""One contract a return; `contract(code)` finds it."""

from dataclasses import replace

from models.themes import Theme
from validation.contract.context import Context
from validation.contract.errors import UnknownReturnError
from validation.contract.identity import CHILDREN, whole_rules
from validation.contract.model import Contract
from validation.returns.by_theme import for_theme
from validation.returns.edu_1 import EDU_1
from validation.returns.eval import EVAL
from validation.returns.hea_1 import HEA_1
from validation.returns.hea_2 import HEA_2
from validation.returns.la_1 import LA_1
from validation.returns.la_2 import LA_2
from validation.returns.la_3 import LA_3
from validation.returns.la_4 import LA_4
from validation.returns.la_5 import LA_5
from validation.returns.la_6 import LA_6
from validation.returns.la_7 import LA_7
from validation.returns.la_8 import LA_8
from validation.returns.la_da import LA_DA
from validation.returns.mar_1 import MAR_1
from validation.returns.plan import PLAN, plan_for
from validation.returns.pol_1 import POL_1
from validation.returns.pol_2 import POL_2
from validation.returns.pol_3 import POL_3
from validation.returns.pro_1 import PRO_1
from validation.returns.vol_1 import VOL_1
from validation.returns.yjs_1 import YJS_1

_ALL = (
    *(LA_DA, LA_1, LA_2, LA_3, LA_4, LA_5, LA_6, LA_7, LA_8),
    *(POL_1, POL_2, POL_3, MAR_1, PRO_1, HEA_1, HEA_2, EDU_1, YJS_1, VOL_1, EVAL),
)


def _with_children(contract_: Contract) -> Contract:
    """Return a contract whose sheet of children has the rules about all of them together."""
    if contract_.code not in CHILDREN:
        return contract_
    name, roles = CHILDREN[contract_.code]
    sheets = (
        # Lists of patients in urgent care know an age alone.
        replace(sheet, whole=(*sheet.whole, *whole_rules(roles)))
        if sheet.name == name and roles.of("date_of_birth") in sheet.names
        else sheet
        for sheet in contract_.sheets
    )
    return replace(contract_, sheets=tuple(sheets))


CONTRACTS: dict[str, Contract] = {c.code: _with_children(c) for c in _ALL}


_NO_RETURNS = {PLAN.code: PLAN}
"""What is declared and checked as returns are, and that no theme asks for."""


def contract_in(code: str, context: Context) -> Contract:
    """Return the contract of a return, or of a plan, under the circumstances of a request.

    Raises:
        UnknownReturnError: there is none of this code.
    """
    contract_ = contract(code, context.theme)
    return plan_for(context) if contract_.code == PLAN.code else contract_


def contract(code: str, theme: Theme | None = None) -> Contract:
    """Return the contract of a return, in any case.

    Args:
        code: the return.
        theme: that asks for it: its columns, headers and words follow the theme. Without one they are those of domestic
            abuse, which only titles, versions and sheets' names may be read from.

    Raises:
        UnknownReturnError: there is none of this code.
    """
    contract_ = (CONTRACTS | _NO_RETURNS).get(code.strip().upper())
    if contract_ is None:
        raise UnknownReturnError(code, tuple(CONTRACTS))
    return for_theme(contract_, theme.lists, theme.age_band.unborn) if theme else contract_
