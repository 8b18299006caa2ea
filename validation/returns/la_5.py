"""LA-5: Annex A List 5, section 47 enquiries and initial child protection conferences."""

import polars as pl

from validation.contract.codes import YN, YNU
from validation.contract.context import Context
from validation.contract.model import Column, raw, v
from validation.contract.rules import Row, Rule
from validation.contract.table_rules import in_window, not_after
from validation.contract.workdays import no_working_day, working_days
from validation.returns.annex_a import (
    DISABILITY,
    NO,
    WORKERS,
    YES,
    annex_contract,
    before_conception,
    counted,
    repeated,
    two_open,
)

# Working days after the strategy discussion: Working Together to Safeguard Children.
_MOST = 15
_START = Column(
    "Strategy discussion initiating Section 47 Enquiry Start Date",
    "date",
    "The day of the strategy discussion; it must be in the window.",
    "20/01/2025",
    "yes",
    key="strategy_discussion",
)
_UNNEEDED = Column(
    "Was an Initial Child Protection Conference deemed unnecessary?",
    "category",
    "Whether no conference was needed; blank while undecided.",
    NO,
    codes=YN,
    key="icpc_unnecessary",
)
_ICPC = Column(
    "Date of Initial Child Protection Conference", "date", "The day of the conference.", "05/02/2025", key="icpc"
)
_PLAN = Column(
    "Did the Initial Child Protection Conference Result in a Child Protection Plan",
    "category",
    "Whether the conference made a plan; blank where there was none.",
    YES,
    codes=YNU,
    key="icpc_plan",
)
_S47S = Column(
    "Number of Section 47 Enquiries in the last 12 months",
    "integer",
    "How many enquiries about the child there were in the last 12 months.",
    "1",
    "yes",
    minimum=0,
    key="s47s_12m",
)
_ICPCS = Column(
    "Number of ICPCs in the last 12 months",
    "integer",
    "How many initial conferences about the child there were in the last 12 months.",
    "1",
    "yes",
    minimum=0,
    key="icpcs_12m",
)
_UNDECIDED: Row = {_UNNEEDED.name: None, _ICPC.name: None, _PLAN.name: None}


def _rules(context: Context) -> tuple[Rule, ...]:
    text = (
        "The child has 2 rows with the same strategy discussion. Give each enquiry one row, or explain why there are 2."
    )
    return (
        in_window(
            "LA-5",
            _START.name,
            context,
            "The strategy discussion",
            {_START.name: "01/02/2021", _ICPC.name: "15/02/2021"},
            key=_START.id,
        ),
        before_conception("LA-5", _START, "The strategy discussion"),
        repeated("LA-5", _START, "query", text),
        counted("LA-5", _S47S, "section 47 enquiries"),
        _two_open(),
        *_conference(context),
        *_outcome(),
    )


def _two_open() -> Rule:
    undecided = raw(_ICPC.name).is_null() & raw(_UNNEEDED.name).is_null()
    rule = two_open("LA-5", _START, undecided, "query", "CIN 8839", "section 47 enquiries")
    return rule.failing_on(_UNDECIDED, {**_UNDECIDED, _START.name: "27/01/2025"})


def _conference(context: Context) -> tuple[Rule, ...]:
    start, conference = v(_START.name), v(_ICPC.name)
    waiting = raw(_ICPC.name).is_null() & (v(_UNNEEDED.name).fill_null("No") == "No")
    # An answer that cannot be read is not an answer of No.
    waiting = waiting & (raw(_UNNEEDED.name).is_null() | v(_UNNEEDED.name).is_not_null())
    overdue = waiting & (working_days(start, pl.lit(context.extracted), context) > _MOST)
    return (
        not_after("LA-5", _ICPC.name, context.extracted, "The conference", key=_ICPC.id),
        Rule(
            "LA-5.icpc.order",
            column=_ICPC.name,
            severity="error",
            fails_where=conference < start,
            message="The conference is before the strategy discussion. Check both dates, and fix the wrong one.",
            source="CIN 8615",
            fails_on=({_ICPC.name: "17/01/2025"},),
        ),
        Rule(
            "LA-5.icpc.weekend",
            column=_ICPC.name,
            severity="query",
            fails_where=no_working_day(conference, context),
            cellwise=True,
            message=(
                "The conference is at a weekend or on a bank holiday. Check the date, or explain why it was held that "
                "day."
            ),
            source="CIN 8875",
            fails_on=({_ICPC.name: "01/02/2025"},),
        ),
        Rule(
            "LA-5.icpc.late",
            column=_ICPC.name,
            severity="query",
            fails_where=working_days(start, conference, context) > _MOST,
            message=(
                f"The conference was more than {_MOST} working days after the strategy discussion. Check both dates, "
                "or explain."
            ),
            source="CIN 8675Q",
            fails_on=({_START.name: "02/01/2025"},),
        ),
        Rule(
            "LA-5.icpc.overdue",
            column=_ICPC.name,
            severity="query",
            fails_where=overdue,
            message=(
                f"More than {_MOST} working days after the strategy discussion there is neither a conference nor the "
                "answer that none was needed. Give one of the two, or explain what is happening."
            ),
            source="CIN 8675Q",
            fails_on=({**_UNDECIDED, _START.name: "02/01/2025"},),
        ),
    )


def _outcome() -> tuple[Rule, ...]:
    has_result = v(_PLAN.name).is_in(["Yes", "No"])
    return (
        Rule(
            "LA-5.icpc_unnecessary.held",
            column=_UNNEEDED.name,
            severity="query",
            fails_where=(v(_UNNEEDED.name) == "Yes") & v(_ICPC.name).is_not_null(),
            message=(
                "A conference was held although it was deemed unnecessary. Check the answer and the date, or explain "
                "why both are right."
            ),
            source="domain list LA-5",
            fails_on=({_UNNEEDED.name: YES},),
        ),
        Rule(
            "LA-5.icpc_plan.not_held",
            column=_PLAN.name,
            severity="query",
            fails_where=has_result & raw(_ICPC.name).is_null(),
            message=(
                "There is a result of a conference but no date of one. Give the date, for example 05/02/2025, or blank "
                "the result, or explain why there is none."
            ),
            source="domain list LA-5",
            fails_on=({_ICPC.name: None},),
        ),
    )


LA_5 = annex_contract(
    5,
    "Section 47 enquiries",
    "One row for each child and enquiry: every section 47 enquiry in the window, those without a decision too.",
    (DISABILITY, _START, _UNNEEDED, _ICPC, _PLAN, _S47S, _ICPCS, *WORKERS),
    _START.name,
    _rules,
)
