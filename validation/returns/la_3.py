"""LA-3: Annex A List 3, referrals."""

from validation.contract.codes import SOURCE, YN
from validation.contract.context import Context
from validation.contract.model import Column
from validation.contract.rules import Rule
from validation.contract.table_rules import in_window
from validation.returns.annex_a import NO, WORKERS, annex_contract, before_conception, counted, repeated

_DATE = Column(
    "Date of referral", "date", "The day of the referral; it must be in the window.", "15/01/2025", key="referral"
)
_SOURCE = Column(
    "Referral Source", "category", "Who made the referral.", "q) 6: Police", "yes", SOURCE, key="referral_source"
)
_NFA = Column(
    "Referral NFA?", "category", "Whether the referral ended with no further action.", NO, "yes", YN, key="nfa"
)
_COUNT = Column(
    "Number of Referrals in Last 12 Months",
    "integer",
    "How many referrals of the child there were in the last 12 months.",
    "1",
    "yes",
    minimum=0,
    key="referrals_12m",
)


def _rules(context: Context) -> tuple[Rule, ...]:
    text = "The child has 2 rows with the same day of referral. Give each referral one row, or explain why there are 2."
    return (
        in_window("LA-3", _DATE.name, context, "The referral", {_DATE.name: "01/02/2021"}, key=_DATE.id),
        before_conception("LA-3", _DATE, "The referral"),
        repeated("LA-3", _DATE, "query", text),
        counted("LA-3", _COUNT, "referrals"),
    )


LA_3 = annex_contract(
    3,
    "Referrals",
    "One row for each child and referral: every referral in the window.",
    (_DATE, _SOURCE, _NFA, _COUNT, *WORKERS),
    _DATE.name,
    _rules,
)
