"""How much Prefect's own database grows: by one inspection on a whole stack, and by a minute in which nothing is owed.

`python -m benchmarks.nation.prefect_database`, which `make bench-nation PREFECT=1` runs as well.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.nation.programme import programme
from deployments.prefect_server import EVENT_DAYS, RUN_DAYS
from deployments.stack import Stack
from tests.stacks import no_addresses, pointed_at

_TABLES = ("flow_run", "flow_run_state", "task_run", "task_run_state", "log", "artifact", "events", "event_resources")
_EVENTS = frozenset({"events", "event_resources"})

Sizes = dict[str, dict[str, float]]


def sizes(url: str) -> Sizes:
    """Return rows and bytes, indexes included, of the tables of Prefect that grow.

    Args:
        url: of its database, as its server reads it.
    """
    found: Sizes = {}
    with psycopg.connect(url.replace("postgresql+asyncpg", "postgresql"), autocommit=True) as database:
        for name in _TABLES:
            # Names of this file alone.
            query = f"SELECT count(*), pg_total_relation_size('{name}') FROM {name}"  # noqa: S608
            rows, size = database.execute(query).fetchone() or (0, 0)
            found[name] = {"rows": rows, "bytes": size}
    return found


def added(before: Sizes, after: Sizes) -> Sizes:
    """Return what was added between two looks."""
    return {name: {what: after[name][what] - before[name][what] for what in after[name]} for name in after}


def held(an_inspection: Sizes, a_minute: Sizes, inspections_a_day: float) -> dict[str, float]:
    """Return how many MiB of each table Prefect holds once as much is deleted as is added.

    Args:
        an_inspection: what one inspection adds.
        a_minute: what a minute adds in which nothing is owed.
        inspections_a_day: that are begun.
    """
    found = {}
    for name in _TABLES:
        days = EVENT_DAYS if name in _EVENTS else RUN_DAYS
        a_day = an_inspection[name]["bytes"] * inspections_a_day + a_minute[name]["bytes"] * 24 * 60
        found[name] = round(a_day * days / (1 << 20), 1)
    return found


def measure(folder: Path, minutes: float, say: Any) -> dict[str, Any]:
    """Rehearse one small inspection on a whole stack, leave the stack alone for a while, and return what that adds."""
    from deployments.demo.story import Story

    with no_addresses():
        stack = Stack(folder / "stack")
        with stack, pointed_at(stack):
            url = stack.addresses["JTAI_PREFECT_DATABASE_URL"]
            start = sizes(url)
            (planned,) = programme(1, 1, 60, 1)
            Story(stack.addresses["JTAI_PORTAL_URL"], folder / "returns", say, setting=planned.setting).run()
            time.sleep(10)
            inspected = sizes(url)
            time.sleep(60 * minutes)
            rested = sizes(url)
        stack.destroy()
    an_inspection = added(start, inspected)
    a_minute = {
        name: {what: value / minutes for what, value in each.items()} for name, each in added(inspected, rested).items()
    }
    return {
        "an inspection adds": an_inspection,
        "a minute at rest adds": a_minute,
        "MiB held, 10 areas a month": held(an_inspection, a_minute, 10 / 30.4),
        "MiB held, 153 areas a week": held(an_inspection, a_minute, 153 / 7),
    }


def main() -> int:
    """Measure, print and keep the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".jtai/nation-prefect"))
    parser.add_argument("--minutes", type=float, default=5, help="for which nothing is owed")
    wanted = parser.parse_args()
    wanted.folder.mkdir(parents=True, exist_ok=True)
    outcome = measure(wanted.folder, wanted.minutes, lambda text: sys.stdout.write(f"{text}\n"))
    (wanted.folder / "outcome.json").write_text(json.dumps(outcome, indent=1))
    sys.stdout.write(json.dumps(outcome, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
