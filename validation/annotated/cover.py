"""The two sheets in front of the copy: what the marks mean and what to do next, and every kind of thing to fix."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import xlsxwriter

from models.words import SEVERITIES
from validation.annotated.layout import CopyPlan, place_of
from validation.annotated.looks import LOOKS, CopyFormats, print_wide
from validation.annotated.sheets import address
from validation.contract.outcome import CellFinding, Outcome, Verdict
from validation.contract.rules import Severity
from validation.files.marks import ABOUT, LINE, MARKS, PLACES
from validation.telling.causes import TITLES, Cause, by_weight
from validation.telling.reports import advice, causes, summary

_FIRST = 5
_FROM_BEST: tuple[Verdict, ...] = ("accepted", "queried", "rejected", "unreadable")
_HEAD = ("Kind", "Places", "Sheet", "Column", "What is wrong and what to do", "Group", "Rule")
_WIDTHS = (9, 9, 16, 26, 90, 24, 40)
_PLACE_WIDTH = 16
_LINE_WIDTH = 110
_LINE_HEIGHT = 16
_TALL = {"title": 12, "heading": 14}
_MEANS: dict[Severity, str] = {
    "error": "Error: red, in bold, with a thick border. It must be fixed before the return can be used.",
    "query": "Query: yellow, with a dashed border. It may be unusual but correct: fix it if it is wrong.",
    "info": "Info: blue, with a dotted border. There is nothing that you must do.",
}


def write_about(
    book: xlsxwriter.Workbook, formats: CopyFormats, plan: CopyPlan, outcomes: Sequence[Outcome], part: int | None
) -> None:
    """Write the first sheet: lines of text in one column, as the government's guidance on spreadsheets has it."""
    sheet = book.add_worksheet(ABOUT)
    sheet.set_column(0, 0, _LINE_WIDTH)
    looks: dict[str, dict[str, object]] = {
        "title": {"bold": True, "font_size": 18},
        "heading": {"bold": True, "font_size": 14, "valign": "bottom"},
        "line": {},
        **{kind: dict(look) for kind, look in LOOKS.items()},
    }
    for y, (kind, text) in enumerate(_lines(plan, outcomes, part)):
        sheet.set_row(y, _height(text, _LINE_WIDTH, _TALL.get(kind, 0)))
        sheet.write_string(y, 0, text, formats.look(**{"text_wrap": True, "valign": "top", **looks[kind]}))
    sheet.hide_gridlines(2)
    print_wide(sheet)


def _lines(plan: CopyPlan, outcomes: Sequence[Outcome], part: int | None) -> Iterator[tuple[str, str]]:
    title = "your file with the places to fix marked" if plan.whole else "the rows of your file to fix"
    yield "title", f"{', '.join(o.code for o in outcomes)}: {title}"
    if part is not None:
        yield "line", f"File {part} of the return; the counts below are of the whole return."
    for name, fact in chain.from_iterable(map(summary, outcomes)):
        yield "line", f"{name}: {fact:,}" if isinstance(fact, int) else f"{name}: {fact}"
    yield "heading", "What to do next"
    yield from (("line", text) for text in _next(plan, outcomes))
    yield "heading", "How places are marked"
    yield from ((kind, text) for kind, text in _MEANS.items())
    yield (
        "line",
        (
            "Each marked cell has a comment that begins with the word Error, Query or Info, and says what is wrong and "
            f"what to do. The last column, {MARKS}, says the same in short; filter it to see the rows with marks alone."
        ),
    )
    yield "heading", "What this copy holds"
    yield from (("line", text) for text in _holds(plan, outcomes))


def _next(plan: CopyPlan, outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield advice(max(outcomes, key=lambda o: _FROM_BEST.index(o.verdict)))
    if plan.whole:
        yield (
            "You can fix the cells here and send this workbook, as .xlsx, or fix your own file and send that. This "
            f"sheet, the sheet {PLACES} and the column {MARKS} are passed over when the file is read; marks stay as "
            "they are until the file is checked again."
        )
    else:
        yield (
            "Do not send this copy: it holds some rows of your file alone, and would be refused. Fix your own file "
            f"and send that. The column {LINE} says where each row stands in it."
        )
    yield "This copy holds what your file holds. Keep it as safe as the return itself, and delete it when you are done."


def _holds(plan: CopyPlan, outcomes: Sequence[Outcome]) -> Iterator[str]:
    shown, counted = sum(len(o.findings) for o in outcomes), sum(sum(o.by_rule.values()) for o in outcomes)
    if shown < counted:
        yield (
            f"{shown:,} of {counted:,} places are marked, the first of each rule. Where a rule has more, fix all "
            "cells of that kind."
        )
    if plan.cut:
        yield f"Only the rows with marks are here, because {plan.cut}."
    if plan.hidden:
        yield f"Hidden sheets are left out, as they are when a return is checked: {', '.join(plan.hidden)}."
    yield (
        "Values stand as they were read: a formula as its result, or as #N/A where it has none, and everything but "
        "real dates as text. Colours, pictures, drop-downs and comments of your own are not here."
    )
    front = [PLACES] if shown else []
    yield f"Sheets that follow: {', '.join([*front, *(s.name for s in plan.sheets if s.grid.visible)]) or 'none'}."


def _height(text: str, width: int, more: int = 0) -> int:
    """Return the height of a row that shows a wrapped text whole; not every program finds it by itself."""
    return _LINE_HEIGHT * (len(text) // int(width * 0.95) + 1) + more


def write_places(book: xlsxwriter.Workbook, formats: CopyFormats, plan: CopyPlan, outcomes: Sequence[Outcome]) -> None:
    """Write the second sheet: one table, a row for each thing to fix, causes first, with links to its first places."""
    if not any(o.findings for o in outcomes):
        return
    sheet = book.add_worksheet(PLACES)
    head = formats.look(bold=True, bottom=2, text_wrap=True, valign="top")
    heads = (*_HEAD, *(f"Place {n + 1}" for n in range(_FIRST)))
    for x, (text, width) in enumerate(zip(heads, (*_WIDTHS, *[_PLACE_WIDTH] * _FIRST), strict=True)):
        sheet.set_column(x, x, width)
        sheet.write_string(0, x, text, head)
    every = _causes(outcomes)
    for y, cause in enumerate(every, 1):
        _row(sheet, formats, y, cause)
        for x, place in enumerate(cause.findings[:_FIRST], len(_HEAD)):
            _link(sheet, formats, (y, x), place, plan)
    print_wide(sheet, 0)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(every), len(heads) - 1)


def _causes(outcomes: Sequence[Outcome]) -> list[Cause[CellFinding]]:
    """Return what is wrong, causes first, over all returns of the file."""
    return by_weight(cause for outcome in outcomes for cause in causes(outcome))


def _row(sheet: Any, formats: CopyFormats, y: int, cause: Cause[CellFinding]) -> None:
    first = cause.first
    sheet.set_row(y, _height(first.message, _WIDTHS[4]))
    wrap = formats.look(text_wrap=True, valign="top")
    look = formats.look(text_wrap=True, valign="top", **LOOKS[first.severity])
    sheet.write_string(y, 0, SEVERITIES[first.severity], look)
    if cause.exact:
        sheet.write_number(y, 1, cause.count, formats.look(num_format="#,##0", valign="top"))
    else:
        sheet.write_string(y, 1, f"at least {cause.count:,}", wrap)
    heading = ", ".join(filter(None, (cause.letter, first.column)))
    for x, text in enumerate((first.sheet, heading, first.message, TITLES[cause.group], first.rule), 2):
        sheet.write_string(y, x, text, wrap)


def _link(sheet: Any, formats: CopyFormats, at: tuple[int, int], finding: CellFinding, plan: CopyPlan) -> None:
    shown = finding.cell or (f"row {finding.row}" if finding.row else "the file")
    planned = plan.sheet_of(finding)
    place = planned and place_of(finding, planned.grid)
    if not planned or not place:
        sheet.write_string(*at, shown, formats.look(valign="top"))
        return
    # Within the marks around a sheet's name, a mark of its own is written twice.
    name = planned.name.replace("'", "''")
    target = f"internal:'{name}'!{address(planned, *place, plan.whole)}"
    link = formats.look(font_color="#1D70B8", underline=1, valign="top")
    sheet.write_url(*at, target, link, shown, f"Go to {shown}")
