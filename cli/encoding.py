"""Reads a return, encodes the names on its sheet of children, and writes it as a workbook."""

import base64
import io
from pathlib import Path

import click
import polars as pl

from cli.link import grids_of
from models.themes import theme
from validation.contract.encoded import signature, to_text
from validation.contract.identity import CHILDREN
from validation.contract.model import value
from validation.contract.not_values import letters
from validation.files.parsing import parse
from validation.files.tables import SheetTable, locate
from validation.returns import CONTRACTS, contract

_LEAST = 32
_PARTS = ("forename", "surname")
_LEFT_OUT = ("mother_forename", "mother_surname")


def read_key(path: Path) -> bytes:
    """Return the key in a file.

    Raises:
        click.ClickException: the file holds none.
    """
    try:
        key = base64.urlsafe_b64decode(path.read_bytes().strip())
    except ValueError:
        key = b""
    if len(key) < _LEAST:
        raise click.ClickException(
            f"{path.name} holds no key. Download it from the page of your request on the portal."
        )
    return key


def encoded_return(file: Path, code: str, theme_id: str, key: bytes) -> tuple[bytes, int]:
    """Return a workbook of a return with encoded names, and how many names were encoded.

    Raises:
        click.ClickException: the return lists no children, or the file is not this return.
    """
    import xlsxwriter

    contract_ = contract(code.upper(), theme(theme_id))
    if contract_.code not in CHILDREN:
        raise click.ClickException(f"{contract_.code} names no child, so there is nothing to encode.")
    tables, layout = locate(grids_of(file), contract_, tuple(CONTRACTS.values()))
    if not tables:
        raise click.ClickException(f"{file.name}: {layout[0].message if layout else 'no sheet of this return.'}")
    names, out = 0, io.BytesIO()
    # In memory: files that the library writes on the way would hold days of birth and numbers of children.
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        for table in tables:
            frame = table.frame.select(table.sheet.names)
            if table.sheet.name == CHILDREN[contract_.code][0]:
                frame, encoded = _encoded(table, contract_.code, key)
                names += encoded
            sheet = book.add_worksheet(table.sheet.name)
            sheet.write_row(0, 0, frame.columns)
            for number, row in enumerate(frame.iter_rows(), 1):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write_string(number, column, cell)
    return out.getvalue(), names


def _encoded(table: SheetTable, code: str, key: bytes) -> tuple[pl.DataFrame, int]:
    """Return the sheet of children with encoded names and without those of mothers, and how many were encoded."""
    roles = CHILDREN[code][1]
    frame, parsed = table.frame.select(table.sheet.names), parse(table.frame, table.sheet)
    born = parsed[value(roles.of("date_of_birth"))]
    encoded = 0
    for part in _PARTS:
        name = roles.of(part)
        if name not in frame.columns:
            continue
        plain = frame.select(letters(pl.col(name)).alias("letters"))["letters"]
        cells = [to_text(signature(text, day, key)) if text else None for text, day in zip(plain, born, strict=True)]
        encoded += sum(cell is not None for cell in cells)
        frame = frame.with_columns(pl.Series(name, cells, dtype=pl.String))
    mothers = [roles.of(part) for part in _LEFT_OUT if roles.of(part) in frame.columns]
    return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in mothers), encoded
