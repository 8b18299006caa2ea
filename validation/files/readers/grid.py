"""A grid: one sheet as its sender sees it, before anybody knows which line holds the headers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import polars as pl

_AT_ONCE = 8
# By their form, for each release of a spreadsheet program brings new errors; ##### is a value too wide for its column,
# and Loading... stands in a sheet of Google's until what it imports has come. Without its last sign an error is known
# by its name, as another program or a person has copied it.
_ERROR_FORM = (
    r"^(?i:#¿?[^\W\d_][\w/ ]{0,23}[!?]|#n/?a|#(?:div/0|ref|value|name|num|null|spill|calc)|#{3,255}|err ?:[0-9]{3}"
    r"|#(?:error|deleted|busy|getting_data)|loading(?:\.\.\.|\u2026))$"
)
_BEGIN_SO = ("#", "Err", "Loading")
_IS_ERROR = re.compile(_ERROR_FORM)
_NOT_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, order=True)
class Mark:
    """A cell, or a block of them, that does not hold what its sender sees.

    Attributes:
        kind: `error`, such as #REF!, in a cell that reads as blank; `error_text`, the same as text; `uncalculated`, a
            formula without a result; `lost_value`, a value that the file does not have; `merged`; or a character that
            its sender did not mean: `guessed`, `control`, `lost`, `twice`, `escaped`, `unseen`, `questioned`, `entity`.
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


_SIGNS = (
    *(b"#", b"rr:", b"RR:", b"rr :", b"RR :", b"r\0r\0:", b"R\0R\0:"),
    *(b"oading", b"OADING", b"o\0a\0d\0i\0n\0g", b"O\0A\0D\0I\0N\0G"),
)


def holds_errors(data: bytes) -> bool:
    """Return whether the bytes of a text file, of any encoding, may hold a formula's error."""
    # Each sign in the ways in which programs write it: a copy of the text in small letters would cost more than all.
    return any(sign in data for sign in _SIGNS)


def errors_in(frame: pl.DataFrame) -> tuple[Mark, ...]:
    """Return the cells of a frame that hold nothing but a formula's error as text, in order."""
    # Few columns hold a cell that begins so; the form is looked for in those alone.
    likely = frame.select(
        pl.any_horizontal(pl.col(name).str.starts_with(sign).any() for sign in _BEGIN_SO).alias(name)
        for name in frame.columns
    )
    names = [column.name for column in likely if column.item()] if frame.height else []
    cells = (
        (record, int(name))
        for name in names
        for record in frame[name].str.contains(_ERROR_FORM).fill_null(value=False).arg_true()
    )
    return tuple(Mark("error_text", record, column) for record, column in sorted(cells))


def in_order(*marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return marks of several kinds in the order of their cells."""
    return tuple(sorted(chain(*marks), key=lambda mark: (mark.record, mark.column)))


def index_of(letters: bytes) -> int:
    """Return the column, counted from 0, of its letters in ASCII."""
    total = 0
    for char in letters.upper():
        total = total * 26 + char - ord("A") + 1
    return total - 1


def trimmed(columns: list[pl.Series]) -> pl.DataFrame:
    """Return columns as a frame, `0`, `1`, ..., cells trimmed and empty ones null.

    The list is emptied on the way, and the memory of its columns freed: a large file has no room for two of it.
    """
    done: list[pl.Series] = []
    while columns:
        # One piece of memory a column: on the reader's many pieces all that follows takes up to ten times as long.
        some = pl.DataFrame([c.rechunk().alias(str(len(done) + n)) for n, c in enumerate(columns[:_AT_ONCE])])
        del columns[:_AT_ONCE]
        some = some.with_columns(pl.all().str.strip_chars())
        done += some.with_columns(pl.when(pl.all() != "").then(pl.all()).name.keep()).get_columns()
    return pl.DataFrame(done)
