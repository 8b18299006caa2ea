"""Reads the head of a letter: its date, to whom it is addressed, and the salutation. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tasks.reading_letters.dates import first_day
from tasks.reading_letters.letter import ReadAddressee
from tasks.reading_letters.lines import PageLine

_OFFICE = re.compile(
    r"\b((?:(?:Interim|Acting|Deputy|Assistant|Executive|Strategic|Corporate|Regional|Managing|Senior|Joint|Group|Designated"
    r"|Accountable|Independent|Temporary|Statutory)\s+)*"
    r"(?:Chief|Directors?|Nurse|Officer|Chair|Manager|Head|CEO|Mayor|Leader|Lead|Scrutineer|Commissioner|Executive"
    r"|Constable|Police and Crime|Doctor|PCC|DCS|Superintendent|Commander|Secretary))\b",
    re.IGNORECASE,
)
_BODY_FIRST = re.compile(
    r"(NHS|Integrated|Clinical|Community|National|Local|Council|Metropolitan|Borough|Board|Trust|Service|and|of|for|the)\b",
    re.IGNORECASE,
)
# A line is full where the next word would not have fitted; letters are of unequal width, so that is only about so.
_FULL = 0.9


def dated(lines: Sequence[PageLine]) -> date | None:
    """Return the day at the head of a letter, or None where there is none, as in a draft."""
    return next((day for line in lines if (day := first_day(line.text))), None)


def addressees(lines: Sequence[PageLine], width: int) -> tuple[ReadAddressee, ...]:
    """Return to whom a letter is addressed.

    Args:
        lines: of the head, without the salutation.
        width: characters in a full line of the letter.
    """
    after = next((place + 1 for place, line in enumerate(lines) if first_day(line.text)), 0)
    return tuple(_addressee(text) for text in _whole(lines[after:], width))


def _whole(lines: Sequence[PageLine], width: int) -> Iterator[str]:
    text, last = "", ""
    for line in lines:
        if text and not _begins(line.text, last, width):
            text, last = f"{text} {line.text}", line.text
            continue
        if text:
            yield text
        text = last = line.text
    if text:
        yield text


def _begins(text: str, last: str, width: int) -> bool:
    """Return whether a line begins another addressee, and does not go on with the one above."""
    if text[0].islower() or last.endswith((",", "&", " and", " of", " for", "-")):
        return False
    would_have_fitted = len(last) + 1 + len(text.split()[0]) < width * _FULL
    return would_have_fitted or (_OFFICE.search(text) is not None and not _BODY_FIRST.match(text))


def _addressee(text: str) -> ReadAddressee:
    parts = [part.strip() for part in re.split(r",|\s[\u2013-]\s", text) if part.strip()]
    first, *others = parts or [""]
    office = _OFFICE.search(first)
    if office and office.start() > 0:
        first, others = first[: office.start()].strip(), [first[office.start() :], *others]
    return ReadAddressee(first, others[0] if others else "", ", ".join(others[1:]))
