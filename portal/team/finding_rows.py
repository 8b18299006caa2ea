"""The findings workbook as rows: its columns, its template, and the findings and mistakes of a filled-in row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.team.findings import mistakes_in
from tasks.findings.findings import FindingWords

COLUMNS = ("category", "area", "heading", "text", "tags", "agencies", "evidence_kinds", "cases")
_SEVERAL = ("tags", "agencies", "evidence_kinds", "cases")
_WIDTHS = (30, 50, 40, 80, 30, 30, 30, 20)
_CHOSEN = {"category": "categories", "area": "areas"}


@dataclass(frozen=True, slots=True)
class CellToFix:
    """One cell to fix: its row and column in the sender's file, and what to do."""

    row: int
    column: str
    text: str


def template(options: Mapping[str, Any]) -> bytes:
    """Return the empty workbook: drop-downs for the columns that take one value, and every code with what it means."""
    from validation.telling.pages import Page, column_range, write_pages

    sets = _sets(options)
    entries = [[name, *(_entry(code, label) for code, label in codes.items())] for name, codes in sets.items()]
    depth = max(map(len, entries))
    table = [[column[n] if n < len(column) else None for column in entries] for n in range(depth)]
    lists = {COLUMNS.index(name): column_range("Codes", list(sets).index(name), len(sets[name])) for name in _CHOSEN}
    guidance = [
        ["Findings"],
        ["Use one row for each finding, on the sheet Findings. Choose category and area from the drop-downs."],
        ["Write several tags, agencies, kinds of evidence or cases with a semicolon between them."],
        ["The sheet Codes has every code with what it means. Write the code, or the words after it."],
        ["Do not name children or members of staff."],
        ["The areas are:"],
        *([_entry(code, label)] for code, label in sets["area"].items()),
    ]
    pages = [
        Page("Findings", [list(COLUMNS)], header=True, lists=lists, widths=_WIDTHS, landscape=True),
        Page("Guidance", guidance, title=True, widths=(90,), wrap=True),
        Page("Codes", table, header=True, widths=(34, 60, *[26] * (len(sets) - 2)), landscape=True),
    ]
    return write_pages(pages, "xlsx")


def _sets(options: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Return the codes of each column, and what they mean."""
    chosen = {name: options[codes] for name, codes in _CHOSEN.items()}
    several = {name: options[name] for name in ("tags", "agencies", "evidence_kinds")}
    return {**chosen, **several, "cases": {label: label for label in options["cases"]}}


def _entry(code: str, label: str) -> str:
    """Return a code with what it means, such as `EA01: Health services`."""
    return code if code == label else f"{code}: {label}"


def findings_in(
    rows: Sequence[tuple[int, Sequence[str]]], options: Mapping[str, Any]
) -> tuple[list[FindingWords], list[CellToFix]]:
    """Return the findings of a workbook's rows, and every cell that is wrong."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return [], [
            CellToFix(1, "category", "The workbook is empty. Use the template and fill in one row for each finding.")
        ]
    (line, head), *body = filled
    # People retype headings, so case and blanks do not matter.
    names = [cell.strip().lower().replace(" ", "_") for cell in head]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        return [], [CellToFix(line, name, f"The column {name} is missing. Use the template.") for name in missing]
    findings, wrong = [], []
    for number, cells in body:
        words = _words({name: cells[names.index(name)].strip() for name in COLUMNS}, options)
        findings.append(words)
        wrong += [CellToFix(number, mistake.field, mistake.text) for mistake in mistakes_in(words, dict(options))]
    if not findings:
        wrong.append(
            CellToFix(line + 1, "category", "There is no row below the headings. Fill in one row for each finding.")
        )
    return findings, wrong


def _words(given: Mapping[str, str], options: Mapping[str, Any]) -> FindingWords:
    sets = _sets(options)
    single = {name: _code(given[name], sets[name]) for name in _CHOSEN}
    several = {
        name: tuple(_code(part.strip(), sets[name]) for part in given[name].split(";") if part.strip())
        for name in _SEVERAL
    }
    return FindingWords(single["category"], single["area"], given["heading"], given["text"], **several)


def _code(given: str, options: Mapping[str, str]) -> str:
    """Return the code that a cell means: people write the code, its words or both, in any case."""
    text = given.casefold()
    forms = {code: (code, label, _entry(code, label)) for code, label in options.items()}
    return next((code for code, some in forms.items() if text in map(str.casefold, some)), given)
