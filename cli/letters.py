"""`jtai letters`: reads published letters, says how they use words for shares, and verifies their proofs; offline."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import answer, as_json, one_line, table
from cli.trust import key_option, trusted_keys

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


@command.command(epilog="Example: jtai letters verify letter.proof.json letter.pdf --key 3f1c...")
@click.argument("proof", metavar="PROOF.JSON", type=click.Path(path_type=Path))
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@key_option(required=True)
@as_json
def verify(proof: Path, files: tuple[Path, ...], key_texts: tuple[str, ...], as_json: bool) -> None:
    """Verify the proof of a letter, and that files are that letter, offline. Exit 1 if anything is wrong.

    Each sentence is bound to digests of its evidence, and all of them to one signature. Give its PDF, DOCX, ODT or
    HTML; the public data (JSON) leaves out part of the letter's own, so it is not held to the proof.
    """
    from models.words import plural
    from tasks.ground.foreign_json import parsed
    from tasks.letters.proofs import letter_faults

    keys = trusted_keys(key_texts)
    kinds = [path.suffix.removeprefix(".").lower() for path in files]
    if wrong := next((path for path, kind in zip(files, kinds, strict=True) if kind not in _PROVEN), None):
        raise click.UsageError(f"{wrong.name} is none of the files that a proof names: give PDF, DOCX, ODT or HTML.")
    try:
        record = parsed(_content(proof))
    except ValueError:
        # What is no JSON is told of like what is no proof.
        record = None
    letter = {kind: _content(path) for kind, path in zip(kinds, files, strict=True)}
    faults = letter_faults(record, letter, keys)
    number = len(record["proofs"]) if isinstance(record, dict) and not faults else 0
    value = {"sentences": number, "files": sorted(letter), "faults": faults}
    if number and isinstance(record, dict):
        value |= {name: record[name] for name in ("inspection", "status", "version")}
    whole = f"The proof holds: {plural(number, 'sentence')}, each with its evidence, signed as 1 letter. " + (
        f"{plural(len(letter), 'file')} of it {'is' if len(letter) == 1 else 'are'} what was signed."
        if letter
        else "No file of the letter was given, so none was held to it."
    )
    answer(value, as_json=as_json, text="\n".join(map(one_line, faults)) if faults else whole)
    if faults:
        raise click.exceptions.Exit(1)


_PROVEN = frozenset({"pdf", "docx", "odt", "html"})


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise click.UsageError(f"There is no file {path.name} that can be read.") from None


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
