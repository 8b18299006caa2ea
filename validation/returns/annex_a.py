"""What the council's Annex A lists share: the child's columns, their rules, and rules about spells of work."""

from datetime import date

import polars as pl

from models.words import long
from validation.contract.codes import ETHNICITY, YNU
from validation.contract.codes_annex_a import GENDER
from validation.contract.context import Context
from validation.contract.identifiers import bad_form
from validation.contract.model import Column, Contract, RulesOf, Sheet, raw, v
from validation.contract.rules import Row, Rule, Severity, WholeRule

ID, GENDER_OF, ETHNICITY_OF = "Child Unique ID", "Gender", "Ethnicity"
BORN, AGE = "Date of Birth", "Age of Child (Years)"
YES, NO = "a) Yes", "b) No"
_OLDEST = 25
SCHOOL_AGES = (5, 15)
"""The youngest and the oldest at which a child is of compulsory school age throughout the year."""
_MOST_UNKNOWN = 0.02
_FEW_UNKNOWN = 2

CHILD = (
    Column(
        ID,
        "string",
        "The council's own number for the child, the same in every list.",
        "CH000123",
        "yes",
        block="LA",
        key="child_id",
    ),
    Column(
        GENDER_OF,
        "category",
        "The child's gender; c) Not stated/recorded for an unborn child.",
        "b) Female",
        "yes",
        GENDER,
        block="LA",
        key="gender",
    ),
    Column(
        ETHNICITY_OF, "category", "The child's ethnicity.", "a) WBRI", "yes", ETHNICITY, block="LA", key="ethnicity"
    ),
    Column(
        BORN,
        "date",
        "The child's date of birth; blank only if the child is unborn.",
        "14/03/2020",
        "conditional",
        when="unless the child is unborn",
        block="LA",
        key="date_of_birth",
    ),
    Column(
        AGE,
        "integer",
        "The child's age in whole years on the day of the extract; blank only if the child is unborn.",
        "4",
        "conditional",
        when="unless the child is unborn",
        minimum=0,
        block="LA",
        key="age",
    ),
)
DISABILITY = Column(
    "Does the Child have a Disability",
    "category",
    "Whether the child has a disability.",
    "b) No",
    "yes",
    YNU,
    block="LA",
    key="disability",
)
WORKERS = (
    Column(
        "Allocated Team", "string", "The team that holds the case.", "Assessment team 2", "yes", block="LA", key="team"
    ),
    Column("Allocated Worker", "string", "The worker who holds the case.", "SW1042", "yes", block="LA", key="worker"),
)


def annex_contract(
    number: int, title: str, purpose: str, columns: tuple[Column, ...], key: str, rules: RulesOf
) -> Contract:
    """Return the contract of an Annex A list: the child's columns first, its own after them.

    Args:
        number: of the list.
        title: what it lists.
        purpose: who and what belongs in it.
        columns: those after the child's.
        key: the column that with the child's number tells rows apart.
        rules: of this list alone.
    """
    code = f"LA-{number}"

    def both(context: Context) -> tuple[Rule, ...]:
        return (*_child_rules(context), *rules(context))

    sheet = Sheet(code, (*CHILD, *columns), (ID, key), both, whole=(_UNKNOWN_SHARE,))
    return Contract(code, f"Annex A List {number}: {title}", "local_authority", purpose, (sheet,))


def age_on(born: pl.Expr, day: date) -> pl.Expr:
    """Return the age in whole years on a day; 0 where that is before the birth."""
    # Month and day as one number: a day's place in the year shifts by one after 29 February.
    before = born.dt.month().cast(pl.Int32) * 100 + born.dt.day() > day.month * 100 + day.day
    return pl.max_horizontal(pl.lit(day.year) - born.dt.year() - before.cast(pl.Int32), pl.lit(0))


def _child_rules(context: Context) -> tuple[Rule, ...]:
    return (
        Rule(
            "LA.child_id.format",
            column=ID,
            severity="error",
            fails_where=bad_form(v(ID), r"^[A-Z0-9]{1,20}$"),
            cellwise=True,
            message="The council's number for a child has at most 20 letters and digits and nothing else, for example "
            "CH000123.",
            source="CIN 1570, 1580",
            fails_on=({ID: "CH 12/3"},),
        ),
        *_birth(context),
        *_one_child(),
    )


def _birth(context: Context) -> tuple[Rule, ...]:
    born, day = v(BORN), context.extracted
    # Where the day of the extract is not given, the age may be that of any day on which the list can have been drawn:
    # a list is often drawn on one day and received on another, and a child's birthday may lie between them.
    first = context.drawn_from
    disagrees = (born <= day) & ((v(AGE) < age_on(born, first)) | (v(AGE) > age_on(born, context.drawn_by)))
    sign = (v(GENDER_OF) != "U") | v(AGE).is_not_null()
    unborn: Row = {BORN: None, AGE: None, GENDER_OF: "c) Not stated/recorded"}
    return (
        Rule(
            "LA.date_of_birth.required",
            column=BORN,
            severity="error",
            fails_where=raw(BORN).is_null() & sign,
            message=(
                "The date of birth is blank although the row has an age or a gender, as for a child who is born. Give "
                "the date, for example 14/03/2020; for an unborn child blank the age too and give c) Not "
                "stated/recorded."
            ),
            source="Annex A; CIN 8750",
            passes_on=({}, unborn),
            fails_on=({BORN: None},),
        ),
        Rule(
            "LA.date_of_birth.future",
            column=BORN,
            severity="error",
            fails_where=born > day,
            cellwise=True,
            message=(
                f"The date of birth is after the day of the extract ({long(day)}). Check the day, month and year; "
                "leave it blank for an unborn child."
            ),
            source="CIN 8520",
            fails_on=({BORN: "01/01/2090"},),
        ),
        Rule(
            "LA.date_of_birth.oldest",
            column=BORN,
            severity="error",
            fails_where=age_on(born, day) > _OLDEST,
            cellwise=True,
            message=f"The date of birth makes the child older than {_OLDEST}. Check the year, for example 14/03/2020.",
            source="CIN 8775Q",
            fails_on=({BORN: "01/02/1980", AGE: "45"},),
        ),
        Rule(
            "LA.age.required",
            column=AGE,
            severity="error",
            fails_where=v(BORN).is_not_null() & raw(AGE).is_null(),
            message="The age is blank although there is a date of birth. Give the age in whole years on the day of the "
            "extract, for example 4.",
            source="Annex A",
            fails_on=({AGE: None},),
        ),
        Rule(
            "LA.age.agrees",
            column=AGE,
            severity="error",
            fails_where=disagrees,
            message=(
                f"The age is not the one that the date of birth gives on the day of the extract ({long(day)}). Check "
                "both: a child born on 14 March 2020 is 4 until 13 March 2025."
            ),
            source="domain list LA-1",
            fails_on=({AGE: "7"},),
        ),
    )


def _one_child() -> tuple[Rule, ...]:
    def varies(column: str) -> pl.Expr:
        # By the least and the greatest, which pass over blanks: a blank beside a value is no other value.
        return v(ID).is_not_null() & (v(column).min().over(v(ID)) != v(column).max().over(v(ID)))

    text = "The rows of one child number give more than one {0}. Check that the number is the child's, and {1}."
    return (
        Rule(
            "LA.date_of_birth.same_child",
            column=BORN,
            severity="error",
            fails_where=varies(BORN),
            message=text.format("date of birth", "give the same date in every row"),
            source="X03",
            fails_on=({}, {BORN: "15/03/2020"}),
        ),
        Rule(
            "LA.gender.same_child",
            column=GENDER_OF,
            severity="query",
            fails_where=varies(GENDER_OF),
            message=text.format("gender", "give the same in every row, or explain"),
            source="X03",
            fails_on=({}, {GENDER_OF: "a) Male"}),
        ),
        Rule(
            "LA.ethnicity.same_child",
            column=ETHNICITY_OF,
            severity="query",
            fails_where=varies(ETHNICITY_OF),
            message=text.format("ethnicity", "give the same in every row, or explain"),
            source="X03",
            fails_on=({}, {ETHNICITY_OF: "t) NOBT"}),
        ),
    )


def _unknown(frame: pl.DataFrame, _: Context) -> str:
    """Return of how many born children the gender is not stated, where that is more than 2 in 100."""
    children = frame.select(v(BORN), v(ID), v(GENDER_OF))
    born = children.filter(v(BORN).is_not_null()).unique(v(ID).meta.output_name(), keep="first", maintain_order=True)
    unknown = born.filter(v(GENDER_OF) == "U").height
    # A few are no sign of a fault: of a short list two would already be more than 2 in 100.
    return str(unknown) if unknown > max(_FEW_UNKNOWN, born.height * _MOST_UNKNOWN) else ""


_UNKNOWN_SHARE = WholeRule(
    "LA.gender.unknown_share",
    column=GENDER_OF,
    severity="query",
    find=_unknown,
    message=(
        "The gender of {what} born children is not stated, more than 2 in 100. Enter a) Male or b) Female where you "
        "hold it, or explain why it is not known."
    ),
    source="CIN 2886Q",
    example="12",
    fails_on=tuple({ID: f"CH00012{n}", GENDER_OF: "c) Not stated/recorded"} for n in range(3)),
)


def repeated(code: str, column: Column, severity: Severity, message: str) -> Rule:
    """Return the rule that a child has one row for each value of a column."""
    complete = v(ID).is_not_null() & v(column.name).is_not_null()
    fail = complete & pl.struct(v(ID), v(column.name)).is_duplicated()
    return Rule(
        f"{code}.{column.id}.unique",
        column=column.name,
        severity=severity,
        fails_where=fail,
        message=message,
        source="CIN 8510",
        fails_on=({}, {}),
    )


def before_conception(code: str, column: Column, what: str) -> Rule:
    """Return the query whether something can have happened more than 40 weeks before the birth."""
    message = (
        f"{what} is more than 40 weeks before the birth. Check both dates and fix the wrong one, or explain why they "
        "are right."
    )
    fail = v(column.name) < v(BORN) - pl.duration(days=280)
    return Rule(
        f"{code}.{column.id}.before_conception",
        column=column.name,
        severity="query",
        fails_where=fail,
        message=message,
        source="CIN 8606",
        fails_on=({BORN: "01/02/2025", AGE: "0", column.name: "01/02/2024"},),
    )


def ended_before(code: str, column: Column, context: Context, what: str, example: Row) -> Rule:
    """Return the rule that what has ended did so in the window, or is still going on."""
    start = context.window_start
    message = (
        f"{what} ended before the window, which begins on {long(start)}. Check the date; if it is right, leave the row "
        "out."
    )
    return Rule(
        f"{code}.{column.id}.window",
        column=column.name,
        severity="error",
        fails_where=v(column.name) < start,
        cellwise=True,
        message=message,
        source="X09",
        fails_on=(example,),
    )


def two_open(code: str, column: Column, still_open: pl.Expr, severity: Severity, source: str, what: str) -> Rule:
    """Return the rule that a child has one open spell at most, reported on the column of its start.

    Args:
        code: of the list.
        column: the start.
        still_open: True where the row's spell is open.
        severity: of the rule.
        source: of the rule.
        what: the spell, in the plural.
    """
    fail = v(ID).is_not_null() & still_open & (still_open.cast(pl.Int32).sum().over(v(ID)) > 1)
    then = "give the end of the one that is over" + (", or explain why both are open" if severity == "query" else "")
    message = f"The child has 2 open {what}. Check the rows, and {then}."
    return Rule(
        f"{code}.{column.id}.two_open",
        column=column.name,
        severity=severity,
        fails_where=fail,
        message=message,
        source=source,
    )


def overlapping(code: str, start: Column, end: Column, source: str, what: str, examples: tuple[Row, ...]) -> Rule:
    """Return the rule that a child's spells follow one another, reported on the end of the earlier one."""
    still_open = raw(end.name).is_null()
    following = v(start.name).shift(-1).over(v(ID), order_by=v(start.name))
    following_open = still_open.shift(-1).over(v(ID), order_by=v(start.name))
    overlaps = (v(end.name) > following) | (still_open & ~following_open)
    # Of two rows with the same start another rule speaks.
    fail = v(ID).is_not_null() & (following > v(start.name)) & overlaps
    message = (
        f"The child's {what} overlap: the next one starts before this one ends. Check the dates of both rows, and fix "
        "the wrong one."
    )
    return Rule(
        f"{code}.{end.id}.overlap",
        column=end.name,
        severity="error",
        fails_where=fail,
        message=message,
        source=source,
        fails_on=examples,
    )


def reason_and_date(code: str, day: Column, reason: Column, reason_example: str, day_example: str) -> tuple[Rule, Rule]:
    """Return the rules that an end has a date and a reason, or neither."""
    return (
        Rule(
            f"{code}.{reason.id}.required",
            column=reason.name,
            severity="error",
            fails_where=v(day.name).is_not_null() & raw(reason.name).is_null(),
            message=f"There is a date of the end but no reason. Give the reason, for example {reason_example}.",
            source="CIN 8805",
            fails_on=({reason.name: None},),
        ),
        Rule(
            f"{code}.{day.id}.required",
            column=day.name,
            severity="error",
            fails_where=v(reason.name).is_not_null() & raw(day.name).is_null(),
            message=(
                f"There is a reason for the end but no date. Give it, for example {day_example}, or blank the reason."
            ),
            source="CIN 8810",
            fails_on=({day.name: None},),
        ),
    )


def counted(code: str, column: Column, what: str) -> Rule:
    """Return the query whether a count of 12 months can be less than the child's rows in this list, the last aside."""
    fail = v(ID).is_not_null() & (v(column.name) < pl.len().over(v(ID)).cast(pl.Int64) - 1)
    message = (
        f"The number of {what} in 12 months is less than the child's rows in this list. Check the number, or explain."
    )
    return Rule(
        f"{code}.{column.id}.fewer",
        column=column.name,
        severity="query",
        fails_where=fail,
        message=message,
        source="domain list " + code,
        fails_on=({column.name: "0"},) * 3,
    )
