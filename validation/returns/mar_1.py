"""MAR-1: Marac cases with children, and on a second sheet the children of each case."""

import polars as pl

from validation.contract.codes import YN, YNU
from validation.contract.codes_agencies import MARAC_REASON, MARAC_REFERRER
from validation.contract.context import Context
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import CHILD_ROWS, PARENT_KNOWN, Column, Contract, Sheet, v
from validation.contract.rules import Rule
from validation.contract.table_rules import day_of, in_order, in_window, once

_ROLES = CHILDREN["MAR-1"][1]
# Maracs usually meet every two to four weeks.
_DAYS = 28
# The threshold of the risk checklist (DASH) for visible high risk.
_TICKS = 14
_REF = Column("marac_case_ref", "string", "The Marac's reference of the case.", "M2025-014", "yes")


def _attended(who: str, words: str) -> Column:
    return Column(f"{who}_attended", "category", f"Whether {words} attended the meeting.", "Yes", "yes", YN)


_COLUMNS = (
    _REF,
    Column("meeting_date", "date", "The day of the meeting; it must be in the window.", "22/01/2025", "yes"),
    Column("referral_date", "date", "The day of the referral to the Marac.", "10/01/2025", "yes"),
    Column("referring_agency", "category", "Who referred the case.", "police", "yes", MARAC_REFERRER),
    Column("referral_reason", "category", "Why it was referred.", "visible_high_risk", "yes", MARAC_REASON),
    Column("ric_ticks", "integer", "Ticks on the risk checklist.", "16", minimum=0, maximum=24),
    Column("repeat", "category", "Whether it is a repeat case.", "No", "yes", YN),
    Column("victim_ref", "string", "Your pseudonymous reference of the victim.", "V10023", "yes"),
    Column("perpetrator_ref", "string", "Your pseudonymous reference of the perpetrator.", "S10023", "yes"),
    Column("victim_pregnant", "category", "Whether the victim is pregnant.", "No", "yes", YNU),
    Column(
        "children_in_household",
        "integer",
        "How many children live in the household or are expected: as many as rows on the sheet Children.",
        "1",
        "yes",
        minimum=0,
    ),
    Column(
        "child_la_ids",
        "list",
        "The council's numbers of those children; better, use the sheet Children.",
        "CH000123",
    ),
    _attended("csc", "children's social care"),
    _attended("health", "a health service"),
    _attended("probation", "probation"),
    _attended("police", "the police"),
    _attended("idva", "the independent domestic violence adviser"),
    _attended("education", "education"),
    Column("actions_set", "integer", "How many actions the meeting set.", "5", "yes", minimum=0),
    Column("actions_completed", "integer", "How many of them are completed.", "3", "yes", minimum=0),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    meeting, referral = "meeting_date", "referral_date"
    late = day_of(meeting) - day_of(referral) > pl.duration(days=_DAYS)
    return (
        once(
            "MAR-1",
            "marac_case_ref",
            ("marac_case_ref", meeting),
            "2 rows have the same case and meeting. Give each case one row for each meeting.",
        ),
        in_window("MAR-1", meeting, context, "The meeting", {meeting: "01/02/2021", referral: "25/01/2021"}),
        in_order(
            "MAR-1",
            referral,
            referral,
            meeting,
            "The referral is after the meeting. Check both dates, and fix the wrong one.",
            {referral: "23/01/2025"},
        ),
        Rule(
            "MAR-1.referral_date.late",
            column=referral,
            severity="query",
            fails_where=late,
            message=(
                f"The meeting was more than {_DAYS} days after the referral. Check both dates and fix the wrong one, "
                "or explain why they are right."
            ),
            source="domain list MAR-1",
            fails_on=({referral: "10/12/2024"},),
        ),
        *_risk(),
        *_numbers(),
    )


def _risk() -> tuple[Rule, ...]:
    return (
        Rule(
            "MAR-1.ric_ticks.reason",
            column="ric_ticks",
            severity="error",
            fails_where=(v("referral_reason") == "visible_high_risk") & (v("ric_ticks") < _TICKS),
            message=(
                f"The reason is visible high risk, which means {_TICKS} ticks or more on the risk checklist. Check the "
                "number of ticks, for example 16, or give another reason such as professional_judgement."
            ),
            source="SafeLives",
            fails_on=({"ric_ticks": "13"},),
        ),
        Rule(
            "MAR-1.repeat.reason",
            column="repeat",
            severity="error",
            fails_where=(v("referral_reason") == "repeat") & (v("repeat") == "No"),
            message=(
                "The case was referred as a repeat but is not marked as one. Answer Yes, or give another reason such "
                "as professional_judgement."
            ),
            source="SafeLives",
            fails_on=({"referral_reason": "repeat"},),
        ),
    )


def _numbers() -> tuple[Rule, ...]:
    # The sheet of children counts where the file has it; a CSV file comes without.
    listed = pl.coalesce(pl.col(CHILD_ROWS).cast(pl.Int64), v("child_la_ids").list.len().cast(pl.Int64))
    return (
        Rule(
            "MAR-1.children_in_household.rows",
            column="children_in_household",
            severity="query",
            fails_where=v("children_in_household") != listed,
            message=(
                "The number of children is not the number of the case's rows on the sheet Children (or of the "
                "council's numbers, where there is no such sheet). Check both and fix the wrong one, or explain why "
                "they differ."
            ),
            source="domain list MAR-1",
            fails_on=({"children_in_household": "3"},),
        ),
        Rule(
            "MAR-1.actions_completed.more",
            column="actions_completed",
            severity="error",
            fails_where=v("actions_completed") > v("actions_set"),
            message="More actions are completed than were set. Check both numbers, for example 3 of 5.",
            source="domain list MAR-1",
            fails_on=({"actions_completed": "6"},),
        ),
    )


def _child_rules(context: Context) -> tuple[Rule, ...]:
    message = (
        "The case is not on the first sheet. Add it there, or copy its reference from there, for example M2025-017."
    )
    case_listed = Rule(
        "MAR-1.Children.marac_case_ref.known",
        column="marac_case_ref",
        severity="error",
        fails_where=~pl.col(PARENT_KNOWN),
        cellwise=True,
        message=message,
        source="domain list MAR-1",
        fails_on=({"marac_case_ref": "M1999-999"},),
    )
    return (case_listed, *identity_rules(context, _ROLES))


MAR_1 = Contract(
    "MAR-1",
    "Marac cases with children",
    "marac",
    "One row for each case and meeting: every case in the window with a child in the household or expected; on the "
    "sheet "
    "Children, one row for each child. The Marac's co-ordinator fills it in, usually for police or council.",
    (
        Sheet("MAR-1", _COLUMNS, ("marac_case_ref", "meeting_date"), _rules),
        Sheet(
            "Children",
            (_REF, *block(_ROLES)),
            ("marac_case_ref", "la_child_id"),
            _child_rules,
            optional=True,
            parent="marac_case_ref",
        ),
    ),
)
