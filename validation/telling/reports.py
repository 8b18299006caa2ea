"""The report of a check for people: a page, a workbook, CSV or JSON, holding no more than the outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import polars as pl

from validation.contract.outcome import Outcome
from validation.telling.pages import Page, safe, to_csv, write_pages

FORMS = (".html", ".xlsx", ".csv", ".json")

_VERDICTS = {
    "accepted": ("Accepted", "The return is in order. There is nothing to fix."),
    "queried": (
        "Accepted with queries",
        "The return can be used. Fix what is wrong, or explain values that are unusual but correct.",
    ),
    "rejected": ("Rejected", "Fix the errors in your file and send it again. Queries can be fixed or explained."),
    "unreadable": ("Could not be read", "Nothing in the file was judged. Do what is said below and send it again."),
}
_SEVERITY = "Severity"
_HEAD = ["Sheet", "Row", "Cell", "Column", "What is wrong and what to do", "Rule"]
_PLACED = ("sheet", "row", "cell", "column", "message", "rule")
_BY_RULE = ["Rule", "Findings"]
_STYLE = (
    "body{font:19px/1.4 arial,sans-serif;color:#0b0c0c;max-width:1100px;margin:30px auto;padding:0 15px}"
    "h1{font-size:36px;margin:0 0 15px}h2{font-size:27px;margin:40px 0 10px}"
    ".panel{border-left:10px solid #1d70b8;padding:10px 15px}"
    ".rejected,.unreadable{border-color:#d4351c}.accepted{border-color:#00703c}.queried{border-color:#f47738}"
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
        ("Verdict", _VERDICTS[outcome.verdict][0]),
        ("Rows", outcome.rows),
        ("Errors", outcome.errors),
        ("Queries", outcome.queries),
        ("Rules", f"{outcome.rule_set}, contract version {outcome.version}"),
    ]
    lines = (("Lines", reckoning.sentence) for reckoning in outcome.reckoned)
    return [*facts, *lines, *(("Note", n) for n in outcome.notes)]


def advice(outcome: Outcome) -> str:
    """Return what to do next, in one or two sentences."""
    return _VERDICTS[outcome.verdict][1]


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
        for f in outcome.findings
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
    rules: list[Sequence[object]] = [[*_BY_RULE], *([rule, count] for rule, count in sorted(outcome.by_rule.items()))]
    listing = _listing(outcome)
    widths = {"Severity": 10, "Sheet": 12, "Column": 26, "What is wrong and what to do": 110, "Rule": 44}
    return [
        Page("Summary", overview, title=True, widths=(16, 100)),
        Page("By rule", rules, header=True, widths=(50, 12)),
        Page("Findings", [listing.head, *listing.rows], header=True, widths=[widths.get(h, 8) for h in listing.head]),
    ]


def _html(outcome: Outcome) -> str:
    title, next_ = _VERDICTS[outcome.verdict]
    facts = "".join(
        f'<tr><th scope="row">{escape(str(k))}</th><td>{escape(str(v))}</td></tr>' for k, v in summary(outcome)
    )
    note = f"<p>{escape(shortened(outcome))}</p>" if outcome.truncated else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(outcome.code)}: {title}</title><style>{_STYLE}</style></head><body><main>"
        f'<h1>{escape(outcome.code)}: {title}</h1><p class="panel {outcome.verdict}">{next_}</p>'
        f"<h2>Summary</h2><table><tbody>{facts}</tbody></table>{_html_rules(outcome)}{note}{_html_findings(outcome)}"
        "</main></body></html>\n"
    )


def _html_rules(outcome: Outcome) -> str:
    if not outcome.by_rule:
        return ""
    rows = "".join(f'<tr><td>{escape(r)}</td><td class="n">{n:,}</td></tr>' for r, n in sorted(outcome.by_rule.items()))
    head = '<tr><th scope="col">Rule</th><th scope="col" class="n">Findings</th></tr>'
    return f"<h2>By rule</h2><table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _html_findings(outcome: Outcome) -> str:
    if not outcome.findings:
        return ""
    listing = _listing(outcome)
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in listing.head)
    rows = "".join(f"<tr>{_html_row(row)}</tr>" for row in listing.rows)
    return f"<h2>Findings</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _html_row(row: Sequence[str | int | None]) -> str:
    severity, *cells = row
    tag = f'<td><strong class="tag {severity}">{severity}</strong></td>'
    return tag + "".join(f"<td>{escape(str(c)) if c is not None else ''}</td>" for c in cells)
