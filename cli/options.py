"""Options and output that several commands share."""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click


class IsoDate(click.ParamType[date]):
    """A date written 2025-02-24 or 24/02/2025."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or fail with a sentence."""
        if isinstance(value, date):
            return value
        text = str(value).strip()
        try:
            if "/" in text:
                day, month, year = (int(part) for part in text.split("/"))
                return date(year, month, day)
            return date.fromisoformat(text)
        except ValueError:
            self.fail(f"{text[:40]!r} is not a date. Write it as 2025-02-24 or 24/02/2025.", param, ctx)


as_json: Callable[[Any], Any] = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


def answer(value: Any, *, as_json: bool, text: str) -> None:
    """Print the answer of a command, as JSON or as text for people."""
    if not as_json:
        click.echo(text)
        return
    # What a terminal would obey, JSON can say as well; no half of a character can be printed otherwise.
    click.echo(_UNSEEN.sub(lambda each: f"\\u{ord(each[0]):04x}", json.dumps(value, ensure_ascii=False, default=str)))


# Controls, signs without width, changes of the direction of writing, and halves of characters.
_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_MOST_SHOWN = 1000


def one_line(text: str) -> str:
    """Return a text that holds words of a stranger's file as one line, in which no character moves what is printed.

    A file can name an inspection so that a terminal shows a verdict that nobody reached.
    """
    shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]} ..."
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in shown)


def write_privately(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by their paths under a folder, so that from their first byte on nobody else reads or lists them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, data in files.items():
        target = folder / path
        for above in reversed([up for up in target.parents if up.is_relative_to(folder)]):
            # With `parents`, those above would be open to all.
            above.mkdir(mode=0o700, exist_ok=True)
        # A link that lies there already would lead what is written to another place.
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            # A file that was there before keeps its own mode when it is opened.
            os.fchmod(handle, 0o600)
            file.write(data)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as aligned columns."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)
