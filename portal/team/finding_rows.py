"""The findings workbook as rows: its columns, its template, and what a filled-in row says or gets wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.team.findings import mistakes_in
from tasks.findings.findings import FindingWords

COLUMNS = ("category", "area", "heading", "text", "tags", "agencies", "evidence_kinds", "cases")
_SEVERAL = ("tags", "agencies", "evidence_kinds", "cases")
_CHOSEN = {"category": "categories", "area": "areas"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell to mend: its row and column in the sender's file, and what to do."""

    row: int
    column: str
    text: str


def template(known: Mapping[str, Any]) -> bytes:
    """Return the empty workbook, with drop-downs for the columns that take one value and lists of all codes."""
    from validation.telling.pages import Page, column_range, write_pages

    sets = {"category": known["categories"], "area": known["areas"]}
    sets |= {name: known[name] for name in ("tags", "agencies", "evidence_kinds")}
    sets["cases"] = {label: label for label in known["cases"]}
    codes = [[name, *options] for name, options in sets.items()]
    depth = max(map(len, codes))
    table = [[column[n] if n < len(column) else None for column in codes] for n in range(depth)]
    lists = {n: column_range("Codes", n, len(sets[name])) for n, name in enumerate(_CHOSEN)}
    guidance = [
        ["Findings"],
        ["One row a finding, on the sheet Findings. Choose category and area from the drop-downs."],
        ["Write several tags, agencies, kinds of evidence or cases with a semicolon between them."],
        ["Use the codes of the sheet Codes. Do not name children or members of staff."],
    ]
    pages = [
        Page("Findings", [list(COLUMNS)], header=True, lists=lists, widths=(18, 34, 40, 80, 30, 30, 30, 20)),
        Page("Guidance", guidance, title=True, widths=(110,)),
        Page("Codes", table, header=True, widths=(22,) * len(codes)),
    ]
    return write_pages(pages, "xlsx")


def findings_in(
    rows: Sequence[tuple[int, Sequence[str]]], known: Mapping[str, Any]
) -> tuple[list[FindingWords], list[Wrong]]:
    """Return the findings of a workbook's rows, and every cell that is wrong."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return [], [Wrong(1, "category", "The workbook is empty. Use the template and fill in one row a finding.")]
    (line, head), *body = filled
    names = [cell.strip().lower().replace(" ", "_") for cell in head]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        return [], [Wrong(line, name, f"The column {name} is missing. Use the template.") for name in missing]
    found, wrong = [], []
    for number, cells in body:
        words = _words({name: cells[names.index(name)].strip() for name in COLUMNS}, known)
        found.append(words)
        wrong += [Wrong(number, mistake.field, mistake.text) for mistake in mistakes_in(words, dict(known))]
    if not found:
        wrong.append(Wrong(line + 1, "category", "There is no row below the headings. Fill in one row a finding."))
    return found, wrong


def _words(given: Mapping[str, str], known: Mapping[str, Any]) -> FindingWords:
    one = {name: _code(given[name], known[options]) for name, options in _CHOSEN.items()}
    options = {name: known[name] for name in ("tags", "agencies", "evidence_kinds")}
    options["cases"] = {label: label for label in known["cases"]}
    several = {
        name: tuple(_code(part.strip(), options[name]) for part in given[name].split(";") if part.strip())
        for name in _SEVERAL
    }
    return FindingWords(one["category"], one["area"], given["heading"], given["text"], **several)


def _code(given: str, options: Mapping[str, str]) -> str:
    """Return the code that a cell means: people write the code or its words, in any case."""
    wanted = given.casefold()
    return next((code for code, label in options.items() if wanted in (code.casefold(), label.casefold())), given)
