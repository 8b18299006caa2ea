"""Reads a whole letter from its PDF. Pure: bytes in, a value out."""

import re
from collections import Counter
from collections.abc import Sequence

from tasks.reading_letters.closing import determination, signatories
from tasks.reading_letters.dates import first_span
from tasks.reading_letters.head import addressees, dated
from tasks.reading_letters.letter import LetterForm, ReadLetter, ReadSection
from tasks.reading_letters.lines import PageLine, UnreadableLetterError, lines_of
from tasks.reading_letters.sections import full_width, joined_lines, leading, sections

_DEAR = re.compile(r"Dear\b")
_ENDS = re.compile(r"Yours (sincerely|faithfully|truly)\b", re.IGNORECASE)
_TITLE = re.compile(r"\binspection of\b", re.IGNORECASE)
_AREA = re.compile(r"\binspection of (?!the multi-agency)(.+)$|(?:.*\bin )(.+)$", re.IGNORECASE)
_SMALL = 1.4


def read_letter(content: bytes) -> ReadLetter:
    """Return the letter that a PDF holds.

    Raises:
        UnreadableLetterError: it is no PDF with words, or no letter: it has no salutation or no heading of a letter.
    """
    return letter_of(lines_of(content))


def letter_of(lines: Sequence[PageLine]) -> ReadLetter:
    """Return the letter that the lines of a file make up.

    Raises:
        UnreadableLetterError: they make up no letter.
    """
    body, notes = _without_notes(lines)
    start = next((place for place, line in enumerate(body) if _DEAR.match(line.text)), None)
    if start is None:
        raise UnreadableLetterError("This PDF is no letter: it addresses nobody. Give the letter of an inspection.")
    end = next((place for place in range(len(body) - 1, start, -1) if _ENDS.match(body[place].text)), len(body))
    title, rest = _title(body[start + 1 : end])
    parts = sections(rest)
    if len(parts) < 2:
        raise UnreadableLetterError("This PDF has no heading of a letter, such as Next steps. Give another file.")
    last = next((part for part in parts if part.code == "next"), None)
    return ReadLetter(
        pages=max(line.page for line in lines),
        form=_form(parts),
        dated=dated(body[:start]),
        addressees=addressees(body[:start], full_width(rest)),
        salutation=body[start].text,
        title=title,
        area=_area(title),
        fieldwork=first_span(" ".join(_prose(parts[0]))),
        sections=parts,
        determination=determination(" ".join(_prose(last)) if last else ""),
        signatories=signatories(body[end + 1 :], leading(rest)),
        notes=notes,
    )


def _without_notes(lines: Sequence[PageLine]) -> tuple[list[PageLine], tuple[str, ...]]:
    """Return the lines of the letter, and what is printed small: footnotes, and small print below the signatures."""
    usual = Counter(line.size for line in lines for _ in line.text).most_common(1)[0][0]
    body = [line for line in lines if line.size > usual - _SMALL]
    notes: list[list[str]] = []
    for line in lines:
        if line.size > usual - _SMALL:
            continue
        if not notes or re.match(r"\d{1,2} [A-Z]|[\u2022-]", line.text):
            notes.append([])
        notes[-1].append(line.text)
    return body, tuple(joined_lines(note) for note in notes)


def _title(lines: Sequence[PageLine]) -> tuple[str, list[PageLine]]:
    first = next((place for place, line in enumerate(lines[:6]) if line.bold and _TITLE.search(line.text)), None)
    if first is None:
        return "", list(lines)
    last = first
    while last + 1 < len(lines) and lines[last + 1].bold and lines[last + 1].gap < lines[first].gap:
        last += 1
    title = joined_lines([line.text for line in lines[first : last + 1]])
    return title, [*lines[:first], *lines[last + 1 :]]


def _area(title: str) -> str:
    match = _AREA.search(title)
    return (match[1] or match[2]).strip(" .") if match else ""


def _form(parts: Sequence[ReadSection]) -> LetterForm:
    later = any(part.code == "headline" or part.heading.lower().startswith("what needs") for part in parts)
    return "2022" if later else "2016"


def _prose(section: ReadSection) -> tuple[str, ...]:
    return section.of_kind("prose")
