"""`make bench`: measure, print a table, write the figures as JSON. `--quick` leaves out what takes minutes."""

import json
import sys
from pathlib import Path

from benchmarks import choosing, disclosing, events, linking, plans, sampling, sealing, starting, unseen, validating
from benchmarks.figures import table
from models.settings import settings


def main() -> None:
    """Measure everything; figures that fall short are marked in the table, and are no failure of the program."""
    quick = "--quick" in sys.argv
    folder = settings().state / "bench"
    rooms = (validating, choosing, disclosing, linking, sampling, plans, unseen, sealing, events)
    figures = [*starting.figures(), *(figure for room in rooms for figure in room.figures(folder, quick=quick))]
    print(table(figures))
    out = Path(folder / "figures.json")
    out.write_text(json.dumps([figure.to_dict() for figure in figures], indent=2) + "\n")
    print(f"\nWritten to {out}")


if __name__ == "__main__":
    main()
