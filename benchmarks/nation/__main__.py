"""`make bench-nation`: a year of the programme in simulated time, on a ledger and a store of its own."""

import argparse
import json
import os
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks.figures import table
from benchmarks.nation.missed import staff
from benchmarks.nation.programme import programme
from benchmarks.nation.telling import costs, figures, growth, runs, steps
from benchmarks.nation.year import Year


def say(text: str) -> None:
    """Write a line to whoever watches."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


def _log_to(file: Path) -> None:
    """Send what flows and portal log to a file: a year has a million lines."""
    with file.open("ab") as out:
        os.dup2(out.fileno(), sys.stderr.fileno())


def main() -> int:
    """Run the year, or go on with it; return 1 where a figure falls short and 130 where it was stopped."""
    parser = argparse.ArgumentParser("make bench-nation", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".jtai/nation"), help="for progress, returns and data")
    parser.add_argument("--months", type=int, default=12, help="of announcements, from January on")
    parser.add_argument("--areas", type=int, default=10, help="announced in each month")
    parser.add_argument("--children", type=int, default=60, help="made up in each area")
    parser.add_argument("--seed", type=int, default=1, help="chooses areas, themes, and who is late, silent or away")
    parser.add_argument("--minutes", type=float, default=60, help="stop after so long; the next run goes on")
    parser.add_argument("--until", type=date.fromisoformat, default=date.max, help="the last simulated day to do")
    wanted = parser.parse_args()
    given = {name: getattr(wanted, name) for name in ("months", "areas", "children", "seed")}
    kept = wanted.folder / "given.json"
    if kept.exists() and json.loads(kept.read_text()) != given:
        say(f"{wanted.folder} holds another year: {kept.read_text()}. Give another FOLDER, or remove it.")
        return 2
    planned = programme(wanted.months, wanted.areas, wanted.children, wanted.seed)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    _log_to(wanted.folder / "log.txt")
    year = Year(wanted.folder, planned, say)
    kept.write_text(json.dumps(given))
    began = time.monotonic()
    try:
        ended = year.run(began + 60 * wanted.minutes, wanted.until)
    except KeyboardInterrupt:
        say("Stopped. Run it again to go on from here.")
        return 130
    covered = len(costs(year.notes))
    say(f"{covered} of {len(planned)} inspections have ended, {len(year.notes.days)} working days are over.")
    listed = figures(year.notes)
    outcome = {"figures": [each.to_dict() for each in listed], "growth": growth(year.notes), "staff": staff(planned)}
    outcome |= {"runs": runs(year.notes), "steps": steps(year.notes), "missed": year.missed}
    (wanted.folder / "outcome.json").write_text(json.dumps(outcome, indent=1))
    say(f"{time.monotonic() - began:.0f} s; {wanted.folder / 'outcome.json'} has all of it.")
    if listed:
        say(f"\n{table(listed)}\n")
    say(json.dumps({name: outcome[name] for name in ("staff", "missed", "runs")}, indent=1))
    if not ended:
        say("Stopped. Run it again to go on from here.")
        return 130
    return 0 if all(each.reached for each in listed) else 1


if __name__ == "__main__":
    sys.exit(main())
