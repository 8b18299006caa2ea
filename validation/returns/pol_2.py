"""POL-2: children taken into police protection (Children Act 1989, section 46)."""

import polars as pl

from validation.contract.codes import YN
from validation.contract.codes_agencies import PROTECTION_REASON
from validation.contract.context import Context
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule
from validation.contract.table_rules import day_of, in_order, in_window, not_after, once

_ROLES = CHILDREN["POL-2"][1]
_ADULT = 18
# The longest that the Children Act 1989, section 46, lets police protection last.
_HOURS = 72

_COLUMNS = (
    Column("incident_ref", "string", "Your reference of the incident.", "43250012345", "yes"),
    Column("child_date_of_birth", "date", "The child's date of birth.", "14/03/2020", "yes"),
    Column("child_la_id", "string", "The council's number for the child, if you hold it.", "CH000123"),
    Column("start_datetime", "datetime", "When protection began; it must be in the window.", "14/01/2025 22:10", "yes"),
    Column("end_datetime", "datetime", "When it ended; blank only while it lasts.", "15/01/2025 16:30"),
    Column("reason", "category", "Why the child was protected.", "da", "yes", PROTECTION_REASON),
    Column("designated_officer_informed", "category", "Whether the designated officer was informed.", "Yes", "yes", YN),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    start, end = "start_datetime", "end_datetime"
    early = {start: "01/02/2021 10:00", end: "01/02/2021 20:00"}
    return (
        in_window("POL-2", start, context, "The start", early),
        not_after("POL-2", end, context.extracted, "The end"),
        in_order(
            "POL-2",
            end,
            start,
            end,
            "Protection ended before it began. Check both times; a good one is 15/01/2025 16:30.",
            {end: "14/01/2025 20:00"},
        ),
        *_length(context),
        Rule(
            "POL-2.child_date_of_birth.age",
            column="child_date_of_birth",
            severity="error",
            fails_where=v("child_date_of_birth").dt.offset_by(f"{_ADULT}y") <= day_of(start),
            message=(
                "The person was 18 or older when protection began, so is not a child of this list. Check the date of "
                "birth, or leave the row out."
            ),
            source="Children Act 1989 s.46",
            fails_on=({"child_date_of_birth": "01/01/2000"},),
        ),
        once(
            "POL-2",
            "incident_ref",
            ("incident_ref", "child_la_id", "child_date_of_birth", start),
            "2 rows have the same incident, child and start. Keep one row for each child.",
        ),
        *identity_rules(context, _ROLES),
    )


def _length(context: Context) -> tuple[Rule, ...]:
    start, end = v("start_datetime"), v("end_datetime")
    most = pl.duration(hours=_HOURS)
    # Whole days: the day of the extract has no hour.
    over = raw("end_datetime").is_null() & (start.dt.date() + pl.duration(days=3) < context.extracted)
    return (
        Rule(
            "POL-2.end_datetime.too_long",
            column="end_datetime",
            severity="error",
            fails_where=end - start > most,
            message=(
                f"Protection lasted more than {_HOURS} hours, which the law does not allow. Check both times, for "
                "example from 14/01/2025 22:10 to 15/01/2025 16:30."
            ),
            source="Children Act 1989 s.46(6)",
            fails_on=({"end_datetime": "18/01/2025 10:00"},),
        ),
        Rule(
            "POL-2.end_datetime.absent",
            column="end_datetime",
            severity="query",
            fails_where=over,
            message=(
                f"Protection began more than {_HOURS} hours before the extract and has no end. Give the time of the "
                "end, for example 15/01/2025 16:30, or explain why it is not known."
            ),
            source="Children Act 1989 s.46(6)",
            fails_on=({"end_datetime": None},),
        ),
    )


POL_2 = Contract(
    "POL-2",
    "Children taken into police protection",
    "police",
    "One row for each child and occasion: every child taken into police protection in the window.",
    (
        Sheet(
            "POL-2",
            (*_COLUMNS, *block(_ROLES, {c.name for c in _COLUMNS})),
            ("incident_ref", "child_la_id"),
            _rules,
        ),
    ),
)
