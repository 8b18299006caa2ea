"""LA-6: Annex A List 6, children in need."""

from validation.contract.codes_annex_a import CASE_STATUS_A, CLOSURE, NEED
from validation.contract.context import Context
from validation.contract.model import Column, raw, v
from validation.contract.rules import Row, Rule
from validation.contract.table_rules import in_order, not_after
from validation.returns.annex_a import (
    DISABILITY,
    WORKERS,
    annex_contract,
    before_conception,
    ended_before,
    overlapping,
    reason_and_date,
    repeated,
    two_open,
)

_START = Column("CIN Start Date", "date", "The day on which the child became in need.", "10/09/2024", key="start")
_NEED = Column(
    "Primary Need Code", "category", "The child's primary need.", "N1: Abuse or neglect", "yes", NEED, key="need"
)
_SEEN = Column(
    "Date Child Was Last Seen", "date", "The day on which the child was last seen.", "12/02/2025", key="last_seen"
)
_END = Column(
    "CIN Closure Date", "date", "The day on which the case closed; blank while it is open.", "14/02/2025", key="closed"
)
_REASON = Column("Reason for Closure", "category", "Why the case closed.", "RC7", codes=CLOSURE, key="closure_reason")
_STATUS = Column(
    "Case Status",
    "category",
    "Closed first, then the highest status of the case.",
    "e) Closed episode",
    "yes",
    CASE_STATUS_A,
    key="case_status",
)
_OPEN: Row = {_END.name: None, _REASON.name: None, _STATUS.name: "c) Child in need plan"}


def _rules(context: Context) -> tuple[Rule, ...]:
    text = "The child has 2 rows with the same start. Give each period of need one row."
    order = "The period of need starts after it closed. Check both dates, and fix the wrong one."
    day = context.extracted
    early: Row = {_START.name: "01/02/2021", _END.name: "01/03/2021"}
    second: Row = {**_OPEN, _START.name: "01/10/2024"}
    opened = two_open("LA-6", _START, raw(_END.name).is_null(), "query", "CIN 8896", "periods of need")
    return (
        in_order("LA-6", _END.name, _START.name, _END.name, order, {_END.name: "09/09/2024"}, key=_END.id),
        not_after("LA-6", _START.name, day, "The start", key=_START.id),
        not_after("LA-6", _SEEN.name, day, "The day on which the child was last seen", key=_SEEN.id),
        not_after("LA-6", _END.name, day, "The closure", key=_END.id),
        ended_before("LA-6", _END, context, "The period of need", early),
        before_conception("LA-6", _START, "The start"),
        repeated("LA-6", _START, "error", text),
        opened.failing_on(_OPEN, second),
        overlapping("LA-6", _START, _END, "CIN 8940", "periods of need", ({}, second)),
        *reason_and_date("LA-6", _END, _REASON, "RC7", "14/02/2025"),
        *_status(),
    )


def _status() -> tuple[Rule, ...]:
    closed = v(_STATUS.name) == "closed"
    text = (
        "The case status and the closure date do not agree: {}. Check both and fix the wrong one, or explain why they "
        "are right."
    )
    return (
        Rule(
            "LA-6.case_status.closed",
            column=_STATUS.name,
            severity="query",
            fails_where=~closed & v(_END.name).is_not_null(),
            message=text.format("there is a closure date, so the status is e) Closed episode"),
            source="Annex A",
            fails_on=({_STATUS.name: "c) Child in need plan"},),
        ),
        Rule(
            "LA-6.case_status.open",
            column=_STATUS.name,
            severity="query",
            fails_where=closed & raw(_END.name).is_null(),
            message=text.format("a closed episode has a closure date"),
            source="Annex A",
            fails_on=({_END.name: None, _REASON.name: None},),
        ),
    )


LA_6 = annex_contract(
    6,
    "Children in need",
    "One row for each child and period of need: in need at the announcement or in the window; not care leavers, not "
    "children "
    "who were only referred.",
    (DISABILITY, _START, _NEED, _SEEN, _END, _REASON, _STATUS, *WORKERS),
    _START.name,
    _rules,
)
