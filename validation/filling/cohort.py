"""Fills the theme's list of children, LA-DA, from what the other lists of a council say of each child.

An extract says which children were known and what was done. Where it says nothing of the theme's factors, every child
within the ages stands in the list, and a person takes out those without a factor: nobody is left out on a guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from models.words import plural
from validation.contract.context import Context
from validation.contract.model import Contract, v
from validation.filling.cases import Cases
from validation.filling.filled import Filled, FilledColumn, LeftOut
from validation.filling.lists import DAY
from validation.filling.origins import origin_of
from validation.returns.annex_a import AGE, BORN, DISABILITY, ETHNICITY_OF, GENDER_OF, ID

CODE = "LA-DA"
_TEAM = "Allocated Team"
_KIND = "__list"
# The list that says most of a child stands first.
_HIGHEST_FIRST = ("LA-8", "LA-7", "LA-6", "LA-5", "LA-4", "LA-3", "LA-2", "LA-1")
_OF_CHILD = {"date_of_birth": BORN, "sex": GENDER_OF, "ethnicity": ETHNICITY_OF, "disability": DISABILITY.name}
_CONTACT, _SOURCE = "Date of Contact", "Contact Source"
_REFERRED, _REFERRER, _NFA = "Date of referral", "Referral Source", "Referral NFA?"
_STATUSES = (
    *("looked_after", "child_protection_plan", "child_in_need_plan", "open_assessment", "early_help"),
    *("closed", "no_further_action", "contact_only"),
)
"""The statuses of a case, the highest first."""


@dataclass(frozen=True)
class _ThemeColumns:
    """The columns of the list that name the theme."""

    factors: str
    first: str
    latest: str


def filled_cohort(
    contract: Contract,
    lists: Mapping[str, pl.DataFrame],
    outside: Mapping[str, pl.DataFrame],
    context: Context,
    cases: Cases | None = None,
) -> Filled:
    """Return the theme's list of children, filled from the other lists.

    Args:
        contract: of the list, as the theme asks for it.
        lists: code -> parsed rows, of those that the extract has.
        outside: code -> parsed rows that are outside the window.
        context: the circumstances.
        cases: of which the factors, pupil numbers and expected births are taken; None where the extract has none.
    """
    named = context.theme.lists.named
    names = _ThemeColumns(named("da_factor_codes"), named("first_da_contact_date"), named("latest_da_contact_date"))
    children = _children(lists)
    for facts in (_statuses(lists), _contacts(lists), _referrals(lists), _teams(lists)):
        children = children.join(facts, on="child", how="left", maintain_order="left")
    own = () if cases is None else (cases.births,) if cases.factors is None else (cases.factors, cases.births)
    for facts in own:
        children = children.join(facts, on="child", how="left", maintain_order="left")
    of = cases.source.of if cases and cases.factors is not None else ""
    with_factors = bool(of)
    children = children.with_columns(outside=_why_outside(context, of))
    kept = children.filter(pl.col("outside").is_null())
    counts = children.drop_nulls("outside").group_by("outside").len().sort("outside")
    left_out = [LeftOut(reason, count) for reason, count in counts.iter_rows()]
    numbers = [frame.select(v(ID).alias("child")) for frame in outside.values()]
    gone = pl.concat(numbers).drop_nulls().unique().join(children, on="child", how="anti").height if numbers else 0
    if gone:
        left_out.append(LeftOut("known only from rows outside the window", gone))
    frame = _written(contract, kept, names, with_factors=with_factors)
    notes = _notes(lists, kept, context, names, with_factors=with_factors)
    return Filled(
        CODE, frame, "child", children.height + gone, tuple(left_out), _columns(contract, frame, names), notes
    )


def _children(lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return one row a child, with what all lists agree on about them; where they disagree the cell is blank."""
    rows = []
    for code in _HIGHEST_FIRST:
        if code not in lists:
            continue
        frame = lists[code]
        of_child = {name: v(column) if column in frame.columns else pl.lit(None) for name, column in _OF_CHILD.items()}
        unborn = v(BORN).is_null() & v(AGE).is_null() & (v(GENDER_OF) == "U")
        rows.append(frame.select(v(ID).alias("child"), unborn.fill_null(value=False).alias("unborn"), **of_child))
    every = pl.concat(rows, how="vertical_relaxed").drop_nulls("child")
    agreed = {
        name: pl.when(pl.col(name).drop_nulls().n_unique() == 1).then(pl.col(name).drop_nulls().first())
        for name in _OF_CHILD
    }
    disagree = pl.any_horizontal(pl.col(name).drop_nulls().n_unique() > 1 for name in _OF_CHILD)
    grouped = every.group_by("child", maintain_order=True).agg(
        **agreed, unborn=pl.col("unborn").all(), disagree=disagree
    )
    # Of four genders our sex has three; who is neither is U there, as in the census.
    return grouped.with_columns(
        pl.col("sex").replace({"N": "U"}),
        (pl.col("sex") == "N").alias("neither"),
        pl.col("date_of_birth").cast(pl.Date),
    ).sort("child")


def _statuses(lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the highest status of each child's case that any list shows."""
    status = {
        "LA-8": _ended("Date Ceased to be Looked After", "looked_after"),
        "LA-7": _ended("Child Protection Plan End Date", "child_protection_plan"),
        "LA-6": pl.when(v("CIN Closure Date").is_not_null()).then(pl.lit("closed")).otherwise(v("Case Status")),
        "LA-4": _assessed(),
        "LA-3": pl.when(v(_NFA) == "Yes").then(pl.lit("no_further_action")),
        "LA-2": _ended("Assessment completion date", "early_help", "contact_only"),
        "LA-1": pl.lit("contact_only"),
    }
    rows = [
        lists[code].select(v(ID).alias("child"), case_status.alias("case_status"))
        for code, case_status in status.items()
        if code in lists
    ]
    order = {name: place for place, name in enumerate(_STATUSES)}
    every = pl.concat(rows, how="vertical_relaxed").drop_nulls()
    ranked = every.with_columns(place=pl.col("case_status").replace_strict(order, default=len(order)))
    return ranked.sort("child", "place").unique("child", keep="first", maintain_order=True).drop("place")


def _ended(column: str, open_: str, ended: str = "closed") -> pl.Expr:
    return pl.when(v(column).is_not_null()).then(pl.lit(ended)).otherwise(pl.lit(open_))


def _assessed() -> pl.Expr:
    needed = v("Was the child assessed as requiring LA children's social care support?")
    done = v("Continuous Assessment Date of Authorisation").is_not_null()
    # An assessment that found a need says nothing of what came of it; the lists of plans do.
    return pl.when(~done).then(pl.lit("open_assessment")).when(needed == "No").then(pl.lit("no_further_action"))


def _contacts(lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    empty = {"child": pl.String, "first": pl.Date, "latest": pl.Date, "contacts": pl.UInt32}
    if "LA-1" not in lists:
        return pl.DataFrame(schema=empty)
    rows = lists["LA-1"].select(v(ID).alias("child"), v(_CONTACT).alias("day")).drop_nulls()
    return rows.group_by("child").agg(first=pl.col("day").min(), latest=pl.col("day").max(), contacts=pl.len())


def _referrals(lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    if "LA-3" not in lists:
        return pl.DataFrame(schema={"child": pl.String, "referrer": pl.String})
    rows = lists["LA-3"].select(v(ID).alias("child"), v(_REFERRED).alias("day"), v(_REFERRER).alias("referrer"))
    # On one day there may be several; the same rows in another order give the same answer (L4).
    newest = rows.drop_nulls().sort("child", "day", "referrer")
    return newest.unique("child", keep="last", maintain_order=True).drop("day")


def _teams(lists: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    rows = [
        lists[code].select(v(ID).alias("child"), v(_TEAM).alias("team"), pl.lit(place).alias("place"))
        for place, code in enumerate(_HIGHEST_FIRST)
        if code in lists and _TEAM in lists[code].columns
    ]
    if not rows:
        return pl.DataFrame(schema={"child": pl.String, "team": pl.String})
    every = pl.concat(rows).drop_nulls().sort("child", "place", "team")
    return every.unique("child", keep="first", maintain_order=True).drop("place")


def _why_outside(context: Context, factors_of: str) -> pl.Expr:
    """Return why a child does not belong in the list; null where the child does, or where the extract cannot say."""
    band, born = context.theme.age_band, pl.col("date_of_birth")
    outside = (born <= context.born_after) | (born > context.born_by)
    reasons = [pl.when(outside).then(pl.lit(f"outside the theme's ages, {band.ages}"))]
    if not band.unborn:
        unasked = pl.lit("unborn, and the theme does not ask for unborn children")
        reasons.append(pl.when(pl.col("unborn")).then(unasked))
    if factors_of:
        # A child whom the source does not have stays: it may tell of another time than the lists.
        factors = pl.col("factors")
        none = pl.lit(f"no factors recorded at assessment in {factors_of}")
        reasons.append(pl.when(factors.list.len() == 0).then(none))
        wanted = factors.list.set_intersection(list(context.theme.cohort_factors)).list.len() > 0
        reasons.append(pl.when(~wanted).then(pl.lit("none of the theme's factors at assessment")))
    return pl.coalesce(reasons)


def _written(contract: Contract, kept: pl.DataFrame, names: _ThemeColumns, *, with_factors: bool) -> pl.DataFrame:
    born = pl.col("date_of_birth")
    unborn = pl.when(born.is_not_null()).then(pl.lit("No")).when(pl.col("unborn")).then(pl.lit("Yes"))
    cells: dict[str, pl.Expr] = {
        "la_child_id": pl.col("child"),
        "unborn": unborn,
        "date_of_birth": born.dt.strftime(DAY),
        "sex": pl.col("sex"),
        "ethnicity": pl.col("ethnicity"),
        "disability": pl.col("disability"),
        "case_status": pl.col("case_status"),
        names.first: pl.col("first").dt.strftime(DAY),
        names.latest: pl.col("latest").dt.strftime(DAY),
        "contacts_in_window": pl.col("contacts").cast(pl.String),
        "referral_source_latest": pl.col("referrer"),
        "allocated_team": pl.col("team"),
    }
    if with_factors:
        expected = pl.col("expected").str.to_date("%Y-%m-%d", strict=False).dt.strftime(DAY)
        cells |= {
            names.factors: pl.col("factors").list.join("; "),
            "upn": pl.col("upn"),
            "expected_date_of_birth": pl.when(unborn == "Yes").then(pl.coalesce(expected, "expected")),
        }
    blank = pl.lit(None, pl.String)
    return kept.select(cells.get(name, blank).cast(pl.String).alias(name) for name in contract.main.names)


def _columns(contract: Contract, frame: pl.DataFrame, names: _ThemeColumns) -> tuple[FilledColumn, ...]:
    unborn = frame.select((pl.col("unborn") == "Yes").fill_null(value=False)).to_series()
    by_condition = {"date_of_birth": ~unborn, "expected_date_of_birth": unborn, "pre_birth_assessment": unborn}
    contacts = (names.first, names.latest, "contacts_in_window")
    columns = []
    for column in contract.main.columns:
        there = frame[column.name].is_not_null()
        wanted = frame.height if column.required == "yes" else int(there.sum())
        filled = int(there.sum())
        if column.required == "conditional" and column.name in by_condition:
            wanted, filled = int(by_condition[column.name].sum()), int((there & by_condition[column.name]).sum())
        origin = origin_of(CODE, column.name, names.factors, contacts) if filled < wanted else ""
        columns.append(
            FilledColumn(
                column.name, column.required, wanted, filled, "", origin, 0, _checks(names).get(column.name, "")
            )
        )
    return tuple(columns)


def _checks(names: _ThemeColumns) -> dict[str, str]:
    of_all = "List 1 holds contacts of every kind. Give those about the theme alone."
    return {
        names.first: "This is the first contact in List 1. Give the first ever about the theme, if it was another.",
        names.latest: of_all,
        "contacts_in_window": of_all,
        "case_status": "This is the highest status that any list shows.",
    }


def _notes(
    lists: Mapping[str, pl.DataFrame], kept: pl.DataFrame, context: Context, names: _ThemeColumns, *, with_factors: bool
) -> tuple[str, ...]:
    notes = []
    if not with_factors:
        listed = ", ".join(context.theme.cohort_factors)
        notes.append(
            f"The extract does not say which children have a factor of the theme ({listed}). Every child within the "
            f"ages is in this list: enter {names.factors}, and take out children who have none."
        )
    blank = sum(int(frame.select(v(ID).is_null().sum()).item()) for frame in lists.values())
    if blank:
        notes.append(f"{blank:,} rows of the lists have no number of a child, so no child here is from them.")
    neither = int(kept["neither"].sum())
    if neither:
        notes.append(
            f"The lists give {plural(neither, 'child', 'children')} as neither male nor female, which is U here."
        )
    disagree = int(kept["disagree"].sum())
    if disagree:
        notes.append(
            f"The lists disagree about the birth, sex, ethnicity or disability of {disagree:,} children. Those cells "
            "are blank here."
        )
    return tuple(notes)
