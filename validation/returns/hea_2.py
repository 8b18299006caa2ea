"""HEA-2: urgent care and ambulance attendances of children, adult victims and perpetrators."""

from validation.contract.codes import YN, YNU
from validation.contract.codes_agencies import ATTENDANCE_SETTING, PATIENT_ROLE
from validation.contract.context import Context
from validation.contract.derived import needed
from validation.contract.identifiers import bad_nhs_number
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule
from validation.contract.table_rules import in_order, in_window, not_after, ods_code, once

_COLUMNS = (
    Column("attendance_ref", "string", "Your reference of the attendance.", "ED2501140012", "yes"),
    Column("nhs_number", "string", "The patient's NHS number: 10 digits.", "9434765919", shape="compact"),
    Column("provider_ods_code", "string", "The ODS code of the provider.", "RHW01", "yes", shape="upper"),
    Column("attend_datetime", "datetime", "When the patient attended, in the window.", "14/01/2025 23:05", "yes"),
    Column("setting", "category", "Where the patient was seen.", "ed", "yes", ATTENDANCE_SETTING),
    Column("patient_role", "category", "Who the patient is in the abuse.", "child", "yes", PATIENT_ROLE),
    Column("da_identified", "category", "Whether abuse was identified.", "Yes", "yes", YNU),
    Column(
        "child_in_household_asked", "category", "Whether staff asked about children in the home.", "Yes", "yes", YNU
    ),
    Column("safeguarding_referral", "category", "Whether a safeguarding referral was made.", "Yes", "yes", YN),
    Column(
        "referral_datetime",
        "datetime",
        "When the referral was made.",
        "15/01/2025 01:20",
        "conditional",
        when="if a referral was made",
    ),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    attended, referred = "attend_datetime", "referral_datetime"
    made = v("safeguarding_referral")
    early = {attended: "01/02/2021 10:00", referred: "01/02/2021 12:00"}
    return (
        once(
            "HEA-2",
            "attendance_ref",
            ("attendance_ref",),
            "2 rows have the same attendance. Give each attendance one row.",
        ),
        *_patient(),
        in_window("HEA-2", attended, context, "The attendance", early),
        needed("HEA-2", referred, made == "Yes", "where a referral was made", "15/01/2025 01:20"),
        in_order(
            "HEA-2",
            referred,
            attended,
            referred,
            "The referral is before the attendance. Check both times, and fix the wrong one.",
            {referred: "14/01/2025 20:00"},
        ),
        not_after("HEA-2", referred, context.extracted, "The referral"),
        Rule(
            "HEA-2.safeguarding_referral.time",
            column="safeguarding_referral",
            severity="error",
            fails_where=(made == "No") & v(referred).is_not_null(),
            message="There is the time of a referral although none was made. Answer Yes, or blank the time.",
            source="domain list HEA-2",
            fails_on=({"safeguarding_referral": "No"},),
        ),
    )


def _patient() -> tuple[Rule, ...]:
    return (
        Rule(
            "HEA-2.nhs_number.check_digit",
            column="nhs_number",
            severity="error",
            fails_where=bad_nhs_number(v("nhs_number")),
            cellwise=True,
            message=(
                "The NHS number is not valid: it has 10 digits, of which the last is a check digit. Copy it again from "
                "your system, for example 943 476 5919; leave the cell blank if you do not hold it."
            ),
            source="NHS data dictionary",
            fails_on=({"nhs_number": "9434765918"},),
        ),
        Rule(
            "HEA-2.nhs_number.findable",
            column="nhs_number",
            severity="query",
            fails_where=(v("patient_role") == "child") & raw("nhs_number").is_null(),
            message=(
                "This child cannot be looked for in other agencies' lists. Give the NHS number, for example 943 476 "
                "5919, or explain why none is held."
            ),
            source="this project",
            fails_on=({"nhs_number": None},),
        ),
        ods_code("HEA-2", "provider_ods_code"),
    )


HEA_2 = Contract(
    "HEA-2",
    "Urgent care and ambulance attendances",
    "health",
    "One row for each attendance in the window of a child, an adult victim or a perpetrator of the theme.",
    (Sheet("HEA-2", _COLUMNS, ("attendance_ref",), _rules),),
)
