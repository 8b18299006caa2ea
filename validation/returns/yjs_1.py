"""YJS-1: older siblings and young parents known to youth justice."""

from validation.contract.codes import YNU
from validation.contract.codes_agencies import ASSETPLUS, DISPOSAL
from validation.contract.context import Context
from validation.contract.identity import CHILDREN, block, identity_rules
from validation.contract.model import Column, Contract, Sheet, v
from validation.contract.rules import Rule
from validation.contract.table_rules import in_order, not_after, once
from validation.returns.annex_a import age_on

_ROLES = CHILDREN["YJS-1"][1]
# From the age of criminal responsibility to the last year of youth justice.
_YOUNGEST, _OLDEST = 10, 17

_COLUMNS = (
    Column("yjs_ref", "string", "Your reference of the person.", "YJ00412", "yes"),
    Column("date_of_birth", "date", "The person's date of birth.", "11/06/2009", "yes"),
    Column("la_child_id", "string", "The council's own number for the person, if you hold it.", "CH000123"),
    Column("disposal", "category", "The disposal or programme.", "referral_order", "yes", DISPOSAL),
    Column("start_date", "date", "When it began.", "04/11/2024", "yes"),
    Column("end_date", "date", "When it ends or ended.", "03/05/2025"),
    Column("assetplus_date", "date", "The latest AssetPlus assessment.", "18/11/2024"),
    Column("safety_wellbeing", "category", "Safety and wellbeing in AssetPlus.", "medium", "yes", ASSETPLUS),
    Column("rosh", "category", "Risk of serious harm in AssetPlus.", "low", "yes", ASSETPLUS),
    Column("da_victim", "category", "Whether the person is a victim of abuse.", "Yes", "yes", YNU),
    Column("da_perpetrator", "category", "Whether the person abuses others.", "No", "yes", YNU),
)


def _rules(context: Context) -> tuple[Rule, ...]:
    start, end, born = "start_date", "end_date", "date_of_birth"
    begun = v(born).dt.offset_by(f"{_YOUNGEST}y") > v(start)
    grown = age_on(v(born), context.window_start) > _OLDEST
    ended = v(end) < context.window_start
    return (
        once(
            "YJS-1",
            "yjs_ref",
            ("yjs_ref", "disposal", start),
            "2 rows have the same person, disposal and start. Give each disposal one row.",
        ),
        Rule(
            "YJS-1.date_of_birth.age",
            column=born,
            severity="error",
            fails_where=(v(born) <= context.extracted) & (begun | grown),
            message=(
                f"The person was younger than {_YOUNGEST} when the disposal began, or older than {_OLDEST} throughout "
                "the window. Check the date of birth, for example 11/06/2009, and the start; if both are right, leave "
                "the row out."
            ),
            source="domain list YJS-1",
            fails_on=({born: "11/06/2016"},),
        ),
        in_order(
            "YJS-1",
            end,
            start,
            end,
            "The disposal starts after it ends. Check both dates, and fix the wrong one.",
            {end: "03/11/2024"},
        ),
        not_after("YJS-1", start, context.extracted, "The start"),
        not_after("YJS-1", "assetplus_date", context.extracted, "The assessment"),
        Rule(
            "YJS-1.end_date.window",
            column=end,
            severity="error",
            fails_where=ended,
            cellwise=True,
            message="The disposal ended before the window. Check its dates; if they are right, leave the row out.",
            source="X09",
            fails_on=({start: "01/02/2021", end: "01/08/2021"},),
        ),
        *identity_rules(context, _ROLES),
    )


YJS_1 = Contract(
    "YJS-1",
    "Youth justice",
    "youth_justice",
    "One row for each person aged 10 to 17 and disposal in force in the window, in a household of the list LA-DA.",
    (Sheet("YJS-1", (*_COLUMNS, *block(_ROLES, {c.name for c in _COLUMNS})), ("yjs_ref", "disposal"), _rules),),
)
