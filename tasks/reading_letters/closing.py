"""Reads what the next steps determine, and who signs. Pure."""

import re
from collections.abc import Sequence

from tasks.reading_letters.dates import first_day
from tasks.reading_letters.letter import ReadDetermination, ReadSignatory
from tasks.reading_letters.lines import PageLine

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w+")
_AUTHORITY = (
    re.compile(r"determined that (?:the )?([^.]{2,160}?),? (?:is|as|should be|will be) the principal authority"),
    re.compile(r"[Tt]he principal authority is (?:the )?([^.]{2,160})\."),
    re.compile(r"(?:^|[.\n] )(?:The )?([^.]{2,160}?) is the principal authority"),
    re.compile(r"(?:^|[.\n] )(?:The )?([^.]{2,100}?) should (?:prepare|coordinate|lead|produce|send)\b[^.]*statement"),
)
_NONE_NEEDED = re.compile(r"\bno written statement\b|statement[^.]{0,40}\bis not (?:needed|required)")
_DUE = re.compile(r"\bby\s+(?:the\s+)?(?:\w+day,?\s+)?(\d{1,2}(?:st|nd|rd|th)?\s+\w+\s+\d{4})")
_INSPECTORATES = (
    ("Ofsted", r"Ofsted|Regulation and Social Care|National Director,? Social Care"),
    (
        "Care Quality Commission",
        r"Care Quality Commission|CQC|[Hh]ealth ?[Cc]are|Primary Medical|Chief Inspector of Hospitals",
    ),
    ("HMICFRS", r"HMICFRS|HMI ?Constabulary|Constabulary"),
    ("HMI Probation", r"Probation"),
)


def determination(text: str) -> ReadDetermination:
    """Return what the next steps ask for, from their prose."""
    address = _ADDRESS.search(text)
    due = _DUE.search(text[address.start() :] if address else text)
    matches = (pattern.search(text) for pattern in _AUTHORITY)
    return ReadDetermination(
        statement=re.search(r"written statement", text) is not None and _NONE_NEEDED.search(text) is None,
        authority=next((match[1].strip() for match in matches if match), ""),
        send_to=address[0] if address else "",
        due=first_day(due[1]) if due else None,
    )


def signatories(lines: Sequence[PageLine], step: float) -> tuple[ReadSignatory, ...]:
    """Return who signs, in order: a name and its lines below; in older letters bodies stand above, in columns.

    Args:
        lines: after the words with which the letter ends.
        step: the usual gap between two lines, in points.
    """
    above: list[str] = []
    groups: list[list[PageLine]] = []
    for line in lines:
        if bodies := _bodies(line):
            above += bodies
        elif above and line.bold and not groups:
            continue
        elif not groups or _is_next(groups[-1], line, step, columns=bool(above)):
            groups.append([line])
        else:
            groups[-1].append(line)
    people = [group for group in groups if len(group) > 1]
    return tuple(_signatory(group, above[place] if place < len(above) else "") for place, group in enumerate(people))


def _bodies(line: PageLine) -> list[str]:
    """Return the inspectorates that a bold line names and nothing else, such as a row of headings above signatures."""
    if not line.bold:
        return []
    rest = re.sub(
        r"Ofsted|Care Quality Commission|HMI Constabulary|HMI Probation|and|&|Fire|Rescue|Services?", "", line.text
    )
    if re.search(r"\w", rest.replace("services", "")):
        return []
    return [name for name, pattern in _INSPECTORATES if re.search(pattern, line.text)]


def _is_next(group: Sequence[PageLine], line: PageLine, step: float, *, columns: bool) -> bool:
    above = group[-1]
    if abs(line.left - above.left) > 60 or (line.bold and not above.bold):
        return True
    return line.gap > step * (2.2 if columns else 1.6) or line.page != above.page


def _signatory(group: Sequence[PageLine], body: str) -> ReadSignatory:
    name, *office = (line.text for line in group)
    text = ", ".join(office)
    named = (inspectorate for inspectorate, pattern in _INSPECTORATES if re.search(pattern, text))
    return ReadSignatory(name.rstrip(","), text, body or next(named, ""))
