"""The report of a check for people: a page, a workbook, CSV or JSON, holding no more than the outcome."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import polars as pl

from models.words import SEVERITIES
from validation.contract.outcome import CellFinding, Outcome
from validation.telling.advice import is_waiting, next_step, verdict_words
from validation.telling.causes import ORDER, REASONS, TITLES, Cause, causes_of, grouped, tally
from validation.telling.pages import Page, safe, to_csv, write_pages

FORMS = (".html", ".xlsx", ".csv", ".json")

_SEVERITY = "Severity"
_HEAD = ["Sheet", "Row", "Cell", "Column", "What is wrong and what to do", "Rule"]
_PLACED = ("sheet", "row", "cell", "column", "message", "rule")
_CAUSES = ["Group", _SEVERITY, "Places", "Where", "What is wrong and what to do", "First places", "Rule"]
_FIRST = 8
_STYLE = (
    "body{font:19px/1.4 arial,sans-serif;color:#0b0c0c;max-width:1100px;margin:30px auto;padding:0 15px}"
    "h1{font-size:36px;margin:0 0 15px}h2{font-size:27px;margin:40px 0 10px}"
    ".panel{border-left:10px solid #1d70b8;padding:10px 15px}"
    ".rejected,.unreadable{border-color:#d4351c}.accepted{border-color:#00703c}.queried,.held{border-color:#f47738}"
    "h3{font-size:22px;margin:30px 0 5px}p{margin:5px 0 10px}.small{font-size:16px}td,li{overflow-wrap:anywhere}"
    "ol.causes{list-style:none;padding:0}ol.causes>li{border-top:1px solid #b1b4b6;padding:10px 0}"
    "@media(max-width:640px){h1{font-size:27px}.stack thead{display:none}.stack tr,.stack td{display:block;border:0}"
    ".stack tr{border-top:1px solid #b1b4b6;padding:10px 0}.stack td{padding:2px 0}.stack td:empty{display:none}"
    ".stack td::before{content:attr(data-label)': ';font-weight:bold}}"
    "table{border-collapse:collapse;width:100%;font-size:16px}caption{text-align:left;font-weight:bold;padding:5px 0}"
    "th,td{border-bottom:1px solid #b1b4b6;padding:8px 10px 8px 0;text-align:left;vertical-align:top}"
    "td.n,th.n{text-align:right}strong.tag{padding:2px 8px;background:#eee}strong.error{background:#f4cdc6}"
    "strong.query{background:#fcd6c3}strong.info{background:#d2e2f1}"
)


def render(outcome: Outcome, form: str) -> bytes:
    """Return the report as `.html`, `.xlsx`, `.csv` or `.json`; the same outcome gives the same bytes.

    Raises:
        ValueError: there is no such form.
    """
    if form == ".html":
        return _html(outcome).encode()
    if form == ".xlsx":
        return write_pages(_pages(outcome), "xlsx")
    if form == ".csv":
        listing = _listing(outcome)
        # A report is opened in spreadsheets, and a message or header must not run as a formula there.
        return to_csv([listing.head, *([safe(str(c)) if c is not None else "" for c in row] for row in listing.rows)])
    if form == ".json":
        return outcome.to_json()
    raise ValueError(f"A report ends in {', '.join(FORMS)}.")


def write_report(outcome: Outcome, path: Path) -> None:
    """Write the report in the form that the path's ending names.

    Raises:
        ValueError: there is no such form.
        OSError: the path cannot be written.
    """
    path.write_bytes(render(outcome, path.suffix.lower()))


def every_place(places: pl.DataFrame) -> bytes:
    """Return every place of every finding as CSV, in the order of the file and beyond what a report lists."""
    names = {"severity": _SEVERITY, "file": "File", **dict(zip(_PLACED, _HEAD, strict=True))}
    listed = places.sort("file", "sheet", "row", "column", "rule", maintain_order=True).select(*names)
    kept = listed.drop("file") if listed["file"].null_count() == listed.height else listed
    text = kept.rename(names, strict=False).write_csv(line_terminator="\r\n", include_bom=True)
    return text.encode()


def summary(outcome: Outcome) -> list[tuple[str, str | int]]:
    """Return the facts that stand above the findings."""
    facts: list[tuple[str, str | int]] = [
        ("Return", outcome.code),
        ("Verdict", verdict_words(outcome.verdict, outcome.not_checked)),
        ("Rows", outcome.rows),
        ("Errors", outcome.errors),
        ("Queries", outcome.queries),
        ("Rules", f"{outcome.rule_set}, contract version {outcome.version}"),
    ]
    lines = (("Lines", reckoning.sentence) for reckoning in outcome.reckoned)
    return [*facts, *lines, *(("Note", n) for n in outcome.notes)]


def advice(outcome: Outcome) -> str:
    """Return what to do next, in a few sentences."""
    return next_step(outcome.verdict, outcome.not_checked)


def causes(outcome: Outcome) -> list[Cause[CellFinding]]:
    """Return what is wrong with a return, causes first."""
    return causes_of(outcome.findings, outcome.by_rule)


def has_sheets(outcome: Outcome) -> bool:
    """Return whether the file has sheets with names; a text file has none."""
    return any(reckoning.sheet for reckoning in outcome.reckoned) or not outcome.reckoned


def shortened(outcome: Outcome) -> str:
    """Return the sentence that says how many findings are left out; empty where none is."""
    if not outcome.truncated:
        return ""
    total = sum(outcome.by_rule.values())
    return (
        f"{len(outcome.findings):,} of {total:,} findings are listed, the first of each rule; the counts by rule "
        "are complete."
    )


@dataclass(frozen=True)
class _Listing:
    """The findings as a table, without the columns that would stand empty."""

    head: list[str]
    rows: list[list[str | int | None]]


def _listing(outcome: Outcome) -> _Listing:
    files = any(f.file is not None for f in outcome.findings)
    values = any(f.value is not None for f in outcome.findings)
    head = [_SEVERITY, *(["File"] if files else []), *_HEAD, *(["Value"] if values else [])]
    rows = [
        [
            *(f.severity, *([f.file] if files else []), f.sheet, f.row, f.cell, f.column, f.message, f.rule),
            *([f.value] if values else []),
        ]
        for cause in causes(outcome)
        for f in cause.findings
    ]
    return _Listing(head, rows)


def _pages(outcome: Outcome) -> list[Page]:
    overview: list[Sequence[object]] = [
        [f"Report on {outcome.code}"],
        *([k, v] for k, v in summary(outcome)),
        ["What to do", advice(outcome)],
    ]
    if outcome.truncated:
        overview.append(["Findings", shortened(outcome)])
    rows: list[Sequence[object]] = [[*_CAUSES], *_cause_rows(outcome)]
    listing = _listing(outcome)
    widths = {"Severity": 10, "Sheet": 12, "Column": 26, "What is wrong and what to do": 110, "Rule": 44}
    return [
        Page("Summary", overview, title=True, widths=(16, 100)),
        Page("What to fix", rows, header=True, widths=(22, 10, 16, 36, 90, 40, 40)),
        Page("Findings", [listing.head, *listing.rows], header=True, widths=[widths.get(h, 8) for h in listing.head]),
    ]


def _cause_rows(outcome: Outcome) -> Iterator[list[object]]:
    sheets = has_sheets(outcome)
    for cause in causes(outcome):
        first, count = cause.first, cause.count if cause.exact else f"at least {cause.count:,}"
        where, at = cause.where(sheets), cause.at_first(_FIRST)
        yield [TITLES[cause.group], SEVERITIES[first.severity], count, where, first.message, at, first.rule]


def _html(outcome: Outcome) -> str:
    title = verdict_words(outcome.verdict, outcome.not_checked)
    look = "held" if is_waiting(outcome.verdict, outcome.not_checked) else outcome.verdict
    facts = "".join(
        f'<tr><th scope="row">{escape(str(k))}</th><td>{escape(str(v))}</td></tr>' for k, v in summary(outcome)
    )
    note = f"<p>{escape(shortened(outcome))}</p>" if outcome.truncated else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(outcome.code)}: {title}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{escape(outcome.code)}: {title}</h1><p class="panel {look}">'
        f"{escape(advice(outcome))}</p>"
        f"<h2>Summary</h2><table><tbody>{facts}</tbody></table>{_html_causes(outcome)}{note}{_html_findings(outcome)}"
        "</main></body></html>\n"
    )


def _html_causes(outcome: Outcome) -> str:
    groups, sheets = grouped(causes(outcome)), has_sheets(outcome)
    if not groups:
        return ""
    links = "".join(f'<li><a href="#{g}">{TITLES[g]}</a> ({tally(some)})</li>' for g, some in groups)
    every = '<li><a href="#every-place">Each place</a></li>'
    parts = "".join(
        f'<h3 id="{g}">{TITLES[g]}</h3><p>{REASONS[g]}</p><ol class="causes">'
        f"{''.join(_html_cause(cause, sheets) for cause in some)}</ol>"
        for g, some in groups
    )
    contents = f'<nav aria-label="Contents"><ul>{links}{every}</ul></nav>'
    return f"<h2>What to fix, causes first</h2><p>{ORDER}</p>{contents}{parts}"


def _html_cause(cause: Cause[CellFinding], sheets: bool) -> str:
    first = cause.first
    head = ". ".join(filter(None, (cause.where(sheets), cause.size)))
    return (
        f'<li><p><strong class="tag {first.severity}">{SEVERITIES[first.severity]}</strong> '
        f"<strong>{escape(head)}</strong></p><p>{escape(first.message)}</p>"
        f'<p class="small">{escape(cause.at)} Rule {escape(first.rule)}</p></li>'
    )


def _html_findings(outcome: Outcome) -> str:
    if not outcome.findings:
        return ""
    listing = _listing(outcome)
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in listing.head)
    rows = "".join(f"<tr>{_html_row(listing.head, row)}</tr>" for row in listing.rows)
    return (
        f'<h2 id="every-place">Each place</h2><table class="stack"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _html_row(head: Sequence[str], row: Sequence[str | int | None]) -> str:
    severity, *cells = row
    tag = f'<td data-label="{head[0]}"><strong class="tag {severity}">{SEVERITIES[str(severity)]}</strong></td>'
    return tag + "".join(
        f'<td data-label="{escape(h)}">{escape(str(c))}</td>' if c is not None else "<td></td>"
        for h, c in zip(head[1:], cells, strict=True)
    )
