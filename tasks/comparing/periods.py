"""Two inspections of an area side by side: counts that may be shown, what changed, and what makes them unlike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from models.words import long, plain, titled
from tasks.cohort.small_counts import WITHHELD, Shown, in_words, line, rounded
from tasks.comparing.shares import change_in_words

CHILDREN, RETURNS = "Children", "Children in each return"
_DIMENSIONS = {
    "age_band": "Age",
    "sex": "Sex",
    "ethnicity": "Ethnic group",
    "plan_status": "Plan status",
    "police_risk": "Police risk",
}
_SEXES = {"F": "Girls", "M": "Boys", "U": "Not known"}


@dataclass(frozen=True, slots=True)
class Period:
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
    """

    ref: str
    announced: date
    theme: str
    ages: tuple[int, int, bool]
    window_months: int
    children: int | None
    by_return: Mapping[str, int] = field(default_factory=dict)
    by_group: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One count of both inspections, as it may be shown."""

    about: str
    group: str
    before: str
    now: str
    change: str


def compared(before: Period, now: Period) -> tuple[ComparedRow, ...]:
    """Return both inspections' counts side by side; empty where nothing is kept of one of them.

    Counts are rounded to 5, and those from 1 to 4 are withheld (`tasks.cohort.small_counts`), so that neither a line,
    nor the difference of the two inspections, nor that of two pages gives a small number.
    """
    if before.children is None or now.children is None:
        return ()
    return tuple(_rows(before, before.children, now, now.children))


def _rows(before: Period, before_all: int, now: Period, now_all: int) -> Iterator[ComparedRow]:
    yield _row(CHILDREN, "All", rounded(before_all), rounded(now_all))
    for code in sorted({*before.by_return} & {*now.by_return}):
        counts = (_of_whole(before.by_return[code], before_all), _of_whole(now.by_return[code], now_all))
        yield _row(RETURNS, code, *counts)
    for dimension, words in _DIMENSIONS.items():
        then, today = before.by_group.get(dimension, {}), now.by_group.get(dimension, {})
        if not then or not today:
            continue
        groups = sorted({*then, *today})
        shown = (_line(then, groups, before_all), _line(today, groups, now_all))
        for group, earlier, later in zip(groups, *shown, strict=True):
            yield _row(words, _named(dimension, group), earlier, later)


def _line(counts: Mapping[str, int], groups: Sequence[str], total: int) -> tuple[Shown, ...]:
    return line([counts.get(group, 0) for group in groups], total)


def _of_whole(part: int, whole: int) -> Shown:
    return line([part], whole, unshown=whole - part)[0]


def _row(about: str, group: str, before: Shown, now: Shown) -> ComparedRow:
    change = WITHHELD if before is None or now is None else change_in_words(before, now)
    return ComparedRow(about, group, in_words(before), in_words(now), change)


def _named(dimension: str, group: str) -> str:
    if dimension == "sex":
        return _SEXES.get(group, titled(plain(group)))
    if dimension in ("age_band", "ethnicity"):
        return group.capitalize() if group.islower() else group
    return titled(group)


def unlike(before: Period, now: Period) -> tuple[str, ...]:
    """Return in sentences why the two inspections' counts may differ though nothing changed for children."""
    return tuple(_unlike(before, now))


def _unlike(before: Period, now: Period) -> Iterator[str]:
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
