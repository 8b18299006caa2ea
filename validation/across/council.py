"""Checks across the council's own Annex A lists: rules of the census of children in need that span two of them.

The census ties each assessment, enquiry and plan to one referral; Annex A lists do not. So a rule about the order of
two lists speaks only of children whose case was not open before, and of days late enough in the window for the list
of referrals to tell of it.
"""

from collections.abc import Callable, Iterable

import polars as pl

from models.timetable import add_working_days
from validation.across.area import AreaReturns, Found
from validation.across.rule import CrossRule
from validation.contract.rules import Row

_ID = "Child Unique ID"
_REFERRED, _NFA = "Date of referral", "Referral NFA?"
_ASSESSED = "Continuous Assessment Start Date"
_DISCUSSED = "Strategy discussion initiating Section 47 Enquiry Start Date"
_CONFERENCE = "Date of Initial Child Protection Conference"
_IN_NEED, _STATUS = "CIN Start Date", "Case Status"
_PLANNED, _ENDED = "Child Protection Plan Start Date", "Child Protection Plan End Date"
_IN_CARE = "Date Started to be Looked After"
# What shows that a case was open, and since when.
_OPENED = {"LA-4": _ASSESSED, "LA-5": _DISCUSSED, "LA-6": _IN_NEED, "LA-7": _PLANNED, "LA-8": _IN_CARE}
_ACTIVITY = {"LA-4": _ASSESSED, "LA-5": _DISCUSSED, "LA-7": _PLANNED}
_SETTLING_DAYS = 10
_CONFERENCE_DAYS = 15


def _days(area: AreaReturns, code: str, column: str) -> pl.DataFrame:
    """Return `row`, `child` and `day` of the rows of a list that have both."""
    dated = area.sheet(code).select("row", pl.col(_ID).alias("child"), pl.col(column).alias("day"))
    return dated.drop_nulls()


def _days_of(area: AreaReturns, lists: dict[str, str]) -> pl.DataFrame:
    """Return the days of those of these lists that are in, one under another."""
    frames = [_days(area, code, column) for code, column in lists.items() if area.has(code)]
    schema = {"row": pl.Int64, "child": pl.String, "day": pl.Date}
    return pl.concat([pl.DataFrame(schema=schema), *frames])


def _rows(frame: pl.DataFrame) -> tuple[int, ...]:
    return tuple(frame["row"].unique().sort().to_list())


def _before_referral(code: str, column: str) -> Callable[[AreaReturns], Iterable[Found]]:
    def find(area: AreaReturns) -> Iterable[Found]:
        if not area.has(code, "LA-3") or not area.complete(_OPENED):
            return
        # A list begins with the window, so what led to its first rows may lie before it.
        from_day = add_working_days(area.context.window_start, _SETTLING_DAYS)
        first = _days(area, "LA-3", _REFERRED).group_by("child").agg(pl.col("day").min().alias("referred"))
        early = _days(area, code, column).join(first, on="child").filter(pl.col("day") < pl.col("referred"))
        opened = _days_of(area, _OPENED).select("child", pl.col("day").alias("opened"))
        open_before = early.join(opened, on="child").filter(pl.col("opened") < pl.col("day"))
        unexplained = early.filter(pl.col("day") >= from_day).join(open_before, on="row", how="anti")
        yield Found(code, column, _rows(unexplained))

    return find


def _activity_after_nfa(area: AreaReturns) -> Iterable[Found]:
    if not area.has("LA-3") or not any(area.has(code) for code in _ACTIVITY):
        return
    referrals = _days(area, "LA-3", _REFERRED).sort("child", "day", "row")
    bounded = referrals.with_columns(pl.col("day").shift(-1).over("child").alias("next"))
    ended = bounded.join(area.sheet("LA-3").filter(pl.col(_NFA) == "Yes").select("row"), on="row", how="semi")
    active = _days_of(area, _ACTIVITY).select("child", pl.col("day").alias("active"))
    following = (pl.col("active") >= pl.col("day")) & (pl.col("next").is_null() | (pl.col("active") < pl.col("next")))
    yield Found("LA-3", _NFA, _rows(ended.join(active, on="child").filter(following)))


def _plan_and_plan(area: AreaReturns) -> Iterable[Found]:
    if area.has("LA-6", "LA-7"):
        protected = area.sheet("LA-7").filter(pl.col(_ENDED).is_null()).select(_ID)
        in_need = area.sheet("LA-6").filter(pl.col(_STATUS) == "child_in_need_plan")
        yield Found("LA-6", _STATUS, _rows(in_need.join(protected, on=_ID, how="semi")))


def _more_plans_than_conferences(area: AreaReturns) -> Iterable[Found]:
    if not area.has("LA-5", "LA-7"):
        return
    # A plan of the window's first days can come from a conference before it.
    from_day = add_working_days(area.context.window_start, _CONFERENCE_DAYS)
    started = _days(area, "LA-7", _PLANNED).filter(pl.col("day") >= from_day)
    conferences = _days(area, "LA-5", _CONFERENCE).group_by("child").agg(pl.len().alias("conferences"))
    counted = started.with_columns(pl.len().over("child").alias("plans")).join(conferences, on="child", how="left")
    yield Found("LA-7", _PLANNED, _rows(counted.filter(pl.col("plans") > pl.col("conferences").fill_null(0))))


def _contacts_counted(area: AreaReturns) -> Iterable[Found]:
    if area.has("LA-DA", "LA-1"):
        listed = area.sheet("LA-1").group_by(pl.col(_ID).alias("la_child_id")).agg(pl.len().alias("listed"))
        counted = area.sheet("LA-DA").join(listed, on="la_child_id", how="left")
        differs = pl.col("contacts_in_window") != pl.col("listed").fill_null(0)
        yield Found("LA-DA", "contacts_in_window", _rows(counted.filter(differs)))


_REFERRAL: Row = {_REFERRED: "15/01/2025"}
_LATE_REFERRAL = {"LA-3": (_REFERRAL,)}


def _order(rule: str, code: str, column: str, what: str, source: str, on: Row, before: Row) -> CrossRule:
    message = (
        f"{what} is before the child's first referral in your list LA-3, and no list shows that the case was open "
        "already. Check both dates, for example 15/01/2025 for the referral and a later day here, or add the earlier "
        "referral to LA-3."
    )
    return CrossRule(
        rule,
        severity="error",
        find=_before_referral(code, column),
        message=message,
        source=source,
        on={code: column},
        passes_on={**_LATE_REFERRAL, code: (on,)},
        fails_on={**_LATE_REFERRAL, code: (before,)},
    )


COUNCIL_RULES: tuple[CrossRule, ...] = (
    CrossRule(
        "LA-3.nfa.activity",
        severity="query",
        find=_activity_after_nfa,
        message=(
            "The referral ended with no further action, but your lists LA-4, LA-5 or LA-7 have work with the child "
            "after it and before the next referral. Answer b) No if the referral led to it, or explain what did."
        ),
        source="CIN 8831, 8832",
        on={"LA-3": _NFA},
        passes_on={"LA-3": ({_NFA: "a) Yes"},), "LA-4": ({_ASSESSED: "14/01/2025"},)},
        fails_on={"LA-3": ({_NFA: "a) Yes"},), "LA-4": ({},)},
    ),
    _order(
        "LA-4.start.before_referral",
        "LA-4",
        _ASSESSED,
        "The assessment",
        "CIN 1103",
        {_ASSESSED: "15/01/2025"},
        {_ASSESSED: "14/01/2025"},
    ),
    _order(
        "LA-5.icpc.before_referral",
        "LA-5",
        _CONFERENCE,
        "The conference",
        "CIN 1104",
        {_DISCUSSED: "15/01/2025", _CONFERENCE: "15/01/2025"},
        {_DISCUSSED: "14/01/2025", _CONFERENCE: "14/01/2025"},
    ),
    _order(
        "LA-5.strategy_discussion.before_referral",
        "LA-5",
        _DISCUSSED,
        "The strategy discussion",
        "CIN 2889",
        {_DISCUSSED: "15/01/2025"},
        {_DISCUSSED: "14/01/2025"},
    ),
    CrossRule(
        "LA-6.case_status.on_plan",
        severity="error",
        find=_plan_and_plan,
        message=(
            "The case status is c) Child in need plan, but your list LA-7 has an open child protection plan for the "
            "child. A child has one of the two: enter b) Child Protection plan here, or give the end of the plan in "
            "LA-7."
        ),
        source="CIN 4001, 4016",
        on={"LA-6": _STATUS},
        passes_on={"LA-6": ({_STATUS: "c) Child in need plan", "CIN Closure Date": None},), "LA-7": ({},)},
        fails_on={"LA-6": ({_STATUS: "c) Child in need plan", "CIN Closure Date": None},), "LA-7": ({_ENDED: None},)},
    ),
    _order(
        "LA-7.start.before_referral",
        "LA-7",
        _PLANNED,
        "The start of the plan",
        "CIN 1105",
        {_PLANNED: "15/01/2025"},
        {_PLANNED: "14/01/2025"},
    ),
    CrossRule(
        "LA-7.start.conferences",
        severity="query",
        find=_more_plans_than_conferences,
        message=(
            "More plans started for the child in the window than your list LA-5 has initial conferences. Check the "
            "dates of the conferences in LA-5, for example 05/02/2025, or explain how the plan came about."
        ),
        source="CIN 2883",
        on={"LA-7": _PLANNED},
        passes_on={"LA-5": ({},), "LA-7": ({},)},
        fails_on={"LA-5": ({_CONFERENCE: None},), "LA-7": ({},)},
    ),
    CrossRule(
        "LA-DA.contacts_in_window.contacts",
        severity="query",
        find=_contacts_counted,
        message=(
            "The number of contacts is not the number of the child's rows in your list LA-1. Check both, for example 2 "
            "here and 2 rows there, or explain which contacts are not about the theme."
        ),
        source="domain list LA-DA",
        on={"LA-DA": "contacts_in_window"},
        passes_on={"LA-DA": ({},), "LA-1": ({}, {"Date of Contact": "13/01/2025"})},
        fails_on={"LA-DA": ({},), "LA-1": ({},)},
    ),
)
