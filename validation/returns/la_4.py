"""LA-4: Annex A List 4, assessments."""

import polars as pl

from validation.contract.codes import YN, YNU
from validation.contract.context import Context
from validation.contract.model import Column, raw, v
from validation.contract.rules import Rule
from validation.contract.table_rules import in_order, not_after
from validation.contract.workdays import working_days
from validation.returns.annex_a import (
    DISABILITY,
    WORKERS,
    YES,
    annex_contract,
    before_conception,
    ended_before,
    repeated,
    two_open,
)

# Working days: Working Together to Safeguard Children.
_MOST = 45
_START = Column(
    "Continuous Assessment Start Date",
    "date",
    "The day on which the assessment started.",
    "16/01/2025",
    "yes",
    key="start",
)
_SEEN = Column(
    "Child Seen During Continuous Assessment",
    "category",
    "Whether the child was seen.",
    YES,
    codes=YNU,
    key="child_seen",
)
_END = Column(
    "Continuous Assessment Date of Authorisation",
    "date",
    "The day on which a manager authorised it; blank while it is open.",
    "17/02/2025",
    key="authorised",
)
_NEEDS = Column(
    "Was the child assessed as requiring LA children's social care support?",
    "category",
    "Whether the child needs the council's social care.",
    YES,
    codes=YN,
    key="requires_support",
)


def _rules(context: Context) -> tuple[Rule, ...]:
    text = "The child has 2 rows with the same start. Give each assessment one row."
    order = "The assessment started after it was authorised. Check both dates, and fix the wrong one."
    day = context.extracted
    return (
        in_order("LA-4", _END.name, _START.name, _END.name, order, {_END.name: "15/01/2025"}, key=_END.id),
        not_after("LA-4", _START.name, day, "The start of the assessment", key=_START.id),
        not_after("LA-4", _END.name, day, "The authorisation", key=_END.id),
        ended_before("LA-4", _END, context, "The assessment", {_START.name: "01/02/2021", _END.name: "01/03/2021"}),
        before_conception("LA-4", _START, "The start of the assessment"),
        repeated("LA-4", _START, "error", text),
        _two_open(),
        *_long(context),
    )


def _two_open() -> Rule:
    rule = two_open("LA-4", _START, raw(_END.name).is_null(), "query", "CIN 8896", "assessments")
    return rule.failing_on({_END.name: None}, {_END.name: None, _START.name: "20/01/2025"})


def _long(context: Context) -> tuple[Rule, ...]:
    open_ = raw(_END.name).is_null()
    took = working_days(v(_START.name), v(_END.name), context) > _MOST
    lasts = open_ & (working_days(v(_START.name), pl.lit(context.extracted), context) > _MOST)
    return (
        Rule(
            "LA-4.authorised.late",
            column=_END.name,
            severity="query",
            fails_where=took,
            message=f"The assessment took more than {_MOST} working days. Check both dates and fix the wrong one, or "
            "explain why they are right.",
            source="CIN 8670Q",
            fails_on=({_START.name: "01/10/2024"},),
        ),
        Rule(
            "LA-4.authorised.overdue",
            column=_END.name,
            severity="query",
            fails_where=lasts,
            message=(
                f"The assessment has been open for more than {_MOST} working days. Give the date of authorisation, for "
                "example 17/02/2025, or explain why it is still open."
            ),
            source="CIN 8670Q",
            fails_on=({_START.name: "01/10/2024", _END.name: None},),
        ),
    )


LA_4 = annex_contract(
    4,
    "Assessments",
    "One row for each child and assessment: every assessment open or completed in the window.",
    (DISABILITY, _START, _SEEN, _END, _NEEDS, *WORKERS),
    _START.name,
    _rules,
)
