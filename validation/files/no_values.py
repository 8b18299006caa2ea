"""Cells that hold a word for nothing, such as NULL or TBC: they count as blank, and their sender is told so."""

from collections.abc import Iterator
from functools import lru_cache, partial

import polars as pl

from models.words import plural
from validation.contract.codes import code_of, spellings
from validation.contract.model import ROW, Column, Sheet
from validation.contract.not_values import PROGRAMS_WRITE, words_for_nothing
from validation.contract.outcome import CellFinding
from validation.files.explained import PLACE
from validation.files.readers.distinct import Distinct, columns_where
from validation.files.rules import cells as cell_rules

# As often as that in one sheet, a program's word is how that program writes a blank, and no slip of a person.
_BY_PROGRAM = 10
# More of them in one column have one cause, and are told once.
_EACH = 10


def blanked(
    sheet: Sheet, name: str, frame: pl.DataFrame, letters: dict[str, str], distinct: Distinct
) -> tuple[pl.DataFrame, tuple[CellFinding, ...]]:
    """Return a table whose words for nothing are blank, and what is said of them.

    A column that every row needs is not mentioned: its rule says that the cell counts as blank.

    Args:
        sheet: of the contract.
        name: as reports tell it.
        frame: the sheet's columns as typed, each record's line (`ROW`) and its spreadsheet row (`PLACE`).
        letters: column -> letter in the file.
        distinct: the different cells of the columns that the file has.
    """
    words_by_column = {
        c.name: words_for(c)
        for c in sheet.columns
        # Where every row needs one of a few codes, the rule that lists them helps more.
        if c.name in letters and not (c.required == "yes" and c.type in ("category", "list", "bool"))
    }
    # Most files hold no such word, and are left as they are.
    likely = columns_where(distinct, {c: partial(_is_one_of, words) for c, words in words_by_column.items()})
    flags = {column: _is_one_of(words_by_column[column], pl.col(column)) for column in likely}
    counts = frame.select(flag.sum().alias(column) for column, flag in flags.items())
    columns = [column for column in counts.columns if counts[column][0]]
    if not columns:
        return frame, ()
    cells = pl.concat(
        frame.lazy()
        .filter(flags[column])
        .select(ROW, PLACE, pl.lit(column).alias("column"), pl.col(column).alias("word"))
        for column in columns
    ).collect()
    blank = frame.with_columns(pl.when(~flags[column]).then(pl.col(column)).alias(column) for column in columns)
    return blank, tuple(_findings(cells, sheet, name, letters))


def _is_one_of(words: tuple[str, ...], cell: pl.Expr) -> pl.Expr:
    return cell.is_in(words).fill_null(False)


@lru_cache(maxsize=1_024)
def words_for(column: Column) -> tuple[str, ...]:
    """Return the words that stand for nothing in a column, as they may be spelled."""
    if column.shape == "prose":
        # In prose a person may answer with one word, such as None.
        return PROGRAMS_WRITE
    meanings = spellings(column.codes) if column.codes else {}
    return words_for_nothing(lambda word: code_of(word, meanings) is not None)


def _findings(cells: pl.DataFrame, sheet: Sheet, name: str, letters: dict[str, str]) -> Iterator[CellFinding]:
    written = cells.filter(pl.col("word").is_in(PROGRAMS_WRITE))
    if written.height >= _BY_PROGRAM:
        columns = plural(written["column"].n_unique(), "column")
        yield cell_rules.PROGRAM_S_BLANKS.at(name, count=f"{written.height:,}", columns=columns)
        cells = cells.filter(~pl.col("word").is_in(PROGRAMS_WRITE))
    for column in sheet.columns:
        some = cells.filter(pl.col("column") == column.name)
        if column.required == "yes" or some.is_empty():
            continue
        if some.height > _EACH:
            row, row_place = some.select(ROW, PLACE).row(0)
            cell = f"{letters[column.name]}{row_place}"
            yield cell_rules.NO_VALUES.at(name, row, column.name, cell, count=f"{some.height:,}")
            continue
        for row, row_place in some.select(ROW, PLACE).iter_rows():
            yield cell_rules.NO_VALUE.at(name, row, column.name, f"{letters[column.name]}{row_place}")
