"""Plants bad cells: each one breaks a rule of its own column, so that every one of them is found."""

from random import Random

from validation.contract.model import Column, Sheet
from validation.synthetic.noise import Cells

_BAD = {
    "date": ("31/02/2024", "2024-13-01", "not known", "01/01/24"),
    "datetime": ("31/02/2024 10:00", "not known", "25:99"),
    "integer": ("many", "-1", "1.5"),
    "decimal": ("n/a", "-3"),
    "bool": ("perhaps",),
    "category": ("see notes", "zz", "#N/A"),
}
_NUMBERS = ("nhs_number", "child_nhs_number", "mother_nhs_number")


def spoil(column: Column, cell: str | None, rng: Random) -> str | None:
    """Return a bad value for a cell, or the cell itself where none is certain to break a rule."""
    # Another last digit always breaks the check digit, any other change might not.
    if column.name in _NUMBERS and cell:
        return cell[:-1] + str((int(cell[-1]) + rng.randrange(1, 10)) % 10)
    if column.type in _BAD and (cell or column.type != "integer"):
        return rng.choice(_BAD[column.type])
    if column.type == "list" and column.codes:
        return "99Z"
    return None if column.required == "yes" else cell


def plant(sheet: Sheet, rows: list[Cells], rate: float, rng: Random) -> list[tuple[int, str]]:
    """Spoil this share of a sheet's cells in place.

    Returns:
        Index of the row (from 0) and column of each spoiled cell.
    """
    planted: list[tuple[int, str]] = []
    for number, row in enumerate(rows):
        for column in sheet.columns:
            if rng.random() >= rate:
                continue
            bad = spoil(column, row[column.name], rng)
            # What is unchanged is not planted, or the truth would name an error that nobody can find.
            if bad != row[column.name]:
                row[column.name] = bad
                planted.append((number, column.name))
    return planted
