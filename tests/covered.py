"""`python -m tests.covered`: puts together what every process measured, prints it by room, and holds the floor.

SlipCover measures pytest's own workers, since its probes leave a line once it was seen; what they start, and what those
fork, is measured by coverage. Both name a way by the line that it leaves and the line that it reaches.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from coverage import Coverage
from coverage.exceptions import NoDataError

FLOOR = 90.0
# The stack is started, killed and ended from outside; parts of it run where nothing can measure them.
TOLD_ONLY = frozenset({"deployments"})

Way = tuple[int, int]
"""The line that a way leaves and the one that it reaches; 0 where it leaves the function."""


@dataclass(frozen=True)
class Measured:
    """The lines of one file and its ways from branch to line, and those of both that were run."""

    lines: frozenset[int]
    ways: frozenset[Way]
    run_lines: frozenset[int]
    run_ways: frozenset[Way]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Measured":
        """Return what a report of SlipCover or of coverage tells of a file; both have one format."""
        run_lines = frozenset[int](told["executed_lines"])
        run_ways = frozenset(_way(*way) for way in told.get("executed_branches", ()))
        return cls(
            run_lines | frozenset[int](told["missing_lines"]),
            run_ways | frozenset(_way(*way) for way in told.get("missing_branches", ())),
            run_lines,
            run_ways,
        )

    def also(self, other: "Measured") -> "Measured":
        """Add what ran elsewhere; what there is to run stays as told here: the other counts lines otherwise."""
        return Measured(
            self.lines,
            self.ways,
            self.run_lines | (other.run_lines & self.lines),
            self.run_ways | (other.run_ways & self.ways),
        )

    def counts(self) -> Counter[str]:
        """Return how many there are of each."""
        return Counter(
            lines=len(self.lines), run_lines=len(self.run_lines), ways=len(self.ways), run_ways=len(self.run_ways)
        )


def _way(start: int, end: int) -> Way:
    """Return a way; of one that leaves the function SlipCover says 0, and coverage the function's line, negative."""
    return start, max(end, 0)


def together(workers: Mapping[str, Measured], started: Mapping[str, Measured]) -> dict[str, Measured]:
    """Return the files of both, each with what either ran of it."""
    nothing = Measured(*(frozenset[Any](),) * 4)
    return {
        path: workers[path].also(started.get(path, nothing)) if path in workers else started[path]
        for path in workers.keys() | started.keys()
    }


def by_room(files: Mapping[str, Measured]) -> dict[str, Counter[str]]:
    """Return the counts of each room: of `tasks/ledger/x.py` that is `tasks/ledger`, of `tasks/x.py` it is `tasks`."""
    rooms: dict[str, Counter[str]] = {}
    for path, measured in sorted(files.items()):
        room = str(PurePosixPath(*PurePosixPath(path).parent.parts[:2]))
        rooms.setdefault(room, Counter()).update(measured.counts())
    return rooms


def share(covered: int, count: int) -> float:
    """Return a share in per cent; of nothing, all is covered."""
    return 100 * covered / count if count else 100.0


def line(name: str, counts: Mapping[str, int]) -> str:
    """Return a line of the table."""
    lines, ways = share(counts["run_lines"], counts["lines"]), share(counts["run_ways"], counts["ways"])
    return f"{name:<32} {counts['lines']:>6} {lines:>6.1f} % {counts['ways']:>6} {ways:>6.1f} %"


def held(rooms: Mapping[str, Counter[str]]) -> Counter[str]:
    """Return the counts of all rooms together that the floor holds for."""
    return sum((counts for room, counts in rooms.items() if room.split("/")[0] not in TOLD_ONLY), Counter())


def by_workers(report: Path) -> dict[str, Measured]:
    """Return the files that SlipCover told of."""
    return {path: Measured.of(told) for path, told in json.loads(report.read_text())["files"].items()}


def by_started() -> dict[str, Measured]:
    """Combine what every process that was started or forked has left of coverage's data, and return its files."""
    coverage = Coverage()
    try:
        coverage.combine()
    except NoDataError:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(out), ignore_errors=True)
        files = json.loads(out.read_text())["files"]
    return {path: Measured.of(told) for path, told in files.items()}


def main() -> int:
    """Print the table; exit 1 below the floor."""
    folder = Path(os.environ["JTAI_COVERAGE"])
    rooms = by_room(together(by_workers(folder / "workers.json"), by_started()))
    print(f"{'room':<32} {'lines':>6} {'':>8} {'ways':>6}")  # noqa: T201
    for room, counts in rooms.items():
        print(line(room, counts))  # noqa: T201
    total = held(rooms)
    print(line("outside deployments", total))  # noqa: T201
    return int(share(total["run_ways"], total["ways"]) < FLOOR)


if __name__ == "__main__":
    sys.exit(main())
