"""How marks look: a colour, a border and a word for each severity, so that nobody needs to see the colour."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import xlsxwriter

from validation.contract.rules import Severity

LOOKS: Mapping[Severity, Mapping[str, object]] = {
    "error": {"bg_color": "#F4CDC6", "font_color": "#0B0C0C", "border": 5, "border_color": "#D4351C", "bold": True},
    "query": {"bg_color": "#FFF0B3", "font_color": "#0B0C0C", "border": 8, "border_color": "#594D00"},
    "info": {"bg_color": "#D2E2F1", "font_color": "#0B0C0C", "border": 4, "border_color": "#144E81"},
}
_A4 = 9
_HEAD: Mapping[str, object] = {"bold": True, "bottom": 2}


class CopyFormats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[object, ...], object] = {}

    def of(self, severity: Severity | None = None, head: bool = False, *, real: datetime | None = None) -> object:
        """Return the format of a cell of the sender's: of text, or of a real date or time."""
        number = "@" if real is None else "dd/mm/yyyy" if real.time() == time() else "dd/mm/yyyy hh:mm:ss"
        look = {**(_HEAD if head else {}), **(LOOKS[severity] if severity else {})}
        return self.look(num_format=number, **look)

    def look(self, **look: object) -> object:
        """Return a format that looks so."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def print_wide(sheet: Any, head: int | None = None) -> None:
    """Make a sheet print on pages as wide as it is, its header row on each."""
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if head is not None:
        sheet.repeat_rows(head)
