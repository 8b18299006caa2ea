"""EDU-1: the school or early years setting of each child, and the notifications it had of domestic abuse."""

import polars as pl

from validation.contract.codes import YNU
from validation.contract.codes_agencies import DSL_ACTION, SEND_STATUS, SETTING_TYPE
from validation.contract.context import Context
from validation.contract.derived import needed
from validation.contract.identifiers import bad_form
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule
from validation.contract.table_rules import in_window, once
from validation.returns.annex_a import SCHOOL_AGES, age_on

_ROLES = CHILDREN["EDU-1"][1]
_URN = r"^([0-9]{6}|EY[0-9]{4,8})$"
_INSPECTED = ["nursery", "childminder", "school"]

_COLUMNS = (
    Column(
        "la_child_id", "string", "The council's own number for the child, the same in every list.", "CH000123", "yes"
    ),
    Column("upn", "string", "The child's unique pupil number, if there is one.", "H801200001001", shape="compact"),
    Column(
        "setting_urn",
        "string",
        "The setting's number: 6 digits, or EY and digits.",
        "109876",
        "conditional",
        when="for a nursery, childminder or school",
        shape="compact",
    ),
    Column("setting_type", "category", "The kind of setting.", "school", "yes", SETTING_TYPE),
    Column(
        "attendance_pct", "decimal", "Attendance this school year, as a percentage.", "93.5", minimum=0, maximum=100
    ),
    Column(
        "encompass_notifications_6m",
        "integer",
        "Operation Encompass notifications in the window.",
        "1",
        "yes",
        minimum=0,
    ),
    Column(
        "latest_encompass_date",
        "date",
        "The day of the latest notification.",
        "15/01/2025",
        "conditional",
        when="if there was a notification",
    ),
    Column(
        "received_before_next_school_day",
        "category",
        "Whether it came before the next school day.",
        "Yes",
        "conditional",
        YNU,
        when="if there was a notification",
    ),
    Column("dsl_action", "category", "What the designated safeguarding lead did.", "monitored", "yes", DSL_ACTION),
    Column("send_status", "category", "Special educational needs support.", "none", "yes", SEND_STATUS),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    return (*_setting(), *_notifications(context), *_unique(), _missing(context), *identity_rules(context, _ROLES))


def _setting() -> tuple[Rule, ...]:
    inspected = v("setting_type").is_in(_INSPECTED)
    return (
        needed("EDU-1", "setting_urn", inspected, "for a nursery, childminder or school", "109876"),
        Rule(
            "EDU-1.setting_urn.format",
            column="setting_urn",
            severity="error",
            fails_where=bad_form(v("setting_urn"), _URN),
            cellwise=True,
            message=(
                "The setting's number is neither 6 digits nor EY and digits. Copy it again; good ones are 109876 and "
                "EY345678."
            ),
            source="Get Information about Schools; Ofsted",
            fails_on=({"setting_urn": "10987"},),
        ),
    )


def _missing(context: Context) -> Rule:
    """Return the query whether a child of school age without a setting is missing education."""
    age = age_on(v("date_of_birth"), context.announced)
    return Rule(
        "EDU-1.setting_type.missing_education",
        column="setting_type",
        severity="query",
        fails_where=age.is_between(*SCHOOL_AGES) & (v("setting_type") == "none"),
        message=(
            "The child is of school age and has no setting. Enter the setting, for example school, or eh_educated for "
            "a child educated at home; if the child is missing education, explain what is being done."
        ),
        source="theme of children missing education",
        passes_on=({}, {"date_of_birth": "01/02/2022", "setting_type": "none", "setting_urn": None}),
        fails_on=({"date_of_birth": "01/02/2015", "setting_type": "none", "setting_urn": None},),
        added=True,
    )


def _notifications(context: Context) -> tuple[Rule, ...]:
    count, day, soon = "encompass_notifications_6m", "latest_encompass_date", "received_before_next_school_day"
    some = v(count) > 0
    return (
        needed("EDU-1", day, some, "where there was a notification", "15/01/2025"),
        needed("EDU-1", soon, some, "where there was a notification", "Yes"),
        in_window("EDU-1", day, context, "The latest notification", {day: "01/02/2021"}),
        Rule(
            f"EDU-1.{count}.none",
            column=count,
            severity="error",
            fails_where=(v(count) == 0) & v(day).is_not_null(),
            message=(
                "There is the day of a notification but their number is 0. Check both: the number is 1 or more, or the "
                "day is blank."
            ),
            source="domain list EDU-1",
            fails_on=({count: "0"},),
        ),
        Rule(
            f"EDU-1.{count}.early_years",
            column=count,
            severity="info",
            fails_where=some & v("setting_type").is_in(["nursery", "childminder"]),
            message=(
                "Operation Encompass covers reception to age 17, so a notification to an early years setting is "
                "unusual. Nothing needs to be done if it is so."
            ),
            source="Operation Encompass",
            fails_on=({"setting_type": "nursery"},),
        ),
    )


def _unique() -> tuple[Rule, ...]:
    code, upn = v("la_child_id"), v("upn")
    shared = upn.is_not_null() & code.is_not_null() & (code.min().over(upn) != code.max().over(upn))
    text = "2 rows have the same child and setting. Give each child one row for each setting."
    other = {"la_child_id": "CH000124", "nhs_number": None}
    complete = pl.all_horizontal(c.is_not_null() for c in (code, v("setting_type")))
    # The rule that follows from `once` passes over blanks, and such rows have no number of a setting.
    unplaced = complete & raw("setting_urn").is_null() & pl.struct(code, v("setting_type")).is_duplicated()
    alone = {"setting_type": "none", "setting_urn": None}
    return (
        once("EDU-1", "la_child_id", ("la_child_id", "setting_urn"), text),
        Rule(
            "EDU-1.la_child_id.unique_without_setting",
            column="la_child_id",
            severity="error",
            fails_where=unplaced,
            message="2 rows have the same child without a setting. Give the child one row.",
            source="CIN 8510",
            fails_on=(alone, alone),
        ),
        Rule(
            "EDU-1.upn.two_children",
            column="upn",
            severity="error",
            fails_where=shared,
            message=(
                "One UPN appears with 2 council numbers. Check both rows: each child has a UPN and a number of its own."
            ),
            source="CIN 1520",
            fails_on=({}, other),
        ),
    )


EDU_1 = Contract(
    "EDU-1",
    "School and early years settings",
    "education",
    "One row for each child of the list LA-DA and setting: where the child is or was in the window.",
    (
        Sheet(
            "EDU-1",
            (*_COLUMNS, *block(_ROLES, {c.name for c in _COLUMNS})),
            ("la_child_id", "setting_urn"),
            _rules,
        ),
    ),
)
