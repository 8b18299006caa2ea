"""Measures the published letters in a folder: how well they are read, what they are like, and where the linter alarms.

    .venv/bin/python -m benchmarks.letters FOLDER

The letters are Crown copyright under the Open Government Licence, and none of them is kept here; docs/wording.md says
where they are. It prints numbers alone.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tasks.reading_letters.letter import ReadLetter
from tasks.reading_letters.lines import UnreadableLetterError
from tasks.reading_letters.reading import read_letter
from tasks.wording.measuring import alarmed, measured


def letters_in(folder: Path) -> tuple[list[ReadLetter], list[str]]:
    """Return the letters of a folder's PDFs, and the names of the files that are none."""
    letters, others = [], []
    for path in sorted(folder.glob("*.pdf")):
        try:
            letters.append(read_letter(path.read_bytes()))
        except UnreadableLetterError:
            others.append(path.name)
    return letters, others


def parts_read(letters: list[ReadLetter]) -> dict[str, int]:
    """Return of how many letters each part is read."""
    return {
        "letters": len(letters),
        "date": sum(letter.dated is not None for letter in letters),
        "four addressees or more": sum(len(letter.addressees) >= 4 for letter in letters),
        "area": sum(bool(letter.area) for letter in letters),
        "fieldwork": sum(letter.fieldwork is not None for letter in letters),
        "authority": sum(bool(letter.determination.authority) for letter in letters),
        "day of the statement": sum(letter.determination.due is not None for letter in letters),
        "three signatories or more": sum(len(letter.signatories) >= 3 for letter in letters),
        **{
            code: sum(letter.section(code) is not None for letter in letters)
            for code in ("context", "headline", "priority", "improve", "strengths", "main", "practice", "next")
        },
    }


def figures(folder: Path) -> dict[str, Any]:
    """Return every figure of a folder's letters."""
    letters, others = letters_in(folder)
    by_form = {form: [letter for letter in letters if letter.form == form] for form in ("2016", "2022")}
    return {
        "no letters": others,
        "read": {form: parts_read(chosen) for form, chosen in by_form.items()},
        "norms": {form: measured(chosen) for form, chosen in by_form.items()},
        "alarms": alarmed(letters),
    }


def main(arguments: list[str]) -> int:
    """Print the figures of a folder; return the exit code."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("Give the folder of the letters' PDFs: python -m benchmarks.letters FOLDER", file=sys.stderr)
        return 2
    print(json.dumps(figures(Path(arguments[0])), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
