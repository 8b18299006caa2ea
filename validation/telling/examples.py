"""Good values of one inspection: days in its window, its area, its ages; together they make a row that is accepted."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from models.areas import area
from models.timetable import is_working_day
from models.words import long
from validation.contract.context import Context
from validation.contract.identity import CHILDREN
from validation.contract.model import Column, Contract, Sheet
from validation.returns.annex_a import AGE

WRITTEN_FOR = date(2025, 2, 24)
"""The announcement for which the contracts' own examples are written, in the area of `WRITTEN_IN`."""

WRITTEN_IN = "E06000038"
_PLACES = ("Reading", "Berkshire")
_AGE = 4  # of the child of the examples
_OLDER = 3  # years above the youngest that a theme asks about, so that no birthday is near the edge
_WEEK = 7
_UNBORN = ("if unborn", "if the child is unborn")
_WINDOW = re.compile(r"\bthe window\b(?!, which)")


def with_examples_of(contract: Contract, context: Context, *, announced: bool = True) -> Contract:
    """Return a contract whose guidance and good values are those of an inspection.

    Args:
        contract: of the return, or of a workbook of several.
        context: the circumstances of the request.
        announced: whether the day of the announcement is that of an inspection. Otherwise the good values show their
            form alone, and no day is named as the window's.
    """
    fitting = _Fitting(context)
    sheets = tuple(
        replace(sheet, columns=tuple(_fitted(column, sheet, fitting, announced) for column in sheet.columns))
        for sheet in contract.sheets
    )
    purpose = _dated(contract.purpose, context) if announced else contract.purpose
    return replace(contract, sheets=sheets, purpose=purpose)


def window_words(context: Context) -> str:
    """Return the first and the last day of the window, such as `24 August 2024 to 24 February 2025`."""
    return f"{long(context.window_start)} to {long(context.announced)}"


def good_row(sheet: Sheet) -> dict[str, str | None]:
    """Return a row that is accepted as it is: of a child who is born, so blank where only an unborn child needs it."""
    return {column.name: column.example if applies(column) else None for column in sheet.columns}


def applies(column: Column) -> bool:
    """Return whether a column is filled in for a child who is born."""
    return column.when not in _UNBORN


@dataclass(frozen=True)
class _Fitting:
    """By what the examples of the contracts differ from those of an inspection."""

    context: Context

    @cached_property
    def later(self) -> timedelta:
        """Return whole weeks, so that working days stay working days."""
        return timedelta(weeks=round((self.context.announced - WRITTEN_FOR).days / _WEEK))

    @cached_property
    def older(self) -> int:
        """Return by how many years the child must be older to be of an age that the theme asks about."""
        youngest = self.context.theme.age_band.youngest
        return youngest + _OLDER - _AGE if youngest > _AGE else 0

    def day(self, example: str, years: int = 0) -> str:
        """Return a day, with its time where there is one, as long before the announcement as it was."""
        written = datetime.strptime(example[:10], "%d/%m/%Y").date()
        day = written + self.later
        if years:
            # No month is shorter in another year but February.
            day = day.replace(year=day.year - years, day=min(day.day, 28))
        # Times belong together to the hour; days alone stay working days.
        while len(example) == len("24/02/2025") and is_working_day(written) and not is_working_day(day):
            day += timedelta(days=1)
        return f"{day:%d/%m/%Y}{example[10:]}"


def _fitted(column: Column, sheet: Sheet, fitting: _Fitting, announced: bool) -> Column:
    guidance = _dated(column.guidance, fitting.context) if announced else column.guidance
    return replace(column, guidance=guidance, example=_example(column, sheet, fitting))


def _dated(text: str, context: Context) -> str:
    return _WINDOW.sub(f"the window ({window_words(context)})", text)


def _example(column: Column, sheet: Sheet, fitting: _Fitting) -> str:
    context = fitting.context
    if column.type in ("date", "datetime"):
        return fitting.day(column.example, fitting.older if _is_birth(column, sheet) else 0)
    if column.name == AGE:
        return str(int(column.example) + fitting.older)
    if column.name == context.theme.lists.named("da_factor_codes"):
        return _factors(column.example, context)
    if column.name == "sample_ref" and context.sample_refs:
        return context.sample_refs[0]
    if column.name == "agency" and context.agency and column.codes and context.agency in column.codes.values:
        return context.agency
    return _of_area(column, context.gss)


def _is_birth(column: Column, sheet: Sheet) -> bool:
    """Return whether a column is the date of birth of the child of the examples."""
    roles = next((roles for name, roles in CHILDREN.values() if name in (sheet.name, _listed_as(sheet.name))), None)
    return roles is not None and column.name == roles.of("date_of_birth") and column.example.endswith("/2020")


def _listed_as(sheet: str) -> str:
    """Return the sheet of its own return that a sheet of the council's workbook is, such as `LA-3` for `List 3`."""
    return sheet.replace("List ", "LA-")


def _factors(example: str, context: Context) -> str:
    """Return the factors of an example, or others where the theme asks about none of them."""
    factors = context.theme.cohort_factors
    return example if set(example.split("; ")) & set(factors) else "; ".join(factors[:2])


def _of_area(column: Column, gss: str | None) -> str:
    if not gss or gss == WRITTEN_IN:
        return column.example
    here = area(gss)
    names = {
        WRITTEN_IN: gss,
        **dict.fromkeys(_PLACES, here.name),
        area(WRITTEN_IN).probation_region: here.probation_region,
    }
    return names.get(column.example, column.example)
