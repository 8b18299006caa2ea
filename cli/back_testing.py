"""Reads a folder of published letters for `jtai theme back-test`, and shows what was found in them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import table
from models.words import plural

if TYPE_CHECKING:
    from tasks.theming.back_testing import BackTest
    from tasks.theming.sources import ReportSource, SourceText


def letters_in(folder: Path) -> "tuple[dict[ReportSource, tuple[SourceText, ...]], list[str]]":
    """Return the letters of a folder with their sentences, and why files that are none could not be read.

    Raises:
        click.UsageError: there is no PDF in it.
    """
    from models.refusals import Refusal
    from tasks.theming.back_testing import read_source

    files = sorted(path for path in folder.glob("*.pdf")) if folder.is_dir() else []
    if not files:
        raise click.UsageError(f"There is no PDF in {folder.name}. Give the folder that holds the published letters.")
    letters, refused = {}, []
    for path in files:
        try:
            source, texts = read_source(path.stem, path.read_bytes())
        except Refusal as refusal:
            refused.append(f"{path.name}: {refusal.sentence}")
        except OSError:
            refused.append(f"{path.name}: The file cannot be read. Look at its permissions.")
        else:
            letters[source] = texts
    return letters, refused


def shown(test: "BackTest") -> str:
    """Return what was found as a table with a line below it."""
    from tasks.theming.back_testing import rows

    letters, number = plural(len(test.sources), "letter"), len(test.messages)
    total = f"{test.recalled} of {plural(number, 'message')} found in {letters} ({test.texts:,} sentences)"
    return f"{table(rows(test))}\n\n{total}: recall {test.recall:.2f}."
