"""LA-1: Annex A List 1, contacts with the council about a child."""

from validation.contract.codes import SOURCE
from validation.contract.context import Context
from validation.contract.model import Column
from validation.contract.rules import Rule
from validation.contract.table_rules import in_window, once
from validation.returns.annex_a import ID, annex_contract, before_conception

_DATE = Column(
    "Date of Contact", "date", "The day of the contact; it must be in the window.", "14/01/2025", "yes", key="contact"
)
_SOURCE = Column(
    "Contact Source", "category", "Who made the contact.", "q) 6: Police", "yes", SOURCE, key="contact_source"
)


def _rules(context: Context) -> tuple[Rule, ...]:
    text = "The child has 2 rows with the same day and source. Give each contact one row, or explain why there are 2."
    return (
        in_window("LA-1", _DATE.name, context, "The contact", {_DATE.name: "01/02/2021"}, key=_DATE.id),
        before_conception("LA-1", _DATE, "The contact"),
        once("LA-1", _DATE.id, (_DATE.name, ID, _SOURCE.name), text, severity="query"),
    )


LA_1 = annex_contract(
    1,
    "Contacts",
    "One row for each child and contact: every contact in the window.",
    (_DATE, _SOURCE),
    _DATE.name,
    _rules,
)
