"""Rules turn exactly at their edges: of a few rows that lie on both sides of one, those are found that should be."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from models.themes import theme
from tests.validation.rows import CONTEXT, frame_of
from validation.contract.context import Context
from validation.contract.model import Contract
from validation.contract.rules import Row, Rule
from validation.engine.running import run
from validation.returns import CONTRACTS
from validation.telling.rulebook import declared


@dataclass(frozen=True)
class Edge:
    """Rows of one sheet, as changes to its example row, and which of them, from 0, break a rule."""

    rule: str
    code: str
    rows: tuple[Row, ...]
    found: tuple[int, ...]
    sheet: str = ""
    context: Context = replace(CONTEXT, sample_refs=("C-7F3K", "C-8G4L"))


def _edge(rule: str, *rows: Row, found: tuple[int, ...], **more: object) -> Edge:
    code = str(more.pop("code", rule.split(".")[0]))
    return Edge(rule, code, rows, found, **more)  # type: ignore[arg-type]


def _dates(column: str, *cells: str | None, **others: str | None) -> tuple[Row, ...]:
    return tuple({**others, column: cell} for cell in cells)


_CSE = replace(CONTEXT, theme=theme("child-sexual-exploitation-2016"))
_DRAWN = replace(CONTEXT, extract=date(2025, 2, 25))

_UNBORN: Row = {"unborn": "Yes", "date_of_birth": None, "expected_date_of_birth": "02/06/2025", "sex": "U"}
_OTHER: Row = {"la_child_id": "CH000124", "nhs_number": None, "upn": None}
_BORN, _AGE, _GENDER, _ID = "Date of Birth", "Age of Child (Years)", "Gender", "Child Unique ID"
_S47 = "Strategy discussion initiating Section 47 Enquiry Start Date"
_ICPC, _UNNEEDED = (
    "Date of Initial Child Protection Conference",
    "Was an Initial Child Protection Conference deemed unnecessary?",
)
_PLAN_OF = "Did the Initial Child Protection Conference Result in a Child Protection Plan"
_ASSESSED, _AUTHORISED = "Continuous Assessment Start Date", "Continuous Assessment Date of Authorisation"
_NEED, _CLOSED, _REASON = "CIN Start Date", "CIN Closure Date", "Reason for Closure"
_PLAN, _ENDED, _REVIEW = (
    "Child Protection Plan Start Date",
    "Child Protection Plan End Date",
    "Date of latest review conference",
)
_S47S = "Number of Section 47 Enquiries in the last 12 months"

_COUNCIL: tuple[Edge, ...] = (
    _edge(
        "LA-DA.date_of_birth.age",
        *_dates("date_of_birth", "24/02/2017", "25/02/2017", "24/02/2025", "25/02/2025"),
        found=(0, 3),
    ),
    _edge("LA-DA.date_of_birth.unborn", {}, _UNBORN, {**_UNBORN, "date_of_birth": "14/03/2020"}, found=(2,)),
    _edge(
        "LA-DA.expected_date_of_birth.born",
        {"expected_date_of_birth": "02/06/2025"},
        {"date_of_birth": None, "expected_date_of_birth": "02/06/2025"},
        {**_UNBORN, "date_of_birth": "14/03/2020"},
        {},
        found=(0,),
    ),
    _edge(
        "LA-DA.first_da_contact_date.order",
        *_dates("first_da_contact_date", "13/01/2025", "14/01/2025", "15/01/2025", latest_da_contact_date="14/01/2025"),
        found=(2,),
    ),
    _edge("LA-DA.sex.unborn", {}, {"sex": "U"}, _UNBORN, {**_UNBORN, "sex": "F"}, found=(3,)),
    _edge("LA-DA.la_child_id.unique", {"la_child_id": None}, {"la_child_id": None}, {}, {}, _OTHER, found=(2, 3)),
    _edge("LA-DA.nhs_number.unique", {"nhs_number": None}, {"nhs_number": None}, {}, {}, found=(2, 3)),
    _edge("LA-DA.upn.unique", {"upn": None}, {"upn": None}, {}, {}, found=(2, 3)),
    _edge("LA-DA.la_child_id.same_child", {}, _OTHER, {"forename": "Ann", "la_child_id": "CH1"}, found=(0, 1)),
    _edge("LA-DA.la_child_id.same_child", {}, {}, found=()),
    _edge("LA-DA.la_child_id.same_child", {"surname": None}, {**_OTHER, "surname": None}, found=()),
    _edge("LA-DA.la_child_id.same_child", {"surname": "OAK"}, {**_OTHER, "surname": "Oak"}, found=(0, 1)),
    _edge("LA-DA.la_child_id.same_child", {"forename": "OAK"}, {**_OTHER, "forename": "Oak"}, found=(0, 1)),
    _edge(
        "LA-DA.da_factor_codes.theme",
        *_dates("da_factor_codes", "3A", "3B; 16A", "3C", "16A", "16A; 4B", None),
        found=(3, 4),
    ),
    _edge("LA-DA.da_factor_codes.repeated", *_dates("da_factor_codes", "3A; 3B", "3A; 3A; 3B", "3A"), found=(1,)),
    _edge("LA-DA.da_factor_codes.none", *_dates("da_factor_codes", "21", "21; 3A", "3A; 3B"), found=(1,)),
    _edge(
        "LA-DA.first_da_contact_date.before_conception",
        *_dates("first_da_contact_date", "08/06/2019", "07/06/2019"),
        {**_UNBORN, "first_da_contact_date": "26/08/2024"},
        {**_UNBORN, "first_da_contact_date": "25/08/2024"},
        found=(1, 3),
    ),
    _edge(
        "LA-DA.upn.absent",
        *_dates("date_of_birth", "24/02/2020", "25/02/2020", "25/02/2009", "24/02/2009", upn=None),
        {"date_of_birth": "24/02/2015"},
        found=(0, 2),
    ),
    _edge("LA-DA.unborn.not_asked", {}, _UNBORN, found=(1,), context=_CSE),
    _edge(
        "LA.age.agrees",
        *({_BORN: "01/03/2020", _AGE: age} for age in "3456"),
        {_BORN: "24/02/2025", _AGE: "0"},
        {_BORN: "25/02/2025", _AGE: "7"},
        {_BORN: "24/02/2025", _AGE: "3"},
        found=(0, 3, 6),
        code="LA-1",
    ),
    _edge(
        "LA.age.agrees",
        *({_BORN: "25/02/2020", _AGE: age} for age in "456"),
        *({_BORN: "26/02/2020", _AGE: age} for age in "345"),
        *({_BORN: "25/01/2020", _AGE: age} for age in "45"),
        *({_BORN: "26/03/2020", _AGE: age} for age in "45"),
        found=(0, 2, 3, 5, 6, 9),
        code="LA-1",
        context=replace(_DRAWN, drawn=date(2025, 2, 25)),
    ),
    # Received on that day, and drawn on it or the day before: the birthday may be either side of it.
    _edge(
        "LA.age.agrees",
        *({_BORN: "25/02/2020", _AGE: age} for age in "456"),
        *({_BORN: "26/02/2020", _AGE: age} for age in "345"),
        found=(2, 3, 5),
        code="LA-1",
        context=_DRAWN,
    ),
    _edge(
        "LA.date_of_birth.required",
        {},
        {_BORN: None, _AGE: None, _GENDER: "c) Not stated/recorded"},
        {_BORN: None, _AGE: "4", _GENDER: "c) Not stated/recorded"},
        {_BORN: None, _AGE: None, _GENDER: "a) Male"},
        {_BORN: None, _AGE: None, _GENDER: "d) Neither"},
        found=(2, 3, 4),
        code="LA-1",
    ),
    _edge("LA.date_of_birth.future", *_dates(_BORN, "24/02/2025", "25/02/2025", None), found=(1,), code="LA-1"),
    _edge("LA.date_of_birth.oldest", *_dates(_BORN, "25/02/1999", "24/02/1999"), found=(1,), code="LA-1"),
    _edge("LA.age.required", {}, {_AGE: None}, {_BORN: None, _AGE: None}, found=(1,), code="LA-1"),
    *(
        _edge(f"LA.{name}.same_child", {}, {column: other}, {_ID: "CH2", column: other}, found=(0, 1), code="LA-1")
        for name, column, other in (
            ("date_of_birth", _BORN, "15/03/2020"),
            ("gender", _GENDER, "a) Male"),
            ("ethnicity", "Ethnicity", "g) MWBA"),
        )
    ),
    _edge("LA.gender.same_child", {_ID: None}, {_ID: None, _GENDER: "a) Male"}, found=(), code="LA-1"),
    _edge("LA-1.contact.before_conception", *_dates("Date of Contact", "08/06/2019", "07/06/2019"), found=(1,)),
    _edge("LA-2.start.unique", {}, {}, {_ID: "CH2"}, {"Assessment start date": "21/01/2025"}, found=(0, 1)),
    _edge("LA-2.start.unique", {_ID: None}, {_ID: None}, found=()),
    _edge("LA-2.end.window", *_dates("Assessment completion date", "24/08/2024", "23/08/2024", None), found=(1,)),
    _edge(
        "LA-3.referrals_12m.fewer",
        *({"Number of Referrals in Last 12 Months": n} for n in "012"),
        {_ID: "CH2", "Number of Referrals in Last 12 Months": "0"},
        found=(0, 1),
    ),
    _edge("LA-3.referrals_12m.fewer", *({_ID: None, "Number of Referrals in Last 12 Months": "0"},) * 3, found=()),
    _edge(
        "LA-4.authorised.late",
        {_ASSESSED: "12/11/2024", _AUTHORISED: "20/01/2025"},
        {_ASSESSED: "12/11/2024", _AUTHORISED: "17/01/2025"},
        {_ASSESSED: "12/11/2024", _AUTHORISED: None},
        found=(0,),
    ),
    _edge(
        "LA-4.authorised.overdue",
        {_ASSESSED: "18/12/2024", _AUTHORISED: None},
        {_ASSESSED: "17/12/2024", _AUTHORISED: None},
        {_ASSESSED: "17/12/2024", _AUTHORISED: "23/02/2025"},
        found=(1,),
    ),
    _edge("LA-4.start.two_open", {_AUTHORISED: None}, {}, found=()),
    _edge("LA-4.start.two_open", {_AUTHORISED: None}, {_AUTHORISED: None, _ID: "CH2"}, found=()),
    _edge("LA-4.start.two_open", {_AUTHORISED: None, _ID: None}, {_AUTHORISED: None, _ID: None}, found=()),
    _edge("LA-5.icpc.order", *_dates(_ICPC, "19/01/2025", "20/01/2025", "21/01/2025"), found=(0,)),
    _edge(
        "LA-5.icpc.late",
        *_dates(_ICPC, "10/02/2025", "11/02/2025"),
        found=(1,),
    ),
    _edge(
        "LA-5.icpc.overdue",
        {_ICPC: None, _UNNEEDED: None, _S47: "03/02/2025"},
        {_ICPC: None, _UNNEEDED: None, _S47: "31/01/2025"},
        {_ICPC: None, _UNNEEDED: "a) Yes", _S47: "31/01/2025"},
        {_ICPC: None, _UNNEEDED: "b) No", _S47: "31/01/2025"},
        {_ICPC: None, _UNNEEDED: "perhaps", _S47: "31/01/2025"},
        {_S47: "31/01/2025"},
        found=(1, 3),
    ),
    _edge("LA-5.icpc.weekend", *_dates(_ICPC, "31/01/2025", "01/02/2025", "02/02/2025", "01/01/2025"), found=(1, 2, 3)),
    _edge(
        "LA-5.icpc_unnecessary.held",
        {_UNNEEDED: "a) Yes"},
        {_UNNEEDED: "a) Yes", _ICPC: None},
        {_UNNEEDED: "b) No"},
        found=(0,),
    ),
    _edge(
        "LA-5.icpc_plan.not_held",
        *({_PLAN_OF: plan, _ICPC: None} for plan in ("a) Yes", "b) No", "c) Unknown", None)),
        {},
        found=(0, 1),
    ),
    _edge(
        "LA-5.strategy_discussion.two_open",
        {_ICPC: None, _UNNEEDED: None},
        {_ICPC: None},
        {_UNNEEDED: None},
        found=(),
    ),
    _edge("LA-5.s47s_12m.fewer", *({_S47S: n} for n in "012"), found=(0, 1)),
    _edge(
        "LA-6.case_status.closed",
        {"Case Status": "c) Child in need plan"},
        {"Case Status": "c) Child in need plan", _CLOSED: None},
        {},
        found=(0,),
    ),
    _edge("LA-6.case_status.open", {_CLOSED: None}, {}, {"Case Status": "c)", _CLOSED: None}, found=(0,)),
    _edge("LA-6.closure_reason.required", {_REASON: None}, {_REASON: None, _CLOSED: None}, {}, found=(0,)),
    _edge("LA-6.closed.required", {_CLOSED: None}, {_REASON: None, _CLOSED: None}, {}, found=(0,)),
    _edge(
        "LA-6.closed.overlap",
        {_NEED: "10/09/2024", _CLOSED: "10/10/2024"},
        {_NEED: "10/10/2024", _CLOSED: "11/11/2024"},
        {_NEED: "10/11/2024", _CLOSED: None},
        found=(1,),
    ),
    _edge(
        "LA-6.closed.overlap",
        {_NEED: "10/09/2024", _CLOSED: None},
        {_NEED: "10/10/2024", _CLOSED: "11/11/2024"},
        {_NEED: "10/09/2024", _CLOSED: None, _ID: "CH2"},
        {_NEED: "10/10/2024", _CLOSED: None, _ID: "CH2"},
        {_NEED: "10/09/2024", _CLOSED: None, _ID: None},
        {_NEED: "10/10/2024", _CLOSED: "11/11/2024", _ID: None},
        found=(0,),
    ),
    *(
        _edge(
            "LA-6.closed.overlap",
            {_NEED: "10/10/2024", _CLOSED: "11/11/2024"},
            {_NEED: "10/09/2024", _CLOSED: closed},
            {_NEED: "10/12/2024", _CLOSED: None, _ID: "CH2"},
            found=(1,),
        )
        for closed in ("11/10/2024", None)
    ),
    _edge("LA-6.closed.overlap", *_dates(_CLOSED, "10/12/2024", "11/12/2024"), found=()),
    _edge("LA-7.review.order", *_dates(_REVIEW, "04/11/2024", "05/11/2024", None), found=(0,)),
    _edge("LA-7.review.weekend", *_dates(_REVIEW, "31/01/2025", "01/02/2025"), found=(1,)),
    _edge(
        "LA-7.review.first_overdue",
        {_PLAN: "24/11/2024", _REVIEW: None, _ENDED: None},
        {_PLAN: "23/11/2024", _REVIEW: None, _ENDED: None},
        {_PLAN: "04/11/2024", _REVIEW: None, _ENDED: "04/02/2025"},
        {_PLAN: "04/11/2024", _REVIEW: None, _ENDED: "05/02/2025"},
        {_PLAN: "04/11/2024", _REVIEW: None, _ENDED: "soon"},
        {_PLAN: "23/11/2023", _ENDED: None},
        found=(1, 3),
    ),
    _edge(
        "LA-7.review.next_overdue",
        {_PLAN: "01/03/2024", _REVIEW: "24/08/2024", _ENDED: None},
        {_PLAN: "01/03/2024", _REVIEW: "23/08/2024", _ENDED: None},
        {_PLAN: "23/08/2024", _REVIEW: "23/08/2024", _ENDED: None},
        found=(1,),
    ),
    _edge(
        "LA-8.interview_accepted.absent",
        *(
            {
                "Was the child offered a Return Interview after their last missing episode (Y/N)?": offered,
                "Did the child accept a Return Interview after their last missing episode (Y/N)?": accepted,
            }
            for offered, accepted in (("a) Yes", None), ("b) No", None), ("a) Yes", "b) No"), (None, None))
        ),
        found=(0,),
    ),
    _edge(
        "LA-8.interview_accepted.not_offered",
        *(
            {
                "Was the child offered a Return Interview after their last missing episode (Y/N)?": offered,
                "Did the child accept a Return Interview after their last missing episode (Y/N)?": accepted,
            }
            for offered, accepted in (("a) Yes", "a) Yes"), ("b) No", "a) Yes"), ("b) No", "b) No"), (None, "a) Yes"))
        ),
        found=(1,),
    ),
    _edge(
        "LA-8.interview_offered.absent",
        *(
            {
                "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months": n,
                "Was the child offered a Return Interview after their last missing episode (Y/N)?": offered,
            }
            for n, offered in (("0", None), ("1", None), ("1", "b) No"))
        ),
        found=(1,),
    ),
    _edge(
        "LA-8.placement_start.before_care",
        *_dates("Start Date of Most Recent Placement", "01/09/2024", "02/09/2024", "03/09/2024"),
        found=(0,),
    ),
)

_INCIDENT, _REPORTED, _TOLD = "incident_datetime", "reported_datetime", "notification_datetime"
_PARTNERS: tuple[Edge, ...] = (
    _edge(
        "POL-1.notification_datetime.late",
        *_dates(_TOLD, "16/01/2025 21:40", "16/01/2025 21:41", None),
        found=(1,),
    ),
    _edge(
        "POL-1.risk_grade.tool",
        *({"risk_grade": g, "risk_tool": t} for g in ("high", "not_assessed") for t in ("DASH", "none")),
        found=(2,),
    ),
    _edge(
        "POL-1.child_date_of_birth.age",
        *_dates("child_date_of_birth", "14/01/2007", "15/01/2007"),
        found=(0,),
    ),
    _edge(
        "POL-1.child_date_of_birth.unborn",
        {},
        {"unborn": "Yes", "child_date_of_birth": None},
        {"unborn": "Yes"},
        {"unborn": None},
        found=(2,),
    ),
    _edge(
        "POL-1.gss_code.known",
        # Barnsley's old and new code; none; Cumbria, which is no more; what is no code at all.
        *_dates("gss_code", "E06000038", "E08000016", "E08000038", "E06000099", "E10000006", "Reading"),
        found=(3, 4),
        context=replace(CONTEXT, gss=None),
    ),
    _edge("POL-1.gss_code.area", {"gss_code": "E06000038"}, {"gss_code": "E08000019"}, found=(1,)),
    _edge(
        "POL-1.gss_code.form",
        *_dates("gss_code", "E06000038", "E08000019", "E09000001", "E10000002", "E07000001", "E0600003", "xE06000038"),
        found=(4, 5, 6),
        context=replace(CONTEXT, gss=None),
    ),
    _edge(
        "POL-1.crime_number.required",
        {"crime_number": None},
        {"crime_recorded": "non_crime", "crime_number": None},
        found=(0,),
    ),
    _edge("POL-1.reported_datetime.future", *_dates(_REPORTED, "10/03/2025 10:00", "11/03/2025 10:00"), found=(1,)),
    _edge("POL-2.end_datetime.too_long", *_dates("end_datetime", "17/01/2025 22:10", "17/01/2025 22:11"), found=(1,)),
    _edge(
        "POL-2.end_datetime.absent",
        *_dates("start_datetime", "21/02/2025 10:00", "20/02/2025 10:00", end_datetime=None),
        {"start_datetime": "20/02/2025 10:00"},
        found=(1,),
    ),
    _edge("POL-2.child_date_of_birth.age", *_dates("child_date_of_birth", "14/01/2007", "15/01/2007"), found=(0,)),
    _edge("POL-3.date_of_birth.age", *_dates("date_of_birth", "24/02/2009", "25/02/2009"), found=(1,)),
    _edge(
        "POL-3.managed_by_probation.findable",
        {"crn": None, "pnc_id": None},
        {"crn": None},
        {"pnc_id": None},
        {"managed_by_probation": "No", "crn": None, "pnc_id": None},
        found=(0,),
    ),
    *(
        _edge(
            f"{code}.mappa_level.category",
            *({"mappa_level": level, "mappa_category": category} for level in "01" for category in "01"),
            found=(2,),
        )
        for code in ("POL-3", "PRO-1")
    ),
    _edge(
        "MAR-1.ric_ticks.reason",
        *({"referral_reason": "visible_high_risk", "ric_ticks": n} for n in ("13", "14", "15")),
        {"referral_reason": "professional_judgement", "ric_ticks": "3"},
        found=(0,),
    ),
    _edge(
        "MAR-1.repeat.reason",
        *({"referral_reason": r, "repeat": a} for r in ("repeat", "escalation") for a in ("Yes", "No")),
        found=(1,),
    ),
    _edge(
        "MAR-1.referral_date.late",
        {"meeting_date": "06/02/2025", "referral_date": "09/01/2025"},
        {"meeting_date": "06/02/2025", "referral_date": "08/01/2025"},
        found=(1,),
    ),
    _edge("MAR-1.actions_completed.more", *({"actions_set": "3", "actions_completed": n} for n in "234"), found=(2,)),
    _edge("MAR-1.children_in_household.rows", *({"children_in_household": n} for n in "012"), found=(0, 2)),
    _edge(
        "PRO-1.date_of_birth.age",
        *_dates("date_of_birth", "01/10/2006", "02/10/2006", order_start="01/10/2024"),
        found=(1,),
    ),
    _edge(
        "PRO-1.order_start.window",
        {"order_start": "01/01/2020", "order_end": "24/08/2024"},
        {"order_start": "01/01/2020", "order_end": "23/08/2024"},
        {"order_start": "24/02/2025", "order_end": None},
        {"order_start": "25/02/2025", "order_end": None},
        {"order_start": "01/01/2020", "order_end": None},
        found=(1, 3),
    ),
    _edge(
        "PRO-1.oasys_date.absent",
        {"order_start": "03/02/2025", "oasys_date": None},
        {"order_start": "04/02/2025", "oasys_date": None},
        {"order_start": "03/02/2025"},
        found=(0,),
    ),
    _edge(
        "PRO-1.rosh_overall.highest",
        *(
            {"rosh_overall": o, "rosh_children": "LOW", "rosh_known_adult": k, "rosh_public": "LOW", "rosh_staff": s}
            for o, k, s in (
                ("HIGH", "HIGH", "LOW"),
                ("LOW", "LOW", "MEDIUM"),
                ("VERY_HIGH", "VERY_HIGH", "LOW"),
                ("HIGH", "MEDIUM", "LOW"),
                ("HIGH", "MEDIUM", "zz"),
            )
        ),
        found=(1, 3),
    ),
    _edge(
        "PRO-1.probation_region.area",
        *_dates("probation_region", "South Central", "London", None),
        found=(1,),
    ),
    _edge(
        "PRO-1.date_of_birth.age",
        {"probation_region": "London"},
        {"date_of_birth": "01/01/2015"},
        found=(1,),
        context=replace(CONTEXT, gss=None),
    ),
    _edge("PRO-1.sara_completed.no", *_dates("sara_completed", "Yes", "No", "Unknown"), found=(1,)),
    _edge(
        "PRO-1.sara_partner.required",
        *({"sara_completed": a, "sara_partner": p} for a in ("Yes", "No") for p in ("high", None)),
        found=(1,),
    ),
    _edge(
        "PRO-1.sara_others.required",
        *({"sara_completed": a, "sara_others": p} for a in ("Yes", "No") for p in ("high", None)),
        found=(1,),
    ),
    _edge(
        "PRO-1.police_check_date.required",
        *({"police_da_checks_made": a, "police_check_date": None} for a in ("Yes", "No", "Unknown")),
        found=(0,),
    ),
    _edge(
        "HEA-1.mother_nhs_number.twins",
        {"expected_date_of_birth": "02/06/2025", "date_of_birth": None},
        {"expected_date_of_birth": "02/06/2025", "date_of_birth": None},
        {"expected_date_of_birth": "02/06/2025", "date_of_birth": None, "service": "gp"},
        {"expected_date_of_birth": "02/06/2025", "date_of_birth": None, "mother_nhs_number": None},
        {},
        found=(0, 1),
    ),
    _edge(
        "ID.date_of_birth.plausible",
        *_dates("date_of_birth", "14/03/2020", "24/02/1999", "23/02/1999", "01/01/1900", "01/01/1970", "31/12/1969"),
        found=(2, 3, 4, 5),
        code="HEA-1",
    ),
    _edge(
        "HEA-1.hv_contact_stage.age",
        *_dates("date_of_birth", "24/02/2023", "25/02/2023", hv_contact_stage="antenatal"),
        {"date_of_birth": "24/02/2020"},
        found=(0,),
    ),
    _edge(
        "HEA-1.expected_date_of_birth.born",
        {"expected_date_of_birth": "02/06/2025"},
        {"expected_date_of_birth": "02/06/2025", "date_of_birth": None},
        {},
        found=(0,),
    ),
    *(
        _edge(
            f"HEA-1.{column}.required",
            *({"service": s, column: None} for s in ("health_visiting", "maternity", "gp")),
            found=found,
        )
        for column, found in (("routine_enquiry_made", (0, 1)), ("hv_contact_stage", (0,)), ("hv_level", (0,)))
    ),
    _edge(
        "HEA-1.referral_to_csc_date.under_13",
        *_dates(
            "date_of_birth",
            "15/01/2012",
            "16/01/2012",
            "14/01/2012",
            service="sexual_health",
            last_contact="15/01/2025",
            referral_to_csc_date=None,
        ),
        {"date_of_birth": "16/01/2012", "service": "gp", "last_contact": "15/01/2025", "referral_to_csc_date": None},
        {"date_of_birth": "16/01/2012", "service": "sexual_health", "last_contact": "15/01/2025"},
        found=(1,),
    ),
    _edge(
        "HEA-2.safeguarding_referral.time",
        *(
            {"safeguarding_referral": a, "referral_datetime": t}
            for a in ("Yes", "No")
            for t in ("15/01/2025 01:20", None)
        ),
        found=(2,),
    ),
    _edge(
        "HEA-2.nhs_number.findable",
        *({"patient_role": r, "nhs_number": n} for r in ("child", "adult_victim") for n in ("9434765919", None)),
        found=(1,),
    ),
    _edge(
        "EDU-1.encompass_notifications_6m.none",
        *({"encompass_notifications_6m": n, "latest_encompass_date": d} for n in "01" for d in ("15/01/2025", None)),
        found=(0,),
    ),
    _edge(
        "EDU-1.latest_encompass_date.required",
        *({"encompass_notifications_6m": n, "latest_encompass_date": None} for n in "012"),
        found=(1, 2),
    ),
    _edge(
        "EDU-1.encompass_notifications_6m.early_years",
        *(
            {"setting_type": s, "encompass_notifications_6m": n}
            for s in ("nursery", "childminder", "school")
            for n in "01"
        ),
        found=(1, 3),
    ),
    _edge(
        "EDU-1.la_child_id.unique_without_setting",
        *({"setting_type": "none", "setting_urn": None},) * 2,
        {"setting_type": "eh_educated", "setting_urn": None},
        {},
        {},
        found=(0, 1),
    ),
    _edge(
        "EDU-1.la_child_id.unique_without_setting",
        *({"setting_type": None, "setting_urn": None},) * 2,
        *({"la_child_id": None, "setting_type": "none", "setting_urn": None},) * 2,
        found=(),
    ),
    _edge("EDU-1.upn.two_children", {}, {"la_child_id": "CH2"}, {"la_child_id": "CH3", "upn": None}, found=(0, 1)),
    _edge(
        "EDU-1.upn.two_children",
        *({"la_child_id": child} for child in ("CH1", "CH2", None)),
        {"la_child_id": "AA1", "upn": "A801200001002"},
        {"la_child_id": "ZZ1", "upn": "B801200001003"},
        found=(0, 1),
    ),
    _edge("EDU-1.upn.two_children", {"upn": None}, {"upn": None, "la_child_id": "CH2"}, {}, {}, found=()),
    _edge(
        "EDU-1.setting_type.missing_education",
        *_dates("date_of_birth", "24/02/2020", "25/02/2020", "25/02/2009", "24/02/2009", setting_type="none"),
        {"date_of_birth": "24/02/2015", "setting_type": "school"},
        found=(0, 2),
    ),
    _edge(
        "EDU-1.setting_urn.required",
        *(
            {"setting_type": s, "setting_urn": None}
            for s in ("nursery", "childminder", "school", "eh_educated", "none")
        ),
        found=(0, 1, 2),
    ),
    _edge(
        "YJS-1.date_of_birth.age",
        *_dates("date_of_birth", "04/11/2014", "05/11/2014", "25/08/2006", "24/08/2006"),
        {"date_of_birth": "25/02/2025"},
        found=(1, 3),
    ),
    _edge("YJS-1.date_of_birth.age", *_dates("date_of_birth", "24/02/2025", "25/02/2025"), found=(0,)),
    _edge("YJS-1.end_date.window", *_dates("end_date", "24/08/2024", "23/08/2024", None), found=(1,)),
    _edge("VOL-1.closed_date.window", *_dates("closed_date", "24/08/2024", "23/08/2024", None), found=(1,)),
    _edge("EVAL.completed_date.late", *_dates("completed_date", "06/03/2025", "07/03/2025"), found=(1,)),
    _edge("EVAL.completed_date.future", *_dates("completed_date", "20/03/2025", "21/03/2025"), found=(1,)),
    _edge("EVAL.completed_date.order", *_dates("completed_date", "23/08/2024", "24/08/2024"), found=(0,)),
    _edge("EVAL.sample_ref.sample", *_dates("sample_ref", "c-7f3k", "C-8G4L", "C-0000"), found=(2,)),
    _edge("EVAL.agency.own", *_dates("agency", "police", "health"), found=(1,)),
)

EDGES = (*_COUNCIL, *_PARTNERS)


@pytest.mark.parametrize("edge", EDGES, ids=[f"{n}-{edge.rule}" for n, edge in enumerate(EDGES)])
def test_rule_turns_at_its_edge(edge: Edge) -> None:
    contract = CONTRACTS[edge.code]
    sheet = next(s for s in contract.sheets if s.name == (edge.sheet or edge.code))
    rule = next(r for r in declared(contract, sheet, edge.context) if r.id == edge.rule)
    assert isinstance(rule, Rule)
    found = run(frame_of(contract, sheet, edge.rows), [rule])["index"].to_list()
    assert sorted(found) == list(edge.found)


_SEXES = {"LA-DA": ("sex", "U", "F")} | {
    f"LA-{n}": ("Gender", "c) Not stated/recorded", "b) Female") for n in range(1, 9)
}


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_rules_of_whole_sheets_turn_at_their_edge(contract: Contract) -> None:
    if contract.code == "EVAL":
        _evaluations_are_complete()
    if contract.code not in _SEXES:
        return
    column, unknown, known = _SEXES[contract.code]
    rule = contract.main.whole[0]

    def found(unknowns: int, knowns: int, **more: str | None) -> str:
        cells = [unknown] * unknowns + [known] * knowns
        rows = [{contract.main.columns[0].name: f"CH{n}", column: cell, **more} for n, cell in enumerate(cells)]
        return rule.find(frame_of(contract, contract.main, rows), CONTEXT)

    assert (found(2, 0), found(3, 0)) == ("", "3")
    assert (found(3, 147), found(3, 146)) == ("", "3")
    unborn = {"unborn": "Yes"} if contract.code == "LA-DA" else {"Date of Birth": None}
    assert found(3, 0, **unborn) == ""
    if contract.code == "LA-DA":
        assert found(3, 0, unborn=None) == "3"
    else:
        assert found(3, 0, **{contract.main.columns[0].name: "CH1"}) == ""


def _evaluations_are_complete() -> None:
    contract = CONTRACTS["EVAL"]
    rule = contract.main.whole[0]

    def missing(refs: int, given: int) -> str:
        asked = replace(CONTEXT, sample_refs=tuple(f"c-{n}" for n in range(refs)))
        rows = [{"sample_ref": f"C-{n}"} for n in range(given)]
        return rule.find(frame_of(contract, contract.main, rows), asked)

    assert missing(3, 3) == ""
    assert missing(3, 1) == "c-1, c-2"
    ten = ", ".join(f"c-{n}" for n in range(1, 11))
    assert (missing(11, 1), missing(12, 1)) == (ten, f"{ten} and 1 more")


def test_the_ages_that_a_theme_asks_for_are_told() -> None:
    band, contract = CONTEXT.theme.age_band, CONTRACTS["LA-DA"]

    def told(youngest: int) -> str:
        bands = band.model_copy(update={"youngest": youngest, "oldest": 7})
        context = replace(CONTEXT, theme=CONTEXT.theme.model_copy(update={"age_band": bands}))
        return next(r.message for r in contract.main.rules(context) if r.id == "LA-DA.date_of_birth.age")

    assert "asks for children under 8 on" in told(0)
    assert "asks for children 3 to 7 on" in told(3)
