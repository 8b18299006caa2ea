"""VOL-1: people and children supported by specialist domestic abuse services, and on a second sheet the children."""

import polars as pl

from validation.contract.codes import YN
from validation.contract.codes_agencies import DA_OUTCOME, DA_REFERRER, DA_SERVICE
from validation.contract.context import Context
from validation.contract.derived import needed
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import PARENT_KNOWN, Column, Contract, Sheet, v
from validation.contract.rules import Rule
from validation.contract.table_rules import in_order, not_after, once

_ROLES = CHILDREN["VOL-1"][1]
_REF = Column("service_ref", "string", "Your reference of the case.", "DA-2025-031", "yes")

_COLUMNS = (
    _REF,
    Column("service", "category", "The service that works with the case.", "idva", "yes", DA_SERVICE),
    Column("referral_date", "date", "The day of the referral.", "16/01/2025", "yes"),
    Column("referral_source", "category", "Who referred.", "police", "yes", DA_REFERRER),
    Column("engaged", "category", "Whether the person engaged.", "Yes", "yes", YN),
    Column("children_supported", "integer", "How many children are supported.", "1", "yes", minimum=0),
    Column(
        "child_la_ids",
        "list",
        "The council's numbers of those children; better, use the sheet Children.",
        "CH000123",
    ),
    Column("closed_date", "date", "The day on which the case closed; blank while it is open.", "17/02/2025"),
    Column(
        "outcome",
        "category",
        "How it ended.",
        "completed",
        "conditional",
        DA_OUTCOME,
        when="if the case is closed",
    ),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    referred, closed = "referral_date", "closed_date"
    return (
        once(
            "VOL-1",
            "service_ref",
            ("service_ref", "service"),
            "2 rows have the same case and service. Give each case one row for each service.",
        ),
        in_order(
            "VOL-1",
            closed,
            referred,
            closed,
            "The case closed before the referral. Check both dates, and fix the wrong one.",
            {closed: "15/01/2025"},
        ),
        not_after("VOL-1", referred, context.extracted, "The referral"),
        not_after("VOL-1", closed, context.extracted, "The closure"),
        Rule(
            "VOL-1.closed_date.window",
            column=closed,
            severity="error",
            fails_where=v(closed) < context.window_start,
            cellwise=True,
            message="The case closed before the window. Check the date; if it is right, leave the row out.",
            source="X09",
            fails_on=({referred: "01/02/2021", closed: "01/03/2021"},),
        ),
        needed("VOL-1", "outcome", v(closed).is_not_null(), "where the case is closed", "completed"),
    )


def _child_rules(context: Context) -> tuple[Rule, ...]:
    message = (
        "The case is not on the first sheet. Add it there, or copy its reference from there, for example DA-2025-031."
    )
    case_listed = Rule(
        "VOL-1.Children.service_ref.known",
        column="service_ref",
        severity="error",
        fails_where=~pl.col(PARENT_KNOWN),
        cellwise=True,
        message=message,
        source="domain list VOL-1",
        fails_on=({"service_ref": "DA-1999-999"},),
    )
    return (case_listed, *identity_rules(context, _ROLES))


VOL_1 = Contract(
    "VOL-1",
    "Specialist domestic abuse services",
    "voluntary",
    "One row for each case and service open in the window; on the sheet Children, one row for each child supported.",
    (
        Sheet("VOL-1", _COLUMNS, ("service_ref", "service"), _rules),
        Sheet(
            "Children",
            (_REF, *block(_ROLES)),
            ("service_ref", "la_child_id"),
            _child_rules,
            optional=True,
            parent="service_ref",
        ),
    ),
)
