"""`jtai timetable`: every date of an inspection, and why."""

from dataclasses import asdict
from datetime import date

import click

from cli.options import IsoDate, answer, as_json, table
from models.themes import theme
from models.timetable import timetable
from models.words import padded_weekday


@click.command(epilog="Example: jtai timetable --theme domestic-abuse-2024 --announce 2025-02-24")
@click.option("--theme", "theme_id", required=True, help="Theme, for example domestic-abuse-2024.")
@click.option("--announce", "announced", required=True, type=IsoDate(), help="Day of the announcement.")
@as_json
def command(theme_id: str, announced: date, as_json: bool) -> None:
    """Show every date of an inspection announced on a day, and why it falls there."""
    steps = timetable(theme(theme_id), announced)
    value = {
        "theme": theme_id,
        "steps": [
            # Programs rely on these keys alone; what else a step has may change.
            {key: content for key, content in asdict(step).items() if key in {"step", "date", "working_day", "explain"}}
            for step in steps
        ],
    }
    rows = [("Step", "Date", "Working day", "Why")]
    rows += [(step.label, padded_weekday(step.date), str(step.working_day), step.explain) for step in steps]
    answer(value, as_json=as_json, text=table(rows))
