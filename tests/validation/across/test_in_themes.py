"""Each check across returns fires in the themes that ask for its returns, by two rows that contradict each other."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache

import polars as pl
import pytest

from models.themes import shipped, theme
from tests.tasks.linkage.people import canonical
from validation.across import CROSS_RULES, AreaReturns
from validation.across.checking import Breaches, check_across, unasked
from validation.across.rule_sets import rule_set
from validation.contract.context import Context
from validation.synthetic import ANNOUNCED, synthesise

Frames = Mapping[str, Mapping[str, pl.DataFrame]]
Planted = tuple[Frames, str, int | None]
"""The returns of an area with two rows that contradict each other; the return and the row on which it is told."""

_ID, _NOBODY = "Child Unique ID", "CH999999"
_SOON, _LATER = date(2025, 2, 3), date(2025, 2, 10)
_STARTS = {
    "LA-4": "Continuous Assessment Start Date",
    "LA-5": "Strategy discussion initiating Section 47 Enquiry Start Date",
    "LA-6": "CIN Start Date",
    "LA-7": "Child Protection Plan Start Date",
    "LA-8": "Date Started to be Looked After",
}
_CONFERENCE = "Date of Initial Child Protection Conference"


@lru_cache
def _area(theme_id: str) -> tuple[Frames, Context]:
    made = synthesise(theme(theme_id), "E06000038", 150, 3)
    return {
        code: canonical(code, dict(sheets), made.context.theme) for code, sheets in made.returns.items()
    }, made.context


def _with(frames: Frames, code: str, sheet: pl.DataFrame, name: str = "") -> Frames:
    return {**frames, code: {**frames[code], name or code: sheet}}


def _cells(frames: Frames, place: str, where: pl.Expr, **cells: object) -> Frames:
    """Return the area with other cells in the rows of one sheet that fit, such as `MAR-1.Children`."""
    code, _, name = place.partition(".")
    sheet = frames[code][name or code]
    changed = [
        pl.when(where).then(pl.lit(cell, sheet.schema[column])).otherwise(pl.col(column)).alias(column)
        for column, cell in cells.items()
    ]
    return _with(frames, code, sheet.with_columns(changed), name)


def _row(frames: Frames, code: str, where: pl.Expr, name: str = "") -> dict[str, object]:
    return frames[code][name or code].filter(where).row(0, named=True)


def _at(row: dict[str, object]) -> pl.Expr:
    return pl.col("row").eq(row["row"])


def _number(row: dict[str, object]) -> int:
    return int(str(row["row"]))


def _listed_nowhere(frames: Frames) -> Planted:
    row = _row(frames, "LA-DA", pl.lit(True))
    for code in (f"LA-{n}" for n in range(1, 9) if f"LA-{n}" in frames):
        frames = _with(frames, code, frames[code][code].filter(pl.col(_ID) != row["la_child_id"]))
    return frames, "LA-DA", _number(row)


def _in_care_and_not_listed(frames: Frames) -> Planted:
    row = _row(frames, "LA-DA", pl.col("case_status") == "early_help")
    return _cells(frames, "LA-DA", _at(row), case_status="looked_after"), "LA-DA", _number(row)


def _shared(frames: Frames, code: str, own: str) -> tuple[dict[str, object], dict[str, object]]:
    """Return a row of LA-DA and one of another return about the same child, who is a boy or a girl and born."""
    there = frames["LA-DA"]["LA-DA"].filter(pl.col("sex").is_in(["M", "F"]))["la_child_id"].implode()
    row = _row(frames, code, pl.col(own).is_in(there))
    return _row(frames, "LA-DA", pl.col("la_child_id").eq(row[own])), row


def _another_birth(frames: Frames) -> Planted:
    _, row = _shared(frames, "EDU-1", "la_child_id")
    return _cells(frames, "EDU-1", _at(row), date_of_birth=date(2019, 7, 7)), "EDU-1", _number(row)


def _another_sex(frames: Frames) -> Planted:
    council, row = _shared(frames, "EDU-1", "la_child_id")
    return _cells(frames, "EDU-1", _at(row), sex="F" if council["sex"] == "M" else "M"), "EDU-1", _number(row)


def _another_ethnicity(frames: Frames) -> Planted:
    row = _row(frames, "LA-1", pl.col("Ethnicity") == "WBRI")
    return _cells(frames, "LA-1", _at(row), Ethnicity="MWBA"), "LA-1", _number(row)


def _untold(frames: Frames, grade: str, told: str) -> Planted:
    """Return an incident with a child whom the council knows, after which the council lists no contact."""
    known = frames["LA-DA"]["LA-DA"]["la_child_id"].implode()
    row = _row(frames, "POL-1", pl.col("child_la_id").is_in(known))
    contacts = frames["LA-1"]["LA-1"].filter(pl.col(_ID) != row["child_la_id"])
    own = {"risk_grade": grade, "child_present": "present_saw", "notification_to_csc": told, "child_nhs_number": None}
    return _with(_cells(frames, "POL-1", _at(row), **own), "LA-1", contacts), "POL-1", _number(row)


def _stranger(code: str, sheet: str) -> Callable[[Frames], Planted]:
    def plant(frames: Frames) -> Planted:
        row = _row(frames, code, pl.col("la_child_id").is_in(frames["LA-DA"]["LA-DA"]["la_child_id"].implode()), sheet)
        changed = _cells(frames, f"{code}.{sheet}", _at(row), la_child_id=_NOBODY, nhs_number=None)
        return changed, code, _number(row)

    return plant


def _heard_and_not_listed(frames: Frames) -> Planted:
    row = _row(frames, "LA-DA", pl.col("marac_heard") == "No")
    children = frames["MAR-1"]["Children"].filter(pl.col("la_child_id").ne_missing(row["la_child_id"]))
    if row["nhs_number"]:
        children = children.filter(pl.col("nhs_number").ne_missing(row["nhs_number"]))
    changed = _cells(frames, "LA-DA", _at(row), marac_heard="Yes")
    return _with(changed, "MAR-1", children, "Children"), "LA-DA", _number(row)


def _managed_and_not_listed(frames: Frames) -> Planted:
    row = _row(frames, "POL-3", pl.col("managed_by_probation") == "No")
    return _cells(frames, "POL-3", _at(row), managed_by_probation="Yes"), "POL-3", _number(row)


def _of_another_area(frames: Frames) -> Planted:
    return _cells(frames, "EDU-1", pl.lit(True), la_child_id=_NOBODY, nhs_number=None), "EDU-1", None


def _unknown_incident(frames: Frames) -> Planted:
    row = _row(frames, "LA-DA", pl.lit(True))
    return _cells(frames, "LA-DA", _at(row), police_incident_ref="nowhere"), "LA-DA", _number(row)


def _work_after_nothing(frames: Frames) -> Planted:
    row = _row(frames, "LA-3", pl.col(_ID).is_in(frames["LA-4"]["LA-4"][_ID].implode()))
    return _cells(frames, "LA-3", _at(row), **{"Referral NFA?": "Yes"}), "LA-3", _number(row)


def _before_referral(code: str, column: str) -> Callable[[Frames], Planted]:
    """Return what puts a date of a list before the first referral, of a child whose case was not open."""

    def plant(frames: Frames) -> Planted:
        row = _row(frames, code, pl.col(_ID).is_in(frames["LA-3"]["LA-3"][_ID].implode()))
        own = pl.col(_ID).eq(row[_ID])
        for other, start in _STARTS.items():
            if other not in frames:
                continue
            frames = _cells(frames, other, own, **{start: _LATER})
        frames = _cells(frames, "LA-3", own, **{"Date of referral": _LATER})
        return _cells(frames, code, _at(row), **{column: _SOON}), code, _number(row)

    return plant


def _two_plans(frames: Frames) -> Planted:
    protected = _row(frames, "LA-7", pl.col("Child Protection Plan End Date").is_null())
    row = _row(frames, "LA-6", pl.col("Case Status") == "child_in_need_plan")
    return _cells(frames, "LA-6", _at(row), **{_ID: protected[_ID]}), "LA-6", _number(row)


def _plan_without_conference(frames: Frames) -> Planted:
    row = _row(frames, "LA-7", pl.col(_STARTS["LA-7"]) > ANNOUNCED - timedelta(days=120))
    return _cells(frames, "LA-5", pl.col(_ID).eq(row[_ID]), **{_CONFERENCE: None}), "LA-7", _number(row)


def _miscounted(frames: Frames) -> Planted:
    row = _row(frames, "LA-DA", pl.lit(True))
    return _cells(frames, "LA-DA", _at(row), contacts_in_window=77), "LA-DA", _number(row)


PLANTS: dict[str, Callable[[Frames], Planted]] = {
    "X01": _listed_nowhere,
    "X02": _in_care_and_not_listed,
    "X03.date_of_birth": _another_birth,
    "X03.sex": _another_sex,
    "X03.ethnicity": _another_ethnicity,
    "X04": lambda frames: _untold(frames, "high", "No"),
    "X05": lambda frames: _untold(frames, "standard", "Yes"),
    "X06": _stranger("MAR-1", "Children"),
    "X06.heard": _heard_and_not_listed,
    "X07": _stranger("PRO-1", "Children"),
    "X07.managed": _managed_and_not_listed,
    "X08": _stranger("HEA-1", "HEA-1"),
    "X13": _of_another_area,
    "LA-DA.police_incident_ref.incident": _unknown_incident,
    "LA-3.nfa.activity": _work_after_nothing,
    "LA-4.start.before_referral": _before_referral("LA-4", _STARTS["LA-4"]),
    "LA-5.icpc.before_referral": _before_referral("LA-5", _CONFERENCE),
    "LA-5.strategy_discussion.before_referral": _before_referral("LA-5", _STARTS["LA-5"]),
    "LA-6.case_status.on_plan": _two_plans,
    "LA-7.start.before_referral": _before_referral("LA-7", _STARTS["LA-7"]),
    "LA-7.start.conferences": _plan_without_conference,
    "LA-DA.contacts_in_window.contacts": _miscounted,
}
"""Check -> the two rows by which it fires."""

OF_ABUSE = ("domestic-abuse-2016", "domestic-abuse-2024")
ONLY_OF_ABUSE = frozenset(
    {"X04", "X05", "X06", "X06.heard", "X07", "X07.managed", "LA-DA.police_incident_ref.incident"}
)
"""Checks on incidents, Maracs and perpetrators of domestic abuse, which other themes do not look at."""

OTHERS = tuple(name for name in shipped() if name not in OF_ABUSE)
FIRES_IN = {rule: OF_ABUSE if rule in ONLY_OF_ABUSE else (*OF_ABUSE, *OTHERS) for rule in PLANTS}
# The front door does not ask for the list of children in care.
FIRES_IN["X02"] = tuple(name for name in FIRES_IN["X02"] if name != "front-door-2024")
"""Check -> the themes in which it can fire."""


@lru_cache
def _before(theme_id: str) -> Breaches:
    return check_across(AreaReturns(*_area(theme_id))).breaches


def _rows(breaches: Breaches, rule: str, code: str) -> set[int | None]:
    return {row for each, found in breaches[code] if each.id == rule for row in found.rows or (None,)}


@pytest.mark.parametrize(("rule", "theme_id"), [(rule, each) for rule, themes in FIRES_IN.items() for each in themes])
def test_a_check_fires_by_two_rows_that_contradict_each_other(rule: str, theme_id: str) -> None:
    clean, context = _area(theme_id)
    frames, code, row = PLANTS[rule](clean)
    across = check_across(AreaReturns(frames, context))
    assert across.not_run == ()
    assert row in _rows(across.breaches, rule, code)
    assert row not in _rows(_before(theme_id), rule, code)


def test_every_check_can_fire_in_the_themes_that_are_named_here_and_in_no_other() -> None:
    can = {
        rule: {each for each in shipped() if rule in {r.id for r in rule_set(theme(each)).applied(CROSS_RULES)}}
        - {each for each in shipped() if rule in unasked(theme(each))}
        for rule in (each.id for each in CROSS_RULES)
    }
    assert can == {rule: set(themes) for rule, themes in FIRES_IN.items()}
    assert len(can) == 22
