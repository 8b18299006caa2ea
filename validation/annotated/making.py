"""Makes the marked copy of a file from its grids and the outcome of its check."""

import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import xlsxwriter

from models.themes import Theme
from validation.annotated.copies import Annotated
from validation.annotated.cover import write_about, write_places
from validation.annotated.layout import CopyPlan, planned
from validation.annotated.looks import CopyFormats
from validation.annotated.sheets import write_sheet
from validation.contract.outcome import Outcome
from validation.files.readers.grid import Grid

# Any fixed moment: the time of writing would make other bytes each time (L4).
_CREATED = datetime(2024, 1, 1)


def annotated(
    grids: tuple[Grid, ...], outcomes: Sequence[Outcome], part: int | None = None, theme: Theme | None = None
) -> Annotated:
    """Return the copy of a file; the same grids and outcomes give the same bytes (L4).

    Every cell is text, or a real date where the sender's was one; none is ever a formula. Whoever fixes the copy and
    sends it is judged by what they sent: the sheets in front, and the column of marks, are passed over by the reader.

    Args:
        grids: the sheets of the file.
        outcomes: of its check, one a return that it was checked as; only the findings they show are marked.
        part: which of the files of the return it is, from 1; None where there is one file.
        theme: that asked for it.
    """
    of_part = [_of_part(outcome, part) for outcome in outcomes]
    plan = planned(grids, of_part, theme)
    return Annotated(_written(plan, of_part, part), plan.whole)


def _of_part(outcome: Outcome, part: int | None) -> Outcome:
    findings = tuple(f for f in outcome.findings if f.file == part)
    by_rule = outcome.by_rule if part is None else Counter(f.rule for f in findings)
    return replace(outcome, findings=findings, by_rule=by_rule)


def _written(plan: CopyPlan, outcomes: Sequence[Outcome], part: int | None) -> bytes:
    out = io.BytesIO()
    # In memory: files that are written on the way would hold personal data outside of any folder of ours (L5).
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _CREATED, "title": "A return with the places to fix marked"})
        formats = CopyFormats(book)
        write_about(book, formats, plan, outcomes, part)
        write_places(book, formats, plan, outcomes)
        for sheet in plan.sheets:
            write_sheet(book, formats, sheet, plan.whole)
    return out.getvalue()
