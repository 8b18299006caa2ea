"""LA-2: Annex A List 2, early help assessments."""

from validation.contract.context import Context
from validation.contract.model import Column
from validation.contract.rules import Rule
from validation.contract.table_rules import in_order, not_after
from validation.returns.annex_a import annex_contract, before_conception, ended_before, repeated

_START = Column(
    "Assessment start date", "date", "The day on which the assessment started.", "20/01/2025", "yes", key="start"
)
_END = Column(
    "Assessment completion date", "date", "The day of completion; blank while it is open.", "10/02/2025", key="end"
)
_BY = Column(
    "Organisation completing assessment", "string", "Who made the assessment.", "Oak Nursery", "yes", key="organisation"
)


def _rules(context: Context) -> tuple[Rule, ...]:
    text = "The child has 2 rows with the same start. Give each assessment one row."
    order = "The assessment started after it was completed. Check both dates, and fix the wrong one."
    day = context.extracted
    return (
        in_order("LA-2", _END.name, _START.name, _END.name, order, {_END.name: "19/01/2025"}, key=_END.id),
        not_after("LA-2", _START.name, day, "The start of the assessment", key=_START.id),
        not_after("LA-2", _END.name, day, "The completion of the assessment", key=_END.id),
        ended_before("LA-2", _END, context, "The assessment", {_START.name: "01/02/2021", _END.name: "01/03/2021"}),
        before_conception("LA-2", _START, "The start of the assessment"),
        repeated("LA-2", _START, "error", text),
    )


LA_2 = annex_contract(
    2,
    "Early help assessments",
    "One row for each child and assessment: every early help assessment in the window, and those still open.",
    (_START, _END, _BY),
    _START.name,
    _rules,
)
