"""A return as a system exports it and a person spoils it: wrong headers, a total, a sheet of notes, slips in cells."""

from pathlib import Path

import xlsxwriter

from tests.validation.rows import example_row
from validation.returns import CONTRACTS

ROWS = 60
_OWN_NAMES = {"child_date_of_birth": "DOB", "child_nhs_number": "NHS No"}


def spoilt_export(path: Path) -> None:
    """Write a workbook of police incidents with faults in its layout, in a whole column and in cells."""
    sheet = CONTRACTS["POL-1"].main
    rows = [_spoilt(example_row(sheet), number) for number in range(ROWS)]
    with xlsxwriter.Workbook(path) as book:
        export = book.add_worksheet("Export 2025")
        export.write_string(0, 0, "Incidents with children")
        headers: list[str | None] = [_OWN_NAMES.get(name, name) for name in sheet.names]
        for y, row in enumerate([[*headers, "Officer", "Child DOB"], *rows], 2):
            for x, cell in enumerate(row):
                if cell:
                    export.write_string(y, x, cell)
        export.write_row(ROWS + 3, 0, ["Total", str(ROWS)])
        book.add_worksheet("Notes on Jane").write_row(0, 0, ["Area", "Notes"])


def _spoilt(row: dict[str, str | None], number: int) -> list[str | None]:
    row |= {"incident_ref": f"4325{number:07d}", "gss_code": "E06000045"}
    row |= {"postcode": "somewhere"} if number % 7 == 0 else {}
    row |= {"risk_grade": "severe"} if number == 5 else {}
    row |= {"notification_datetime": "20/01/2025 10:00"} if number % 9 == 0 else {}
    row |= {"reported_datetime": "31/02/2025"} if number in (7, 9) else {}
    return [*row.values(), "PC 1", "14/03/2020"]
