"""LA-7: Annex A List 7, child protection plans."""

import polars as pl

from validation.contract.codes import YN, YNU
from validation.contract.codes_annex_a import CPCAT
from validation.contract.context import Context
from validation.contract.model import Column, raw, v
from validation.contract.rules import Row, Rule
from validation.contract.table_rules import in_order, not_after
from validation.contract.workdays import no_working_day
from validation.returns.annex_a import (
    DISABILITY,
    NO,
    WORKERS,
    YES,
    annex_contract,
    before_conception,
    ended_before,
    overlapping,
    repeated,
    two_open,
)

_FIRST_REVIEW, _NEXT_REVIEW = "3mo", "6mo"
_START = Column(
    "Child Protection Plan Start Date", "date", "The day on which the plan started.", "04/11/2024", "yes", key="start"
)
_FIRST = Column(
    "Initial Category of Abuse",
    "category",
    "The category when the plan started.",
    "d) Emotional abuse",
    "yes",
    CPCAT,
    key="initial_category",
)
_LATEST = Column(
    "Latest Category of Abuse", "category", "The category now.", "d) Emotional abuse", "yes", CPCAT, key="category"
)
_VISIT = Column(
    "Date of the Last Statutory Visit", "date", "The day of the latest visit.", "12/02/2025", key="last_visit"
)
_ALONE = Column(
    "Was the Child Seen Alone?",
    "category",
    "Whether the child was seen alone at that visit.",
    YES,
    codes=YNU,
    key="seen_alone",
)
_REVIEW = Column(
    "Date of latest review conference",
    "date",
    "The day of the latest review; blank before the first.",
    "29/01/2025",
    key="review",
)
_END = Column(
    "Child Protection Plan End Date",
    "date",
    "The day on which the plan ended; blank while it is open.",
    "17/02/2025",
    key="end",
)
_PROTECTED = Column(
    "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
    "category",
    "Whether there was an emergency protection order or police protection in the last 6 months.",
    NO,
    "yes",
    YN,
    key="emergency_protection",
)
_EARLIER = Column(
    "Number of Previous Child Protection Plans",
    "integer",
    "How many plans there were before this one, ever.",
    "0",
    "yes",
    minimum=0,
    key="previous_plans",
)


def _rules(context: Context) -> tuple[Rule, ...]:
    text = "The child has 2 rows with the same start. Give each plan one row."
    order = "The plan starts after it ended. Check both dates, and fix the wrong one."
    day = context.extracted
    early: Row = {_START.name: "01/10/2020", _END.name: "01/02/2021", _REVIEW.name: "15/12/2020"}
    second: Row = {_START.name: "06/01/2025"}
    opened = two_open("LA-7", _START, raw(_END.name).is_null(), "error", "CIN 8935", "child protection plans")
    return (
        in_order(
            "LA-7",
            _END.name,
            _START.name,
            _END.name,
            order,
            {_END.name: "01/11/2024", _REVIEW.name: None},
            key=_END.id,
        ),
        not_after("LA-7", _START.name, day, "The start of the plan", key=_START.id),
        not_after("LA-7", _VISIT.name, day, "The visit", key=_VISIT.id),
        not_after("LA-7", _REVIEW.name, day, "The review conference", key=_REVIEW.id),
        not_after("LA-7", _END.name, day, "The end of the plan", key=_END.id),
        ended_before("LA-7", _END, context, "The plan", early),
        before_conception("LA-7", _START, "The start of the plan"),
        repeated("LA-7", _START, "error", text),
        opened.failing_on({_END.name: None}, {_END.name: None, **second}),
        overlapping("LA-7", _START, _END, "CIN 8940", "child protection plans", ({}, {**second, _END.name: None})),
        *_reviews(context),
    )


def _reviews(context: Context) -> tuple[Rule, ...]:
    start, review = v(_START.name), v(_REVIEW.name)
    # An end that cannot be read says nothing about how long the plan has lasted.
    until = pl.when(raw(_END.name).is_null()).then(pl.lit(context.extracted)).otherwise(v(_END.name))
    return (
        Rule(
            "LA-7.review.order",
            column=_REVIEW.name,
            severity="error",
            fails_where=review <= start,
            message=(
                "The review conference is not after the start of the plan. Check both dates, and fix the wrong one."
            ),
            source="CIN 8841",
            fails_on=({_REVIEW.name: "04/11/2024"},),
        ),
        Rule(
            "LA-7.review.weekend",
            column=_REVIEW.name,
            severity="query",
            fails_where=no_working_day(review, context),
            cellwise=True,
            message=(
                "The review conference is at a weekend or on a bank holiday. Check the date, or explain why it was "
                "held that day."
            ),
            source="CIN 8875",
            fails_on=({_REVIEW.name: "01/02/2025"},),
        ),
        Rule(
            "LA-7.review.first_overdue",
            column=_REVIEW.name,
            severity="query",
            fails_where=raw(_REVIEW.name).is_null() & (until > start.dt.offset_by(_FIRST_REVIEW)),
            message=(
                "The plan has lasted more than 3 months without a review. Give the date of the latest review, for "
                "example 29/01/2025, or explain why there was none."
            ),
            source="practice timescales",
            fails_on=({_REVIEW.name: None},),
        ),
        Rule(
            "LA-7.review.next_overdue",
            column=_REVIEW.name,
            severity="query",
            fails_where=(review > start) & (until > review.dt.offset_by(_NEXT_REVIEW)),
            message=(
                "The latest review is more than 6 months old. Give the date of a later one, or explain why there was "
                "none."
            ),
            source="practice timescales",
            fails_on=({_START.name: "01/03/2024", _REVIEW.name: "03/06/2024"},),
        ),
    )


LA_7 = annex_contract(
    7,
    "Child protection plans",
    "One row for each child and plan: every plan open at the announcement or ended in the window.",
    (DISABILITY, _START, _FIRST, _LATEST, _VISIT, _ALONE, _REVIEW, _END, _PROTECTED, _EARLIER, *WORKERS),
    _START.name,
    _rules,
)
