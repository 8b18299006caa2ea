"""`jtai check`: what an upload would say, offline, before anything is sent."""

import json
import sys
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from models.words import plural

if TYPE_CHECKING:
    from models.themes import Theme
    from validation.contract.context import Context
    from validation.contract.outcome import CellFinding, Options, Outcome
    from validation.telling.causes import Cause

_SHOWN = 20
_PLACES = 8
_FORMS = (".html", ".xlsx", ".csv", ".json")


@click.command("check")
@click.argument(
    "files", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--return",
    "names",
    required=True,
    multiple=True,
    help="The return it should be, for example LA-DA. Repeat for each that the file holds. ANNEX-A is LA-1 to LA-8.",
)
@click.option("--theme", "theme_id", required=True, help="The theme, for example domestic-abuse-2024.")
@click.option("--announce", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of the announcement.")
@click.option("--area", "gss", help="The GSS code of the inspected area.")
@click.option("--extract", type=click.DateTime(["%Y-%m-%d"]), help="The day the data was extracted.")
@click.option("--waived", multiple=True, help="A rule that was waived for you, as the portal says. Repeat for each.")
@click.option("--sample-ref", "refs", multiple=True, help="For EVAL: a reference of a child chosen. Repeat for each.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a report .html, .xlsx, .csv or .json."
)
@click.option(
    "--annotate",
    "copy",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a copy of the file, .xlsx, with each place to fix marked. It holds the same data as the file.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--all", "everything", is_flag=True, help="List every finding, not the first 100 of each rule.")
@click.option("--show-values", is_flag=True, help="Show what the cells hold. The output then holds personal data.")
def command(
    files: tuple[Path, ...], names: tuple[str, ...], theme_id: str, announce: datetime, gss: str | None,
    extract: datetime | None, waived: tuple[str, ...], refs: tuple[str, ...], report: Path | None, copy: Path | None,
    as_json: bool, everything: bool, show_values: bool,
) -> None:  # fmt: skip
    """Check a return before sending it. Works offline: nothing leaves this computer.

    Several files are checked together, as one return that came in parts. The n-th of them is file n in findings.

    Exit status: 0 accepted (queries may need an explanation), 1 needs correcting, could not be read or held, 2 misuse.

    Example: jtai check LA-DA.xlsx --return LA-DA --theme domestic-abuse-2024 --announce 2025-02-24
    """
    if report and report.suffix.lower() not in _FORMS:
        raise click.UsageError("--report must end in .html, .xlsx, .csv or .json.")
    if copy and copy.suffix.lower() != ".xlsx":
        raise click.UsageError("--annotate must end in .xlsx.")

    # Imported here: help and misuse need not wait for what a check needs.
    from models.areas import area
    from models.themes import theme
    from validation.contract.context import Context
    from validation.contract.outcome import Options

    drawn = extract.date() if extract else None
    context = Context(theme(theme_id), announce.date(), area(gss).gss if gss else None, drawn, refs, waived=waived)
    outcomes = _checked(files, names, context, Options(everything, show_values))
    reports = _reported(outcomes, report)
    copies = _marked(files, outcomes, copy, context.theme) if copy else []
    if as_json:
        click.echo(json.dumps(_answer(outcomes), ensure_ascii=False))
    else:
        codes = {o.code for o in outcomes}
        text = "\n\n".join(_text(o, path, codes) for o, path in zip(outcomes, reports, strict=True))
        click.echo("\n".join((text, *copies)))
    sys.exit(1 if any(o.is_held or o.verdict in ("rejected", "unreadable") for o in outcomes) else 0)


def _checked(
    files: tuple[Path, ...], names: tuple[str, ...], context: "Context", options: "Options"
) -> tuple["Outcome", ...]:
    from validation.engine.child import check_all_in_child
    from validation.returns.bundles import contracts

    codes = [c.code for c in contracts(names, context.theme)]
    # In a child, as in production: a file that takes the reader down must not take the terminal with it.
    return check_all_in_child(files, codes, context, options=options)


def _reported(outcomes: tuple["Outcome", ...], report: Path | None) -> list[Path | None]:
    """Write one report a return, named by it where there are several; return where."""
    if report is None:
        return [None] * len(outcomes)
    from validation.telling.reports import write_report

    written: list[Path | None] = []
    for outcome in outcomes:
        path = report if len(outcomes) == 1 else report.with_stem(f"{report.stem} {outcome.code}")
        write_report(outcome, path)
        written.append(path)
    return written


def _marked(files: tuple[Path, ...], outcomes: tuple["Outcome", ...], copy: Path, theme_: "Theme") -> list[str]:
    """Write a marked copy a file, numbered where there are several; return what to say of each."""
    from validation.engine.child import annotate_in_child

    if all(o.verdict == "unreadable" for o in outcomes):
        return ["No marked copy was written: there is nothing to mark in a file that cannot be read."]
    lines = []
    for number, file in enumerate(files, 1):
        several = len(files) > 1
        path = copy.with_stem(f"{copy.stem} {number}") if several else copy
        made = annotate_in_child(file, outcomes, part=number if several else None, theme=theme_)
        path.write_bytes(made.data)
        lines.append(f"Marked copy: {path}" if made.whole else f"Marked rows alone, not to be sent back: {path}")
    return lines


def _answer(outcomes: tuple["Outcome", ...]) -> dict[str, Any]:
    from validation.returns.bundles import summed

    return outcomes[0].to_dict() if len(outcomes) == 1 else summed(outcomes)


def _text(outcome: "Outcome", report: Path | None, codes: Collection[str]) -> str:
    from validation.telling.advice import verdict_words
    from validation.telling.reports import advice, causes, shortened

    counts = (plural(outcome.rows, "row"), plural(outcome.errors, "error"), plural(outcome.queries, "query", "queries"))
    more = [code for code in outcome.also if code not in codes]
    lines = [
        f"{outcome.code}: {verdict_words(outcome.verdict, outcome.not_checked)}. {', '.join(counts)}.",
        advice(outcome),
        *(reckoning.sentence for reckoning in outcome.reckoned),
        *outcome.notes,
        f"The file also holds {', '.join(more)}." if more else "",
    ]
    every = causes(outcome)
    lines += _by_group(every[:_SHOWN], outcome)
    if len(every) > _SHOWN:
        lines.append(f"  ... {len(every) - _SHOWN:,} more. --report FILE.html lists them.")
    return "\n".join(line for line in (*lines, shortened(outcome), f"Report: {report}" if report else "") if line)


def _by_group(causes: "list[Cause[CellFinding]]", outcome: "Outcome") -> Iterator[str]:
    """Yield what is wrong, causes first, under a heading for each group."""
    from models.words import SEVERITIES
    from validation.telling.causes import TITLES, grouped
    from validation.telling.reports import has_sheets

    sheets = has_sheets(outcome)
    for group, some in grouped(causes):
        yield f"{TITLES[group]}:"
        for cause in some:
            where = ", ".join(filter(None, (cause.where(sheets), cause.size)))
            place = f"{where}: " if where else ""
            yield f"  {SEVERITIES[cause.first.severity]:5}  {place}{cause.first.message} {_places(cause)}".rstrip()
            yield f"         Rule {cause.first.rule}"


def _places(cause: "Cause[CellFinding]") -> str:
    """Return the first places of a cause, with what the cells hold where their sender asked for it."""
    from validation.telling.causes import place_words

    if all(finding.value is None for finding in cause.findings):
        return cause.at
    shown = [f"{place_words(f)} [{f.value}]" for f in cause.findings[:_PLACES] if f.value is not None]
    return f"At {', '.join(shown)}."
