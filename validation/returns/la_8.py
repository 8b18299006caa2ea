"""LA-8: Annex A List 8, children in care."""

from validation.contract.codes import YN
from validation.contract.codes_annex_a import CEASED, IN_OUT, LA_NAME, LEGAL, NEED, PERMANENCE, PLACEMENT, PROVIDER
from validation.contract.context import Context
from validation.contract.identifiers import POSTCODE, bad_form
from validation.contract.model import Column, ColumnType, raw, v
from validation.contract.rules import Row, Rule
from validation.contract.table_rules import in_order, not_after
from validation.returns.annex_a import (
    DISABILITY,
    NO,
    WORKERS,
    YES,
    annex_contract,
    before_conception,
    ended_before,
    overlapping,
    reason_and_date,
    repeated,
    two_open,
)


def _day(name: str, key: str, guidance: str, example: str, needed: bool = False) -> Column:
    return Column(name, "date", guidance, example, "yes" if needed else "no", key=key)


def _count(name: str, key: str, guidance: str, example: str) -> Column:
    kind: ColumnType = "integer"
    return Column(name, kind, guidance, example, "yes", minimum=0, key=key)


_UASC = Column(
    "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
    "category",
    "Whether the child came alone and sought asylum in the last 12 months.",
    NO,
    "yes",
    YN,
    key="uasc",
)
_START = _day(
    "Date Started to be Looked After", "start", "The day on which the child came into care.", "02/09/2024", True
)
_NEED = Column(
    "Child's Category of Need",
    "category",
    "The child's primary need on coming into care.",
    "N1: Abuse or neglect",
    "yes",
    NEED,
    key="need",
)
_AGAIN = Column(
    "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
    "category",
    "Whether the child was in care before in the last 12 months.",
    NO,
    "yes",
    YN,
    key="second_period",
)
_LEGAL_START = _day(
    "Start date of current legal status", "legal_start", "When the legal status began.", "16/09/2024", True
)
_LEGAL = Column(
    "Child's Legal Status",
    "category",
    "The legal status now.",
    "a) Interim care order",
    "yes",
    LEGAL,
    key="legal_status",
)
_REVIEW = _day("Date of Latest Statutory Review", "review", "The day of the latest review.", "20/01/2025")
_VISIT = _day("Date of Last Social Work Visit", "last_visit", "The day of the latest visit.", "05/02/2025")
_PERMANENCE = Column(
    "What is the permanence plan for this child?",
    "category",
    "The plan for where the child will grow up.",
    "a) Return to family",
    codes=PERMANENCE,
    key="permanence_plan",
)
_IRO = _day(
    "Date of Last IRO Visit / Contact to the Child",
    "last_iro_contact",
    "The latest contact by the independent reviewing officer.",
    "13/01/2025",
)
_HEALTH = _day("Date of Last Health Assessment", "health_assessment", "The latest health assessment.", "01/10/2024")
_DENTAL = _day("Date of Last Dental Check", "dental_check", "The latest dental check.", "14/10/2024")
_PLACEMENTS = _count(
    "Number of Placements in the Last 12 months", "placements_12m", "How many placements there were.", "1"
)
_END = _day(
    "Date Ceased to be Looked After", "ceased", "The day on which care ended; blank while it goes on.", "10/02/2025"
)
_REASON = Column(
    "Reason Ceased to be Looked After",
    "category",
    "Why care ended.",
    "d) Returned home to live with parents or relatives",
    codes=CEASED,
    key="ceased_reason",
)
_PLACED = _day(
    "Start Date of Most Recent Placement", "placement_start", "When the latest placement began.", "02/09/2024", True
)
_PLACEMENT = Column(
    "Placement Type",
    "category",
    "The kind of placement.",
    "a) Foster placement",
    "yes",
    PLACEMENT,
    key="placement_type",
)
_PROVIDER = Column(
    "Placement Provider", "category", "Who provides the placement.", "a) Own LA", "yes", PROVIDER, key="provider"
)
_POSTCODE = Column(
    "Placement postcode",
    "string",
    "The postcode of the placement.",
    "RG1 1AA",
    "yes",
    shape="postcode",
    key="placement_postcode",
)
_URN = Column("URN of Placement", "string", "The Ofsted number of the placement, if it has one.", "SC123456", key="urn")
_WHERE = Column(
    "Placement Location",
    "category",
    "Whether the placement is inside the council's area.",
    "a) In",
    "yes",
    IN_OUT,
    key="location",
)
_LA = Column(
    "LA of Placement", "category", "The council in whose area the placement is.", "Reading", "yes", LA_NAME, key="la"
)
_MISSING = _count(
    "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
    "missing_12m",
    "How often the child was missing.",
    "0",
)
_ABSENT = _count(
    "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
    "absent_12m",
    "How often the child was absent.",
    "0",
)
_OFFERED = Column(
    "Was the child offered a Return Interview after their last missing episode (Y/N)?",
    "category",
    "Whether a return interview was offered; blank where the child was not missing.",
    YES,
    codes=YN,
    key="interview_offered",
)
_ACCEPTED = Column(
    "Did the child accept a Return Interview after their last missing episode (Y/N)?",
    "category",
    "Whether the child accepted the interview.",
    YES,
    codes=YN,
    key="interview_accepted",
)
_COLUMNS = (
    *(_UASC, DISABILITY, _START, _NEED, _AGAIN, _LEGAL_START, _LEGAL, _REVIEW, _VISIT, _PERMANENCE, _IRO),
    *(_HEALTH, _DENTAL, _PLACEMENTS, _END, _REASON, _PLACED, _PLACEMENT, _PROVIDER, _POSTCODE, _URN, _WHERE, _LA),
    *(_MISSING, _ABSENT, _OFFERED, _ACCEPTED, *WORKERS),
)
_PAST = (
    (_START, "The start of care"),
    (_LEGAL_START, "The start of the legal status"),
    (_REVIEW, "The review"),
    (_VISIT, "The visit"),
    (_IRO, "The reviewing officer's visit or contact"),
    (_HEALTH, "The health assessment"),
    (_DENTAL, "The dental check"),
    (_END, "The end of care"),
    (_PLACED, "The start of the placement"),
)
_OPEN: Row = {_END.name: None, _REASON.name: None}


def _rules(context: Context) -> tuple[Rule, ...]:
    text = "The child has 2 rows with the same start. Give each period of care one row."
    second: Row = {**_OPEN, _START.name: "04/11/2024", _LEGAL_START.name: "04/11/2024", _PLACED.name: "04/11/2024"}
    early: Row = {c.name: "01/02/2021" for c in (_START, _LEGAL_START, _PLACED, _END)}
    opened = two_open("LA-8", _START, raw(_END.name).is_null(), "error", "CIN 8935, adapted", "periods of care")
    return (
        *(not_after("LA-8", c.name, context.extracted, what, key=c.id) for c, what in _PAST),
        ended_before("LA-8", _END, context, "The period of care", early),
        before_conception("LA-8", _START, "The start of care"),
        repeated("LA-8", _START, "error", text),
        opened.failing_on(_OPEN, second),
        overlapping("LA-8", _START, _END, "CIN 8940, adapted", "periods of care", ({}, second)),
        *reason_and_date("LA-8", _END, _REASON, "d) Returned home to live with parents or relatives", "10/02/2025"),
        *_orders(),
        *_placement(),
        *_missing(),
    )


def _orders() -> tuple[Rule, ...]:
    after = {_END.name: "30/08/2024"}
    text = "{} after care ended. Check both dates, and fix the wrong one."
    return (
        in_order("LA-8", _END.name, _START.name, _END.name, text.format("Care began"), after, key=_END.id),
        in_order(
            "LA-8",
            _LEGAL_START.name,
            _LEGAL_START.name,
            _END.name,
            text.format("The legal status began"),
            {_LEGAL_START.name: "11/02/2025"},
            key=_LEGAL_START.id,
        ),
        in_order(
            "LA-8",
            _PLACED.name,
            _PLACED.name,
            _END.name,
            text.format("The placement began"),
            {_PLACED.name: "11/02/2025"},
            key=_PLACED.id,
        ),
        Rule(
            "LA-8.placement_start.before_care",
            column=_PLACED.name,
            severity="query",
            fails_where=v(_PLACED.name) < v(_START.name),
            message="The placement began before the child came into care. Check both dates and fix the wrong one, or "
            "explain why they are right.",
            source="CIN 8608, adapted",
            fails_on=({_PLACED.name: "01/09/2024"},),
        ),
    )


def _placement() -> tuple[Rule, ...]:
    return (
        Rule(
            "LA-8.placement_postcode.format",
            column=_POSTCODE.name,
            severity="error",
            fails_where=bad_form(v(_POSTCODE.name), POSTCODE),
            cellwise=True,
            message="The postcode is not a full UK postcode. Enter one such as RG1 1AA.",
            source="Royal Mail form",
            fails_on=({_POSTCODE.name: "RG1"},),
        ),
    )


def _missing() -> tuple[Rule, ...]:
    return (
        Rule(
            "LA-8.interview_offered.absent",
            column=_OFFERED.name,
            severity="query",
            fails_where=(v(_MISSING.name) > 0) & raw(_OFFERED.name).is_null(),
            message=(
                "The child was missing but it is not said whether a return interview was offered. Answer a) Yes or b) "
                "No, or explain why it is not known."
            ),
            source="Annex A",
            fails_on=({_MISSING.name: "2", _OFFERED.name: None, _ACCEPTED.name: None},),
        ),
        Rule(
            "LA-8.interview_accepted.absent",
            column=_ACCEPTED.name,
            severity="query",
            fails_where=(v(_OFFERED.name) == "Yes") & raw(_ACCEPTED.name).is_null(),
            message=(
                "A return interview was offered but it is not said whether the child accepted it. Answer a) Yes or b) "
                "No, or explain why it is not known."
            ),
            source="Annex A; theme of missing children",
            fails_on=({_OFFERED.name: YES, _ACCEPTED.name: None},),
            added=True,
        ),
        Rule(
            "LA-8.interview_accepted.not_offered",
            column=_ACCEPTED.name,
            severity="error",
            fails_where=(v(_ACCEPTED.name) == "Yes") & (v(_OFFERED.name) == "No"),
            message="A return interview was accepted that was not offered. Check both answers, and fix the wrong one.",
            source="Annex A",
            fails_on=({_OFFERED.name: NO},),
        ),
    )


LA_8 = annex_contract(
    8,
    "Children in care",
    "One row for each child and period of care: in care at the announcement, or until a day in the window.",
    _COLUMNS,
    _START.name,
    _rules,
)
