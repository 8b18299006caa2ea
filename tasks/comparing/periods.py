"""Two inspections of an area side by side: counts that may be shown, what changed, and what makes them unlike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from models.words import long, plain, titled
from tasks.comparing.shares import change_in_words
from tasks.disclosure.tables import (
    WITHHELD,
    Cell,
    Method,
    Publication,
    Relation,
    Shown,
    Table,
    cell_id,
    in_words,
    parts_table,
)

CHILDREN, RETURNS = "Children", "Children in each return"
_DIMENSIONS = {
    "age_band": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnic group",
    "plan_status": "Plan status",
    "police_risk": "Police risk",
}
_WHOLE = 10
"""How much more a reader loses with the number of all children than with that of a group."""
_SEXES = {"F": "Girls", "M": "Boys", "U": "Not known"}


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """What is kept of one inspection's children, in counts.

    Attributes:
        ref: of the inspection.
        announced: the day on which ages were counted.
        theme: its title.
        ages: in whole years, the oldest included, and whether unborn children are in.
        window_months: over which returns look back.
        children: of the cohort; None where nothing is kept of it.
        by_return: return -> children of the cohort in it.
        by_group: column of the frame -> value -> children; the values add up to the children.
        cohort: the version of the cohort that is counted.
    """

    ref: str
    announced: date
    theme: str
    ages: tuple[int, int, bool]
    window_months: int
    children: int | None
    by_return: Mapping[str, int] = field(default_factory=dict)
    by_group: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    cohort: int = 1


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One count of both inspections, as it may be shown."""

    about: str
    group: str
    before: str
    now: str
    change: str


def publication_of(period: PeriodCounts) -> Publication:
    """Return the counts of an inspection that a comparison shows, all of them rounded to 5."""
    whole = Cell(_id(period, "all"), period.children or 0, weight=_WHOLE)
    parts = (Cell(_id(period, f"return={code}"), count) for code, count in sorted(period.by_return.items()))
    tables = [parts_table("children by return", whole, parts)]
    for dimension, groups in sorted(period.by_group.items()):
        cells = tuple(Cell(_id(period, f"{dimension}={group}"), count) for group, count in sorted(groups.items()))
        relation = Relation(whole.id, tuple(cell.id for cell in cells), complete=_adds_up(groups, whole.count))
        tables.append(Table(f"children by {dimension}", (whole, *cells), (relation,)))
    return Publication(f"the comparison, version {period.cohort} of the cohort", Method.ROUND, tuple(tables))


def _adds_up(groups: Mapping[str, int], children: int) -> bool:
    return sum(groups.values()) == children


def _id(period: PeriodCounts, name: str) -> str:
    return cell_id(period.cohort, name)


def compared(
    before: PeriodCounts, now: PeriodCounts, then: Mapping[str, Shown], today: Mapping[str, Shown]
) -> tuple[ComparedRow, ...]:
    """Return both inspections' counts side by side; empty where nothing is kept of one of them.

    Args:
        before: the earlier inspection.
        now: this one.
        then: what may be shown of the cells of the earlier one's publication.
        today: what may be shown of this one's.
    """
    if before.children is None or now.children is None:
        return ()
    return tuple(_rows(before, now, then, today))


def _rows(
    before: PeriodCounts, now: PeriodCounts, then: Mapping[str, Shown], today: Mapping[str, Shown]
) -> Iterator[ComparedRow]:
    def row(about: str, group: str, name: str) -> ComparedRow:
        # A group that an inspection has no child of is no cell of its publication.
        return _row(about, group, then.get(_id(before, name), 0), today.get(_id(now, name), 0))

    yield row(CHILDREN, "All", "all")
    for code in sorted({*before.by_return} & {*now.by_return}):
        yield row(RETURNS, code, f"return={code}")
    for dimension, words in _DIMENSIONS.items():
        groups = (before.by_group.get(dimension, {}), now.by_group.get(dimension, {}))
        for group in sorted({*groups[0], *groups[1]}) if all(groups) else ():
            yield row(words, _named(dimension, group), f"{dimension}={group}")


def _row(about: str, group: str, before: Shown, now: Shown) -> ComparedRow:
    change = WITHHELD if before is None or now is None else change_in_words(before, now)
    return ComparedRow(about, group, in_words(before), in_words(now), change)


def _named(dimension: str, group: str) -> str:
    if dimension == "sex":
        return _SEXES.get(group, titled(plain(group)))
    if dimension in ("age_band", "ethnicity"):
        return group.capitalize() if group.islower() else group
    return titled(group)


def unlike(before: PeriodCounts, now: PeriodCounts) -> tuple[str, ...]:
    """Return in sentences why the two inspections' counts may differ though nothing changed for children."""
    return tuple(_unlike(before, now))


def _unlike(before: PeriodCounts, now: PeriodCounts) -> Iterator[str]:
    if before.theme != now.theme:
        yield f"The earlier inspection looked at another theme: {before.theme}."
    if before.ages != now.ages:
        yield f"The ages differ: {_ages(before.ages)} then, {_ages(now.ages)} now."
    if before.window_months != now.window_months:
        yield f"Returns looked back {before.window_months} months then, and {now.window_months} now."
    if before.children is None:
        yield (
            f"Nothing is kept of the children of the inspection announced on {long(before.announced)}. The page of "
            "returns may still compare numbers of rows."
        )
        return
    for code in sorted({*before.by_return} ^ {*now.by_return}):
        yield f"{code} is part of only one of them."
    if not before.by_group:
        yield "Only the number of children is kept of the earlier inspection, not their groups."


def _ages(ages: tuple[int, int, bool]) -> str:
    youngest, oldest, unborn = ages
    return f"{youngest} to {oldest}{' and unborn' if unborn else ''}"
