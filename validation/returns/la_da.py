"""LA-DA: the council's list of children within the theme, one row for each child."""

import polars as pl

from models.words import long
from validation.contract.codes import CASE_STATUS, ETHNICITY, FACTORS, NO_FACTORS, SEX, SOURCE, YNU
from validation.contract.context import Context
from validation.contract.derived import needed
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import Column, Contract, Sheet, raw, v
from validation.contract.rules import Rule, WholeRule
from validation.returns.annex_a import SCHOOL_AGES, age_on

_MOST_UNKNOWN = 0.02
_FEW_UNKNOWN = 2
_ROLES = CHILDREN["LA-DA"][1]

_COLUMNS = (
    Column(
        "la_child_id", "string", "The council's own number for the child, the same in every list.", "CH000123", "yes"
    ),
    Column("nhs_number", "string", "The child's NHS number: 10 digits.", "9434765919", shape="compact"),
    Column(
        "upn",
        "string",
        "The child's unique pupil number: a letter and 12 characters.",
        "H801200001001",
        shape="compact",
    ),
    Column("unborn", "bool", "Whether the child was unborn at the announcement.", "No", "yes"),
    Column("date_of_birth", "date", "The child's date of birth.", "14/03/2020", "conditional", when="unless unborn"),
    Column(
        "expected_date_of_birth", "date", "The expected date of birth.", "02/06/2025", "conditional", when="if unborn"
    ),
    Column("sex", "category", "The child's sex; U for an unborn child.", "F", "yes", SEX),
    Column(
        "ethnicity",
        "category",
        "The child's ethnicity, as in the census of children in need.",
        "WBRI",
        "yes",
        ETHNICITY,
    ),
    Column("disability", "category", "Whether the child has a disability.", "No", "yes", YNU),
    Column(
        "household_id",
        "string",
        "One reference for all children of a household, so that siblings are seen together.",
        "H00045",
        "yes",
    ),
    Column(
        "case_status",
        "category",
        "The highest status of the child's case at the extract.",
        "child_in_need_plan",
        "yes",
        CASE_STATUS,
    ),
    Column(
        "da_factor_codes",
        "list",
        "The factors of the theme found at assessment, separated by semicolons.",
        "3B; 3C",
        "yes",
        FACTORS,
    ),
    Column("first_da_contact_date", "date", "The first contact about the theme, ever.", "12/11/2024", "yes"),
    Column(
        "latest_da_contact_date",
        "date",
        "The latest contact about the theme; it must be in the window.",
        "14/01/2025",
        "yes",
    ),
    Column(
        "contacts_in_window",
        "integer",
        "How many contacts about the theme there were in the window.",
        "2",
        "yes",
        minimum=1,
    ),
    Column("referral_source_latest", "category", "Who made the latest referral.", "6", codes=SOURCE),
    Column(
        "police_incident_ref", "string", "The police's reference of the latest incident, if you hold it.", "43250012345"
    ),
    Column("marac_heard", "category", "Whether a Marac heard the case in the window.", "No", "yes", YNU),
    Column(
        "pre_birth_assessment",
        "category",
        "Whether there is a pre-birth assessment.",
        "Yes",
        "conditional",
        YNU,
        when="if unborn",
    ),
    Column("allocated_team", "string", "The team, not the person, that holds the case.", "Assessment team 2"),
)

_UNBORN: dict[str, str | None] = {
    "unborn": "Yes",
    "date_of_birth": None,
    "expected_date_of_birth": "02/06/2025",
    "sex": "U",
    "pre_birth_assessment": "Yes",
}


def _rules(context: Context) -> tuple[Rule, ...]:
    born = ~v("unborn")
    return (
        needed("LA-DA", "date_of_birth", born, "unless the child is unborn", "14/03/2020", unborn="No"),
        needed("LA-DA", "expected_date_of_birth", v("unborn"), "for an unborn child", "02/06/2025", **_UNBORN),
        needed("LA-DA", "pre_birth_assessment", v("unborn"), "for an unborn child", "Yes", **_UNBORN),
        *_birth(context),
        *_unique(),
        *_theme(context),
        *_dates(context),
        _pupil(context),
        *identity_rules(context, _ROLES),
    )


def _birth(context: Context) -> tuple[Rule, ...]:
    band = context.theme.age_band
    age = (v("date_of_birth") <= context.born_after) | (v("date_of_birth") > context.born_by)
    both = v("date_of_birth").is_not_null() & v("expected_date_of_birth").is_not_null()
    unasked = pl.lit(not band.unborn) & v("unborn")
    unborn_text = (
        "An unborn child cannot have a date of birth. Give the expected date of birth, or say that the child is born."
    )
    rules = (
        Rule(
            "LA-DA.date_of_birth.age",
            column="date_of_birth",
            severity="error",
            fails_where=age,
            cellwise=True,
            message=(
                f"The child is outside the theme's ages: it asks for children {band.ages} on "
                f"{long(context.announced)}. Check the date of birth; if it is right, leave the child out."
            ),
            source="X12",
            passes_on=({"date_of_birth": f"{context.born_by:%d/%m/%Y}"},),
            fails_on=({"date_of_birth": "01/02/1999"},),
        ),
        Rule(
            "LA-DA.date_of_birth.unborn",
            column="date_of_birth",
            severity="error",
            fails_where=v("unborn") & v("date_of_birth").is_not_null(),
            message=unborn_text,
            source="CIN 8525Q",
            fails_on=({**_UNBORN, "date_of_birth": "14/03/2020"},),
        ),
        Rule(
            "LA-DA.expected_date_of_birth.born",
            column="expected_date_of_birth",
            severity="error",
            fails_where=both & ~v("unborn"),
            message=(
                "A child who is born has no expected date of birth. Blank this cell, or say that the child is unborn."
            ),
            source="CIN 8525Q",
            fails_on=({"expected_date_of_birth": "02/06/2025"},),
        ),
        Rule(
            "LA-DA.sex.unborn",
            column="sex",
            severity="error",
            fails_where=v("unborn") & (v("sex") != "U"),
            message=(
                "The row is about an unborn child, whose sex is recorded as U. Enter U, or say that the child is born."
            ),
            source="CIN 8750",
            fails_on=({**_UNBORN, "sex": "F"},),
        ),
    )
    if band.unborn:
        return rules
    message = "The theme does not ask for unborn children. Leave the child out."
    return (
        *rules,
        Rule(
            "LA-DA.unborn.not_asked",
            column="unborn",
            severity="error",
            fails_where=unasked,
            cellwise=True,
            message=message,
            source="theme",
            fails_on=(_UNBORN,),
        ),
    )


def _unique() -> tuple[Rule, ...]:
    def twice(name: str) -> pl.Expr:
        return v(name).is_not_null() & v(name).is_duplicated()

    person = [v(n).str.to_lowercase() for n in ("forename", "surname")] + [v("date_of_birth")]
    complete = pl.all_horizontal(p.is_not_null() for p in person)
    same = complete & pl.struct(person).is_duplicated() & ~v("la_child_id").is_duplicated()
    other = {"la_child_id": "CH000124", "nhs_number": None, "upn": None}
    text = (
        "2 rows have the same {}. Each child has one row and a number of their own: check both, and keep one row "
        "for each child."
    )
    return (
        Rule(
            "LA-DA.la_child_id.unique",
            column="la_child_id",
            severity="error",
            fails_where=twice("la_child_id"),
            message=text.format("council number"),
            source="CIN 8510",
            fails_on=({"nhs_number": None, "upn": None}, {"nhs_number": None, "upn": None}),
        ),
        Rule(
            "LA-DA.nhs_number.unique",
            column="nhs_number",
            severity="error",
            fails_where=twice("nhs_number"),
            message=text.format("NHS number"),
            source="CIN 8510",
            fails_on=({}, {**other, "nhs_number": "9434765919"}),
        ),
        Rule(
            "LA-DA.upn.unique",
            column="upn",
            severity="error",
            fails_where=twice("upn"),
            message=text.format("UPN"),
            source="CIN 1520",
            fails_on=({}, {**other, "upn": "H801200001001"}),
        ),
        Rule(
            "LA-DA.la_child_id.same_child",
            column="la_child_id",
            severity="query",
            fails_where=same,
            message=(
                "Another row has the same names and date of birth under another council number. If it is one child, "
                "keep one row; if not, explain."
            ),
            source="this project",
            fails_on=({}, other),
        ),
    )


def _theme(context: Context) -> tuple[Rule, ...]:
    factors, column = list(context.theme.cohort_factors), context.theme.lists.named("da_factor_codes")
    codes = v(column)
    listed = ", ".join(factors)
    outside = next((code for code in ("11A", "3A", *FACTORS.values) if code not in factors), "")
    none = codes.list.contains(NO_FACTORS) & (codes.list.len() > 1)
    # A theme that asks about every factor leaves no child out.
    of_theme = Rule(
        f"LA-DA.{column}.theme",
        column=column,
        severity="error",
        fails_where=~pl.any_horizontal(codes.list.contains(f) for f in factors),
        cellwise=True,
        message=(
            f"None of the factors is one that this theme asks about. Give at least one of {listed}; if none was "
            "found, leave the child out."
        ),
        source="domain list LA-DA",
        passes_on=({column: factors[0]},),
        fails_on=({column: outside},),
    )
    return (
        *((of_theme,) if outside else ()),
        Rule(
            f"LA-DA.{column}.repeated",
            column=column,
            severity="error",
            fails_where=codes.list.len() != codes.list.n_unique(),
            cellwise=True,
            message="A factor is given twice. Give each factor once, for example 3B; 4B.",
            source="CIN 8869",
            fails_on=({column: "3A; 3A"},),
        ),
        Rule(
            f"LA-DA.{column}.none",
            column=column,
            severity="error",
            fails_where=none,
            cellwise=True,
            message="The code 21 says that there are no factors, but there are other codes. Remove 21, or the others.",
            source="CIN 8898",
            fails_on=({column: "3A; 21"},),
        ),
    )


def _dates(context: Context) -> tuple[Rule, ...]:
    named = context.theme.lists.named
    first, latest = named("first_da_contact_date"), named("latest_da_contact_date")
    window = f"{long(context.window_start)} to {long(context.announced)}"
    outside = ~v(latest).is_between(context.window_start, context.announced)
    early = v(first) < pl.coalesce(v("date_of_birth"), v("expected_date_of_birth")) - pl.duration(days=280)
    return (
        Rule(
            f"LA-DA.{first}.order",
            column=first,
            severity="error",
            fails_where=v(first) > v(latest),
            message="The first contact is after the latest contact. Check both dates, and fix the wrong one.",
            source="CIN 8608",
            fails_on=({first: "15/01/2025", latest: "14/01/2025"},),
        ),
        Rule(
            f"LA-DA.{latest}.window",
            column=latest,
            severity="error",
            fails_where=outside,
            cellwise=True,
            message=(
                f"The latest contact is outside the window, which is {window}. Check the date; if it is right, leave "
                "the child out."
            ),
            source="X09",
            fails_on=({first: "01/01/2021", latest: "01/02/2021"},),
        ),
        Rule(
            f"LA-DA.{first}.before_conception",
            column=first,
            severity="query",
            fails_where=early,
            message=(
                "The first contact is more than 40 weeks before the (expected) birth. Check both dates and fix the "
                "wrong one, or explain why they are right."
            ),
            source="CIN 8606",
            fails_on=({first: "01/01/2018"},),
        ),
    )


def _pupil(context: Context) -> Rule:
    """Return the query whether a child of school age has a UPN; most children of a young cohort have none yet."""
    age = age_on(v("date_of_birth"), context.announced)
    return Rule(
        "LA-DA.upn.absent",
        column="upn",
        severity="query",
        fails_where=age.is_between(*SCHOOL_AGES) & raw("upn").is_null(),
        message=(
            "There is no UPN although the child is of school age. Enter it, for example H801200001001, or explain why "
            "the child has none."
        ),
        source="CIN 8770Q",
        passes_on=({}, {"date_of_birth": "01/02/2022", "upn": None}),
        fails_on=({"date_of_birth": "01/02/2015", "upn": None},),
        added=True,
    )


def _unknown(frame: pl.DataFrame, _: Context) -> str:
    """Return how many born children are of unknown sex, where that is more than 2 in 100."""
    # Two columns are all that is looked at; a filter of the whole frame would copy a million rows of it.
    born = frame.select(v("unborn"), v("sex")).filter(~v("unborn").fill_null(False))
    unknown = born.filter(v("sex") == "U").height
    return str(unknown) if unknown > max(_FEW_UNKNOWN, born.height * _MOST_UNKNOWN) else ""


_UNKNOWN_SHARE = WholeRule(
    "LA-DA.sex.unknown_share",
    column="sex",
    severity="query",
    find=_unknown,
    message=(
        "The sex of {what} born children is unknown, more than 2 in 100. Enter M or F where you hold it, or explain "
        "why it is not known."
    ),
    source="CIN 2886Q",
    example="12",
    fails_on=({"sex": "U"},) * 3,
)

LA_DA = Contract(
    "LA-DA",
    "Children within the theme known to the council",
    "local_authority",
    "One row for each child, within the theme's ages, known in the window to any service of the council with the "
    "theme's "
    "factors present.",
    (
        Sheet(
            "LA-DA",
            (*_COLUMNS, *block(_ROLES, {c.name for c in _COLUMNS})),
            ("la_child_id",),
            _rules,
            whole=(_UNKNOWN_SHARE,),
        ),
    ),
)
