"""A mapping says once which column of an agency's own export is which of ours, and which of its values is which code.

A person makes it. What is suggested here is offered and never applied unasked. A mapping holds headers and values of
columns of codes alone, and those only where they cannot be somebody's number or a sentence about them (L5).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl
from rapidfuzz import fuzz, process

from models.refusals import Refusal, check_kept
from models.words import plural
from validation.contract.context import Context
from validation.contract.errors import UnreadableError
from validation.contract.file_rules import FileRule
from validation.contract.model import Column, Contract, v
from validation.files.parsing import parse
from validation.files.readers import guarded
from validation.files.readers.grid import Grid, Read, heading
from validation.files.splitting import HEADER_WITHIN, split
from validation.files.synonyms import synonyms
from validation.files.tables import gather
from validation.filling.filled import Filling
from validation.filling.lists import filled_list
from validation.returns import CONTRACTS, contract

_ALIKE = 80
_MOST_VALUES, _LONGEST = 60, 40
_CODED = ("category", "list", "bool")
_UNUSED = "not in the mapping: "

NOT_OF_THE_MAPPING = FileRule(
    "file.mapping",
    severity="error",
    message=(
        "The file does not have all columns of your mapping in one row: {missing}. Your system may have changed its "
        "export. Export the file again with those columns, or make a mapping for the new headers."
    ),
    example={"missing": "2 of 14 are not there"},
)


class MappingRefusedError(Refusal):
    """A mapping cannot be used; the sentence says what to change in it."""


@dataclass(frozen=True)
class HeaderMapping:
    """Which column of an export is which of ours.

    Attributes:
        code: the return.
        columns: column of ours -> header of the export.
        values: column of ours -> value of the export -> code of ours, for values that we do not know.
    """

    code: str
    columns: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the mapping as the text of its file; the same mapping is the same text."""
        values = {column: dict(sorted(some.items())) for column, some in sorted(self.values.items())}
        fields = {"return": self.code, "columns": dict(sorted(self.columns.items())), "values": values}
        return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "HeaderMapping":
        """Rebuild a mapping, and hold every name and code in it against the return.

        Raises:
            MappingRefusedError: it is no mapping, or names what the return does not have.
        """
        try:
            fields = json.loads(text)
            mapping = cls(
                str(fields["return"]).upper(),
                {str(ours): str(theirs) for ours, theirs in fields["columns"].items() if theirs},
                {
                    str(ours): {str(value): str(code) for value, code in some.items() if code}
                    for ours, some in fields.get("values", {}).items()
                },
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise MappingRefusedError(
                "The mapping is not one of ours. Begin one with jtai fill FILE --return POL-1 --suggest MAPPING.json."
            ) from None
        mapping.check()
        return mapping

    def check(self) -> None:
        """Refuse names and codes that the return does not have, and values that a mapping must not hold.

        Raises:
            MappingRefusedError: the first of them.
        """
        if self.code not in CONTRACTS:
            raise MappingRefusedError(f"The mapping is for no return of ours. Ours are {', '.join(CONTRACTS)}.")
        if not self.columns:
            raise MappingRefusedError("The mapping names no column. Say which of your headers is which of ours.")
        # As headers are compared when the file is read, where capitals and spaces do not count.
        if len({heading(theirs) for theirs in self.columns.values()}) < len(self.columns):
            raise MappingRefusedError("The mapping uses one of your columns for several of ours. Choose which.")
        for ours, some in self.values.items():
            if not all(may_be_kept(value) for value in some):
                raise MappingRefusedError(
                    f"The values of {ours} hold what is no code, such as a number of a person or a sentence. "
                    "Take them out: a mapping holds no cell about a child."
                )

    def fits(self, contract_: Contract) -> None:
        """Refuse what a return, as its theme asks for it, does not have.

        Raises:
            MappingRefusedError: a column or a code of it.
        """
        columns = {column.name: column for column in contract_.main.columns}
        for ours in (*self.columns, *self.values):
            if ours not in columns:
                raise MappingRefusedError(f"{self.code} has no column {ours!r}. Take it out of the mapping.")
        for ours, some in self.values.items():
            allowed = _codes_of(columns[ours])
            if wrong := sorted(set(some.values()) - set(allowed)):
                raise MappingRefusedError(f"{wrong[0]!r} is no code of {ours}. Its codes are {', '.join(allowed)}.")


@dataclass(frozen=True)
class Suggestion:
    """What a person may begin a mapping with.

    Attributes:
        mapping: the likely columns, and the values that need a code, each with an empty one.
        headers: every header of the export.
        looks: header -> what its cells look like, in words.
    """

    mapping: HeaderMapping
    headers: tuple[str, ...]
    looks: Mapping[str, str]

    def to_json(self) -> str:
        """Return the text of a file that a person completes; headers and kinds of cells stand in it for their help."""
        fields = json.loads(self.mapping.to_json())
        fields["values"] = {ours: dict(some) for ours, some in self.mapping.values.items()}
        return json.dumps({**fields, "your headers": dict(self.looks)}, ensure_ascii=False, indent=2) + "\n"


def may_be_kept(value: str) -> bool:
    """Return whether a value of a column of codes may stand in a mapping: short, and no number of a person."""
    digits = sum(letter.isdigit() for letter in value)
    try:
        check_kept("value", value)
    except Refusal:
        return False
    # A code has few words and few digits; an NHS number, a telephone number or a date of birth has more.
    return len(value) <= _LONGEST and digits < 6 and len(value.split()) <= 6


def suggested(file: Read, contract_: Contract, earlier: HeaderMapping | None = None) -> Suggestion:
    """Return what a mapping of a file could be, by other names of our columns and by what its cells look like.

    Args:
        file: the export.
        contract_: of the return.
        earlier: the mapping that its agency made before; what of it still fits comes first.

    Raises:
        UnreadableError: the file has no row of headers.
    """
    grid, record = _table_of(file)
    theirs = {str(n): cell for n, cell in enumerate(grid.frame.row(record)) if cell}
    body = grid.frame.slice(record + 1)
    looks = {header: _look(body[n]) for n, header in theirs.items()}
    before = earlier.columns if earlier else {}
    columns = {ours: header for ours, header in before.items() if header in theirs.values()}
    for column in (column for column in contract_.main.columns if column.name not in columns):
        left = {header for header in theirs.values() if header not in columns.values()}
        likely = _likely(column, left, looks)
        if likely:
            columns[column.name] = likely
    places = {header: n for n, header in theirs.items()}
    values: dict[str, dict[str, str]] = {}
    for column in contract_.main.columns:
        if column.name in columns and column.type in _CODED:
            unknown = _unknown(column, body[places[columns[column.name]]], contract_)
            if unknown:
                codes = earlier.values.get(column.name, {}) if earlier else {}
                values[column.name] = {value: codes.get(value, "") for value in unknown}
    return Suggestion(HeaderMapping(contract_.code, columns, values), tuple(theirs.values()), looks)


def _table_of(file: Read) -> tuple[Grid, int]:
    """Return the largest visible table of a file, and the record of its headers: the first that most columns fill."""
    # An export may begin with a sheet about itself; the records are the longest table.
    grids = sorted((grid for grid in file.grids if grid.visible), key=lambda grid: -grid.frame.height)
    for grid in grids:
        for record, cells in enumerate(grid.frame.head(HEADER_WITHIN).iter_rows()):
            if 2 * sum(cell is not None for cell in cells) > len(cells):
                return grid, record
    raise UnreadableError(NOT_OF_THE_MAPPING, missing="there is no row of headers")


def _look(cells: pl.Series) -> str:
    """Return in words what the cells of a column look like; never what they hold."""
    filled = cells.drop_nulls()
    if not len(filled):
        return "blank"
    forms = {
        "dates": r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|^\d{4}-\d{2}-\d{2}",
        "NHS numbers, by their form": r"^\d{3} ?\d{3} ?\d{4}$",
        "UK postcodes": r"^[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}$",
        "whole numbers": r"^-?\d+$",
    }
    for words, form in forms.items():
        # Nine in ten: an export has some cells that somebody typed freely.
        if 10 * int(filled.str.contains(form).sum()) >= 9 * len(filled):
            return words
    few = filled.n_unique()
    return f"{plural(few, 'different value')}" if few <= _MOST_VALUES and few < len(filled) else "text"


def _likely(column: Column, headers: set[str], looks: Mapping[str, str]) -> str | None:
    """Return the header of an export that a column of ours probably is."""
    wanted = {heading(column.name), *synonyms(column.name)}
    ordered = sorted(headers)
    named = next((header for header in ordered if heading(header) in wanted), None)
    if named:
        return named
    if heading(column.name).endswith("nhsnumber") and "mother" not in column.name:
        numbers = [header for header in ordered if looks[header].startswith("NHS")]
        # With two, one may be the mother's, and a wrong number joins children.
        if len(numbers) == 1:
            return numbers[0]
    close = process.extractOne(heading(column.name), {h: heading(h) for h in ordered}, scorer=fuzz.ratio)
    return str(close[2]) if close and close[1] >= _ALIKE else None


def _unknown(column: Column, cells: pl.Series, contract_: Contract) -> list[str]:
    """Return the values of a column of codes that are none of ours and that a mapping may hold, in order."""
    kinds = cells.drop_nulls().unique().sort()
    # So many values are no codes but words, which a mapping must not hold.
    if len(kinds) > _MOST_VALUES:
        return []
    table = pl.DataFrame({name: pl.Series([None] * len(kinds), dtype=pl.String) for name in contract_.main.names})
    parsed = parse(table.with_columns(kinds.alias(column.name)), contract_.main)
    unread = parsed.filter(v(column.name).is_null())[column.name].to_list()
    return [value for value in unread if may_be_kept(value)]


def _codes_of(column: Column) -> tuple[str, ...]:
    if column.codes:
        return column.codes.values
    return ("Yes", "No") if column.type == "bool" else ()


def filled_by(files: Sequence[Read], mapping: HeaderMapping, context: Context) -> Filling:
    """Return a return filled from an export by a mapping: its columns alone are taken.

    Raises:
        UnreadableError: the export does not have the columns of the mapping.
        MappingRefusedError: the mapping names what the return does not have under this theme.
    """
    return_ = contract(mapping.code, context.theme)
    mapping.fits(return_)
    grids = [guarded(partial(_renamed, file, mapping, return_)) for file in files]
    parts = [guarded(partial(split, each, (return_,), (return_.code,))) for each in grids]
    tables, _ = gather(parts, return_)
    if not tables or tables[0].sheet.name != return_.main.name:
        raise UnreadableError(NOT_OF_THE_MAPPING, missing="there is no row of headers")
    table = tables[0]
    frame, respelt = _respelt(table.frame, mapping)
    filled, _, _ = filled_list(return_, frame, context, "your export")
    taken = f"{plural(len(mapping.columns), 'column')} of yours taken, as your mapping says."
    notes = [*filled.notes, taken, *(reckoning.sentence for reckoning in table.reckoned), *_respelt_notes(respelt)]
    notes += list(dict.fromkeys(f.message for f in table.findings if f.severity == "error"))
    return Filling("Your own export", {return_.code: replace(filled, notes=tuple(notes))}, tuple(_beside(files)))


def _renamed(file: Read, mapping: HeaderMapping, return_: Contract) -> tuple[Grid, ...]:
    """Return the sheets of a file with the mapping's headers replaced by ours, and our names elsewhere made none."""
    ours = {heading(theirs): name for name, theirs in mapping.columns.items()}
    names = {heading(name) for name in return_.main.names}
    most = 0
    for place, grid in enumerate(file.grids):
        for record, cells in enumerate(grid.frame.head(HEADER_WITHIN).iter_rows()):
            typed = [heading(cell) if cell else "" for cell in cells]
            most = max(most, len(set(typed) & ours.keys()))
            if not ours.keys() <= set(typed):
                continue
            # An export may use one of our names for something else; only the mapping says what is ours.
            headers = [
                ours.get(text) or (f"{_UNUSED}{cell}" if text in names else cell)
                for text, cell in zip(typed, cells, strict=True)
            ]
            return (*file.grids[:place], _with_row(grid, record, headers), *file.grids[place + 1 :])
    raise UnreadableError(NOT_OF_THE_MAPPING, missing=f"{len(ours) - most} of {len(ours)} are not there")


def _with_row(grid: Grid, record: int, headers: Sequence[str | None]) -> Grid:
    here = pl.int_range(pl.len()) == record
    cells = (
        pl.when(here).then(pl.lit(text, pl.String)).otherwise(pl.col(name)).alias(name)
        for name, text in zip(grid.frame.columns, headers, strict=True)
    )
    return replace(grid, frame=grid.frame.with_columns(cells))


def _respelt(frame: pl.DataFrame, mapping: HeaderMapping) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return rows whose values are written as the mapping's codes, and how many cells of each column were others."""
    respelt = {
        ours: int(frame[ours].is_in(list(some)).sum()) for ours, some in mapping.values.items() if ours in frame.columns
    }
    changes = [pl.col(ours).replace(dict(mapping.values[ours])).alias(ours) for ours in respelt]
    return frame.with_columns(changes), respelt


def _respelt_notes(respelt: Mapping[str, int]) -> Iterator[str]:
    for ours, count in respelt.items():
        if count:
            yield f"{plural(count, 'cell')} of {ours} are written as the codes of your mapping."


def _beside(files: Sequence[Read]) -> Iterator[str]:
    hidden = sum(not grid.visible for file in files for grid in file.grids)
    if hidden:
        yield f"Nothing is taken from {plural(hidden, 'hidden sheet')}."
