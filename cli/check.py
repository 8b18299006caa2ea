"""`jtai check`: what an upload would say, offline, before anything is sent."""

import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from validation.context import Context
    from validation.outcome import Options, Outcome

_SHOWN = 20
_FORMS = (".html", ".xlsx", ".csv", ".json")


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--return", "code", required=True, help="The return it should be, for example LA-DA.")
@click.option("--theme", "theme_id", required=True, help="The theme, for example domestic-abuse-2024.")
@click.option("--announce", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of the announcement.")
@click.option("--area", "gss", help="The GSS code of the inspected area.")
@click.option("--extract", type=click.DateTime(["%Y-%m-%d"]), help="The day the data was drawn.")
@click.option("--sample-ref", "refs", multiple=True, help="For EVAL: a reference of a child chosen; repeat for each.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a report .html, .xlsx, .csv or .json."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.option("--all", "everything", is_flag=True, help="List every finding, not the first 100 of each rule.")
@click.option("--show-values", is_flag=True, help="Show what the cells hold. The output then holds personal data.")
def command(
    file: Path, code: str, theme_id: str, announce: datetime, gss: str | None, extract: datetime | None,
    refs: tuple[str, ...], report: Path | None, as_json: bool, everything: bool, show_values: bool,
) -> None:  # fmt: skip
    """Check a return before sending it. Works offline; nothing leaves this computer.

    Exit status: 0 accepted (queries may need an explanation), 1 rejected or unreadable, 2 misuse.

    Example: jtai check LA-DA.xlsx --return LA-DA --theme domestic-abuse-2024 --announce 2025-02-24
    """
    if report and report.suffix.lower() not in _FORMS:
        raise click.UsageError("--report must end in .html, .xlsx, .csv or .json.")

    from models.areas import area
    from models.themes import theme
    from validation.context import Context
    from validation.outcome import Options

    drawn = extract.date() if extract else None
    context = Context(theme(theme_id), announce.date(), area(gss).gss if gss else None, drawn, refs)
    outcome = _checked(file, code, context, Options(everything, show_values))
    if report:
        from validation.reports import write_report

        write_report(outcome, report)
    click.echo(json.dumps(outcome.to_dict(), ensure_ascii=False) if as_json else _told(outcome, report))
    sys.exit(1 if outcome.verdict in ("rejected", "unreadable") else 0)


def _checked(file: Path, code: str, context: "Context", options: "Options") -> "Outcome":
    from validation.child import check_in_child

    with tempfile.TemporaryDirectory(prefix="jtai-check-") as folder:
        return check_in_child(file, code, context, Path(folder), options=options)


def _told(outcome: "Outcome", report: Path | None) -> str:
    from validation.reports import advice, shortened

    told = ((outcome.rows, "row", "rows"), (outcome.errors, "error", "errors"), (outcome.queries, "query", "queries"))
    counts = ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in told)
    lines = [
        f"{outcome.code}: {outcome.verdict}. {counts}.",
        advice(outcome),
        *outcome.notes,
    ]
    for finding in outcome.findings[:_SHOWN]:
        place = finding.cell or (f"row {finding.row}" if finding.row else "the file")
        where = f"{finding.sheet} {place}".strip()
        held = f" [{finding.value}]" if finding.value is not None else ""
        what = f"{finding.column}: {finding.message}" if finding.column else finding.message
        lines.append(f"  {finding.severity:5}  {where:14}  {what}{held} ({finding.rule})")
    if len(outcome.findings) > _SHOWN:
        lines.append(f"  ... {len(outcome.findings) - _SHOWN:,} more; --report FILE.html lists them.")
    return "\n".join(line for line in (*lines, shortened(outcome), f"Report: {report}" if report else "") if line)
