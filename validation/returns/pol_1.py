"""POL-1: the police's domestic abuse incidents with children, one row for each child and incident."""

import polars as pl

from models.areas import authority_numbers, codes_of
from validation.contract.codes import (
    CHILD_PRESENT,
    CRIME,
    ENCOMPASS,
    OFFENCE,
    ORDERS,
    OUTCOME,
    RELATIONSHIP,
    RISK_GRADE,
    RISK_TOOL,
    YNU,
)
from validation.contract.context import Context
from validation.contract.derived import needed
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule
from validation.contract.table_rules import day_of, in_order, in_window, not_after, once, pnc_id

_ROLES = CHILDREN["POL-1"][1]
_ADULT = 18
_LATE_HOURS = 48
# Unitary authorities, metropolitan districts, London boroughs and counties.
_CODE = r"^E(06|08|09|10)[0-9]{6}$"

_COLUMNS = (
    Column("incident_ref", "string", "Your reference of the incident.", "43250012345", "yes"),
    Column(
        "child_seq",
        "integer",
        "1 for the first child of the incident, 2 for the second, and so on.",
        "1",
        "yes",
        minimum=1,
    ),
    Column("incident_datetime", "datetime", "When it happened; it must be in the window.", "14/01/2025 21:35", "yes"),
    Column("reported_datetime", "datetime", "When it was reported.", "14/01/2025 21:40", "yes"),
    Column("gss_code", "string", "The code of the inspected area.", "E06000038", "yes", shape="upper"),
    Column("crime_recorded", "category", "Whether it was recorded as a crime.", "crime", "yes", CRIME),
    Column(
        "crime_number", "string", "The crime number.", "43250012345/25", "conditional", when="if a crime was recorded"
    ),
    Column("offence_group", "category", "The group of the main offence.", "coercive_control", codes=OFFENCE),
    Column("risk_tool", "category", "The risk assessment that was used.", "DASH", "yes", RISK_TOOL),
    Column(
        "risk_grade", "category", "The risk found; not_assessed only where no tool was used.", "high", "yes", RISK_GRADE
    ),
    Column("child_present", "category", "What the child saw or heard.", "present_heard", "yes", CHILD_PRESENT),
    Column("child_spoken_to", "category", "Whether an officer spoke to the child.", "Yes", "yes", YNU),
    Column("child_la_id", "string", "The council's number for the child, if you hold it.", "CH000123"),
    Column("child_nhs_number", "string", "The child's NHS number, if you hold it.", "9434765919", shape="compact"),
    Column(
        "child_date_of_birth", "date", "The child's date of birth.", "14/03/2020", "conditional", when="unless unborn"
    ),
    Column("unborn", "bool", "Whether the child was unborn.", "No", "yes"),
    Column("victim_ref", "string", "Your pseudonymous reference of the victim.", "V10023", "yes"),
    Column("suspect_ref", "string", "Your pseudonymous reference of the suspect.", "S10023", "yes"),
    Column(
        "victim_suspect_relationship",
        "category",
        "What the suspect is to the victim.",
        "ex_partner",
        "yes",
        RELATIONSHIP,
    ),
    Column("suspect_pnc_id", "string", "The suspect's PNC ID.", "2003/0011985X", shape="upper"),
    Column("repeat_victim_12m", "integer", "Earlier incidents with this victim in 12 months.", "2", "yes", minimum=0),
    Column("notification_to_csc", "category", "Whether children's social care was notified.", "Yes", "yes", YNU),
    Column(
        "notification_datetime",
        "datetime",
        "When it was notified.",
        "15/01/2025 08:10",
        "conditional",
        when="if notified",
    ),
    Column(
        "encompass_notified", "category", "Whether the school was told (Operation Encompass).", "yes", "yes", ENCOMPASS
    ),
    Column("outcome", "category", "What came of the incident.", "arrest", "yes", OUTCOME),
    Column("protective_order", "category", "A protective order made or sought.", "none", codes=ORDERS),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    return (*_presence(), *_times(context), *_facts(context), *identity_rules(context, _ROLES))


def _presence() -> tuple[Rule, ...]:
    both = v("unborn") & raw("child_date_of_birth").is_not_null()
    text = (
        "An unborn child cannot have a date of birth. Blank this cell and give the expected date, or say that the "
        "child is born."
    )
    return (
        needed("POL-1", "crime_number", v("crime_recorded") == "crime", "where a crime was recorded", "43250012345/25"),
        needed("POL-1", "child_date_of_birth", ~v("unborn"), "unless the child is unborn", "14/03/2020", unborn="No"),
        needed(
            "POL-1",
            "notification_datetime",
            v("notification_to_csc") == "Yes",
            "where children's social care was notified",
            "15/01/2025 08:10",
        ),
        Rule(
            "POL-1.child_date_of_birth.unborn",
            column="child_date_of_birth",
            severity="error",
            fails_where=both,
            message=text,
            source="CIN 8525Q",
            fails_on=({"unborn": "Yes", "child_date_of_birth": "14/03/2020"},),
        ),
    )


def _times(context: Context) -> tuple[Rule, ...]:
    incident, reported, notified = "incident_datetime", "reported_datetime", "notification_datetime"
    late = v(notified) - v(reported) > pl.duration(hours=_LATE_HOURS)
    return (
        in_window(
            "POL-1", incident, context, "The incident", {incident: "01/02/2021 10:00", reported: "01/02/2021 10:05"}
        ),
        in_order(
            "POL-1",
            reported,
            incident,
            reported,
            "The report is before the incident. Check both times, and fix the wrong one.",
            {reported: "13/01/2025 10:00"},
        ),
        in_order(
            "POL-1",
            notified,
            reported,
            notified,
            "The notification is before the report. Check both times, and fix the wrong one.",
            {notified: "14/01/2025 10:00"},
        ),
        not_after("POL-1", reported, context.drawn_by, "The report"),
        not_after("POL-1", notified, context.drawn_by, "The notification"),
        Rule(
            "POL-1.notification_datetime.late",
            column=notified,
            severity="query",
            fails_where=late,
            message=(
                f"Children's social care was notified more than {_LATE_HOURS} hours after the report. Check both times "
                "and fix the wrong one, or explain why they are right."
            ),
            source="domain list POL-1",
            fails_on=({notified: "20/01/2025 10:00"},),
        ),
    )


def _of_area(context: Context) -> tuple[Rule, ...]:
    """Return the rule that an incident is of the inspected area; where none is known, as at home, nobody can tell."""
    if context.gss is None:
        return ()
    gss = "gss_code"
    # What is no code at all, or of no council, breaks a rule of its own.
    elsewhere = v(gss).is_in(sorted(authority_numbers())) & ~v(gss).is_in(codes_of(context.gss))
    rule = Rule(
        "POL-1.gss_code.area",
        column=gss,
        severity="error",
        fails_where=elsewhere,
        cellwise=True,
        message=(
            f"The incident is not of the inspected area. Its code is {context.gss}: check that the list was drawn for "
            "this area, and leave out incidents elsewhere."
        ),
        source="X09",
        fails_on=({gss: "E06000039"},),
    )
    return (rule,)


def _facts(context: Context) -> tuple[Rule, ...]:
    grade, pnc, gss = "risk_grade", "suspect_pnc_id", "gss_code"
    unassessed = (v(grade) == "not_assessed") & (v("risk_tool") != "none")
    age = v("child_date_of_birth").dt.offset_by(f"{_ADULT}y") <= day_of("incident_datetime")
    form = v(gss).str.contains(_CODE)
    return (
        once(
            "POL-1",
            "incident_ref",
            ("incident_ref", "child_seq"),
            "2 rows have the same incident and child. Number the children of an incident 1, 2, 3, and give each one "
            "row.",
        ),
        Rule(
            "POL-1.gss_code.form",
            column=gss,
            severity="error",
            fails_where=~form,
            cellwise=True,
            message=(
                f"The cell is not the code of a local authority, such as {context.gss or 'E06000038'}. If it is the "
                "name of the inspected area, enter its code instead. The incident stays in the list."
            ),
            source="ONS codes of local authorities",
            fails_on=({gss: "Reading"},),
        ),
        Rule(
            "POL-1.gss_code.known",
            column=gss,
            severity="error",
            fails_where=form & ~v(gss).is_in(sorted(authority_numbers())),
            cellwise=True,
            message=(
                "No council in England with children's services has this code, or no longer has it. Enter the code "
                f"that the council has now, such as {context.gss or 'E06000038'}."
            ),
            source="ONS codes of local authorities",
            fails_on=({gss: "E06000099"},),
        ),
        *_of_area(context),
        Rule(
            "POL-1.risk_grade.tool",
            column=grade,
            severity="error",
            fails_where=unassessed,
            message=(
                "The risk is not assessed although a tool is named. Give the grade found, for example medium, or enter "
                "none as the tool."
            ),
            source="domain list POL-1",
            fails_on=({grade: "not_assessed"},),
        ),
        pnc_id("POL-1", pnc),
        Rule(
            "POL-1.child_date_of_birth.age",
            column="child_date_of_birth",
            severity="error",
            fails_where=age,
            message=(
                "The person was 18 or older at the incident, so is not a child of this list. Check the date of birth; "
                "if it is right, leave the row out."
            ),
            source="domain list POL-1",
            fails_on=({"child_date_of_birth": "01/01/2000"},),
        ),
    )


POL_1 = Contract(
    "POL-1",
    "Domestic abuse incidents with children",
    "police",
    "One row for each child and incident: every domestic abuse incident in the window at which a child was present "
    "or lives, "
    "or is expected.",
    (Sheet("POL-1", (*_COLUMNS, *block(_ROLES, {c.name for c in _COLUMNS})), ("incident_ref", "child_seq"), _rules),),
)
