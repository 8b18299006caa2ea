"""A grid: one sheet as its sender sees it, before anybody knows which line holds the headers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

import polars as pl

from validation.files.readers.distinct import Distinct, columns_where, distinct_of, records_like

_AT_ONCE = 8
# By their form, for each release of a spreadsheet program brings new errors; ##### is a value too wide for its column,
# and Loading... stands in a sheet of Google's until what it imports has come. Without its last sign an error is known
# by its name, as another program or a person has copied it.
_ERROR_FORM = (
    r"^(?i:#¿?[^\W\d_][\w/ ]{0,23}[!?]|#n/?a|#(?:div/0|ref|value|name|num|null|spill|calc)|#{3,255}|err ?:[0-9]{3}"
    r"|#(?:error|deleted|busy|getting_data)|loading(?:\.\.\.|\u2026))$"
)
_BEGINS_SO = "^(?:#|(?i:err|load))"
_IS_ERROR = re.compile(_ERROR_FORM)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, order=True)
class Mark:
    """A cell, or a block of them, that does not hold what its sender sees.

    Attributes:
        kind: `error`, such as #REF!, in a cell that reads as blank; `error_text`, the same as text; `uncalculated`, a
            formula without a result; `lost_value`, a value that the file does not have; `merged`; `cut`, where a row
            breaks off; or a character that its sender did not mean: `guessed`, `control`, `lost`, `twice`, `escaped`,
            `unseen`, `questioned`, `entity`.
        record: record of the grid, from 0.
        column: column of the sheet, from 0.
        last_record: where a block ends.
        last_column: where a block ends.
    """

    kind: str
    record: int
    column: int
    last_record: int = -1
    last_column: int = -1


@dataclass(frozen=True)
class Account:
    """What became of the lines of a sheet, or of a text file, when it was read; nothing of it may be missing (L14).

    Attributes:
        lines: how many there are, counted from the file itself and not from what was read of it; in a sheet, its rows
            down to the last that holds anything.
        records: how many records were read, blank ones and those above the headers included.
        breaks: how many lines only go on with a cell of the line before.
        hidden: rows, as a spreadsheet numbers them, that its sender cannot see though they were read, in order.
    """

    lines: int
    records: int
    breaks: int = 0
    hidden: tuple[int, ...] = ()

    @property
    def missing(self) -> int:
        """Return how many lines were neither read as a record nor as part of one."""
        return self.lines - self.records - self.breaks


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet as trimmed strings, null where blank.

    Attributes:
        name: the sheet's name; empty for a text file.
        frame: String columns `0`, `1`, ... in sheet order, one row a record, wholly blank records kept.
        lines: the line at which each record starts, counting from 1 (Int64).
        places: the row at which a spreadsheet shows each record (Int64); differs after a line break inside a cell.
        offset: how many empty columns stand before column `0`.
        overlong: lines that hold more cells than the header line.
        wider: lines of which the cells beyond the headers are blank, where most lines have none.
        joined: lines that lack as many cells as one of theirs holds separators.
        visible: False for a hidden sheet.
        above: records of a text file above its headers, which the frame does not hold.
        marks: cells that do not hold what their sender sees, in order.
        account: what became of its lines; None where its reader gives none, and each record is one line.
        hidden_columns: columns of the sheet, from 0, that it does not show, in order.
        distinct: the different cells of the frame's columns.
    """

    name: str
    frame: pl.DataFrame
    lines: pl.Series
    places: pl.Series
    offset: int = 0
    overlong: tuple[int, ...] = ()
    visible: bool = True
    above: tuple[tuple[str, ...], ...] = ()
    marks: tuple[Mark, ...] = ()
    account: Account | None = None
    hidden_columns: tuple[int, ...] = ()
    distinct: Distinct = field(default_factory=dict, repr=False, compare=False)
    wider: tuple[int, ...] = ()
    joined: tuple[int, ...] = ()


@dataclass(frozen=True)
class Read:
    """What a file holds: its grids, and what the reader assumed that the sender should know."""

    grids: tuple[Grid, ...]
    notes: tuple[str, ...] = ()


def heading(text: str) -> str:
    """Return the form in which headers are compared: lower case, letters and digits only."""
    return _NOT_WORD.sub("", text.lower())


def letter(index: int) -> str:
    """Return the spreadsheet letter of a column counted from 0: A, B, ..., Z, AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def is_error(text: str) -> bool:
    """Return whether a cell's text is what a spreadsheet shows for a formula with an error."""
    return bool(_IS_ERROR.match(text))


def errors_in(frame: pl.DataFrame, distinct: Distinct) -> tuple[Mark, ...]:
    """Return the cells of a frame that hold nothing but a formula's error as text, in order."""
    # Few columns hold a cell that begins so; the form is looked for in those alone.
    likely = columns_where(distinct, dict.fromkeys(frame.columns, _may_be_error))
    some = {name: distinct[name].filter(distinct[name].str.contains(_BEGINS_SO)) for name in likely}
    cells = sorted((record, int(likely[at])) for at, record in records_like(frame.select(likely), some, _ERROR_FORM))
    return tuple(Mark("error_text", record, column) for record, column in cells)


def _may_be_error(cell: pl.Expr) -> pl.Expr:
    return cell.str.contains(_BEGINS_SO)


def in_order(*marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return marks of several kinds in the order of their cells."""
    return tuple(sorted(chain(*marks), key=lambda mark: (mark.record, mark.column)))


def index_of(letters: bytes) -> int:
    """Return the column, counted from 0, of its letters in ASCII."""
    total = 0
    for char in letters.upper():
        total = total * 26 + char - ord("A") + 1
    return total - 1


def trimmed(columns: list[pl.Series]) -> tuple[pl.DataFrame, Distinct]:
    """Return columns as a frame, `0`, `1`, ..., cells trimmed and empty ones null, and its different cells.

    The list is emptied on the way, and the memory of its columns freed: a large file has no room for two of it.
    """
    done: list[pl.Series] = []
    distinct: dict[str, pl.Series] = {}
    while columns:
        # One piece of memory a column: on the reader's many pieces all that follows takes up to ten times as long.
        some = pl.DataFrame([c.rechunk().alias(str(len(done) + n)) for n, c in enumerate(columns[:_AT_ONCE])])
        del columns[:_AT_ONCE]
        cells = distinct_of(some)
        # Most columns of most files hold no cell to be trimmed, and are left as they are.
        names = columns_where(cells, dict.fromkeys(some.columns, _may_be_trimmed))
        some = some.with_columns(pl.col(names).str.strip_chars())
        some = some.with_columns(pl.when(pl.col(names) != "").then(pl.col(names)).name.keep()) if names else some
        done += some.get_columns()
        distinct |= {**cells, **distinct_of(some.select(names))}
    return pl.DataFrame(done), distinct


def _may_be_trimmed(cell: pl.Expr) -> pl.Expr:
    return (cell == "") | (cell.str.strip_chars() != cell)
