"""`jtai letters`: reads published letters from their PDF, and says how they use words for shares; offline."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import answer, as_json, table

if TYPE_CHECKING:
    from tasks.reading_letters.letter import ReadLetter
    from tasks.wording.usage import WordPlace


@click.group(epilog="Example: jtai letters read letter.pdf --json")
def command() -> None:
    """Read published letters: sections, paragraphs, addressees, dates, signatures, determination."""


@command.command(epilog="Example: jtai letters read letters/*.pdf --json")
@click.argument("files", metavar="PDF...", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
def read(files: tuple[Path, ...], as_json: bool) -> None:
    """Read letters from their PDF, offline: the letters of both forms, since 2016.

    A file that is no letter is named with its reason, the others are read, and the exit code is 1.
    """
    from models.refusals import Refusal
    from tasks.reading_letters.reading import read_letter

    letters: list[dict[str, Any]] = []
    rows: list[tuple[str, ...]] = [
        ("file", "form", "dated", "area", "sections", "words", "addressees", "signed", "statement due")
    ]
    for path in files:
        try:
            letter = read_letter(_content(path))
        except Refusal as refused:
            letters.append({"file": path.name, "error": refused.sentence})
            click.echo(f"{path.name}: {refused.sentence}", err=True)
            continue
        letters.append({"file": path.name, **_facts(letter)})
        rows.append(_row(path, letter))
    answer(letters, as_json=as_json, text=table(rows) if len(rows) > 1 else "No letter was read.")
    if any("error" in letter for letter in letters):
        raise click.exceptions.Exit(1)


@command.command(epilog="Example: jtai letters words letters/*.pdf --json")
@click.argument("files", metavar="PDF...", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_json
def words(files: tuple[Path, ...], as_json: bool) -> None:
    """Say how published letters use words for shares, such as most and a small number, offline.

    Of each word: in how many sentences and letters it stands, in how many sentences it counts children, families or
    cases, and under which headings. Of a sentence with several such words the first counts. A file that is no letter is
    named with its reason, and the exit code is 1.
    """
    from models.refusals import Refusal
    from tasks.drafting.quantifiers import BY_CODE
    from tasks.reading_letters.reading import read_letter
    from tasks.wording.published import parts_of_letter
    from tasks.wording.usage import places_in, usage

    places: list[WordPlace] = []
    refused: list[dict[str, str]] = []
    for path in files:
        try:
            places += places_in(path.name, parts_of_letter(read_letter(_content(path))))
        except Refusal as refusal:
            refused.append({"file": path.name, "error": refusal.sentence})
            click.echo(f"{path.name}: {refusal.sentence}", err=True)
    used = usage(places)
    rows: list[tuple[str, ...]] = [("word", "sentences", "letters", "of children", "mostly under", "spelt")]
    rows += [
        (
            *(BY_CODE[each.quantifier].name, str(each.sentences), str(each.letters), str(each.of_children)),
            next(iter(each.sections)) or "the opening",
            ", ".join(f"{word} {number}" for word, number in each.words.items()),
        )
        for each in used
    ]
    value = {
        "letters": len(files) - len(refused),
        "words": [asdict(each) for each in used],
        "places": [asdict(each) for each in places],
        "errors": refused,
    }
    answer(value, as_json=as_json, text=table(rows) if used else "No such word was found.")
    if refused:
        raise click.exceptions.Exit(1)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise click.UsageError(f"There is no file {path.name} that can be read. Give the PDF of a letter.") from None


def _facts(letter: "ReadLetter") -> dict[str, Any]:
    return {
        **asdict(letter),
        "words": letter.words,
        "sections": [{**asdict(section), "words": section.words} for section in letter.sections],
    }


def _row(path: Path, letter: "ReadLetter") -> tuple[str, ...]:
    due = letter.determination.due
    return (
        *(path.name, letter.form, str(letter.dated or "no date"), letter.area or "not named"),
        *(str(len(letter.sections)), str(letter.words), str(len(letter.addressees)), str(len(letter.signatories))),
        str(due or ("not dated" if letter.determination.statement else "none needed")),
    )
