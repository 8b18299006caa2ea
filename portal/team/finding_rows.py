"""The findings workbook as rows: its columns, its template, and the findings and mistakes of a filled-in row."""

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
    """One cell to fix: its row and column in the sender's file, and what to do."""

    row: int
    column: str
    text: str


def template(options: Mapping[str, Any]) -> bytes:
    """Return the empty workbook, with drop-downs for the columns that take one value and lists of all codes."""
    from validation.telling.pages import Page, column_range, write_pages

    sets = {"category": options["categories"], "area": options["areas"]}
    sets |= {name: options[name] for name in ("tags", "agencies", "evidence_kinds")}
    sets["cases"] = {label: label for label in options["cases"]}
    codes = [[name, *options] for name, options in sets.items()]
    depth = max(map(len, codes))
    table = [[column[n] if n < len(column) else None for column in codes] for n in range(depth)]
    lists = {n: column_range("Codes", n, len(sets[name])) for n, name in enumerate(_CHOSEN)}
    guidance = [
        ["Findings"],
        ["Use one row for each finding, on the sheet Findings. Choose category and area from the drop-downs."],
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
    rows: Sequence[tuple[int, Sequence[str]]], options: Mapping[str, Any]
) -> tuple[list[FindingWords], list[Wrong]]:
    """Return the findings of a workbook's rows, and every cell that is wrong."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        return [], [
            Wrong(1, "category", "The workbook is empty. Use the template and fill in one row for each finding.")
        ]
    (line, head), *body = filled
    # People retype headings, so case and blanks do not matter.
    names = [cell.strip().lower().replace(" ", "_") for cell in head]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        return [], [Wrong(line, name, f"The column {name} is missing. Use the template.") for name in missing]
    findings, wrong = [], []
    for number, cells in body:
        words = _words({name: cells[names.index(name)].strip() for name in COLUMNS}, options)
        findings.append(words)
        wrong += [Wrong(number, mistake.field, mistake.text) for mistake in mistakes_in(words, dict(options))]
    if not findings:
        wrong.append(
            Wrong(line + 1, "category", "There is no row below the headings. Fill in one row for each finding.")
        )
    return findings, wrong


def _words(given: Mapping[str, str], options: Mapping[str, Any]) -> FindingWords:
    single = {name: _code(given[name], options[codes]) for name, codes in _CHOSEN.items()}
    codes = {name: options[name] for name in ("tags", "agencies", "evidence_kinds")}
    codes["cases"] = {label: label for label in options["cases"]}
    several = {
        name: tuple(_code(part.strip(), codes[name]) for part in given[name].split(";") if part.strip())
        for name in _SEVERAL
    }
    return FindingWords(single["category"], single["area"], given["heading"], given["text"], **several)


def _code(given: str, options: Mapping[str, str]) -> str:
    """Return the code that a cell means: people write the code or its words, in any case."""
    text = given.casefold()
    return next((code for code, label in options.items() if text in (code.casefold(), label.casefold())), given)
