"""What a run of the clock costs by how many inspections are live: `python -m benchmarks.nation.sweeping`.

Nothing is due in any of them, so that it is the cost of looking alone, which each minute has.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.nation.programme import programme
from benchmarks.nation.year import Year
from tasks.inspection.announcing import Announcement, announce

_LOOKED_AT = ("sweep", "chase-returns")


def looks(folder: Path, steps: list[int]) -> list[dict[str, Any]]:
    """Return what the runs of the clock cost with so many live inspections each.

    Args:
        folder: for the stack.
        steps: numbers of live inspections, ascending.
    """
    planned = programme(1, steps[-1], 60, 1)
    year = Year(folder, planned, lambda _: None)
    found: list[dict[str, Any]] = []
    with year.running() as (_, meter):
        for number, each in enumerate(planned, start=1):
            setting = each.setting
            announce(Announcement(setting.area.gss, setting.theme.id, setting.announced, rehearsal=True))
            if number not in steps:
                continue
            # Once to issue their requests and to show their boards, and once more so that all of it has settled.
            for _ in range(2):
                year.scheduler.run("sweep")
            for deployment in _LOOKED_AT:
                before = meter.now()
                year.scheduler.run(deployment)
                spent = meter.now() - before
                found.append({"live": number, "run": deployment, "cpu": round(spent.cpu, 2), **spent.to_dict()})
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", type=int, nargs="+", default=[5, 10, 20, 40], help="numbers of live inspections")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for each in looks(Path(folder), sorted(wanted.live)):
            sys.stdout.write(json.dumps(each) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
