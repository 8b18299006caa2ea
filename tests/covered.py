"""`python -m tests.covered`: puts together what every process measured, prints it by room, and holds the floor."""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from coverage import Coverage

FLOOR = 90.0
# The stack is started, killed and ended from outside; parts of it run where nothing can measure them.
TOLD_ONLY = frozenset({"deployments"})
_COUNTED = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def by_room(files: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """Return the counts of each room: of `tasks/ledger/x.py` that is `tasks/ledger`, of `tasks/x.py` it is `tasks`."""
    rooms: dict[str, Counter[str]] = {}
    for path, measured in sorted(files.items()):
        room = str(PurePosixPath(*PurePosixPath(path).parent.parts[:2]))
        rooms.setdefault(room, Counter()).update({name: measured["summary"][name] for name in _COUNTED})
    return rooms


def share(covered: int, count: int) -> float:
    """Return a share in per cent; of nothing, all is covered."""
    return 100 * covered / count if count else 100.0


def line(name: str, counts: Mapping[str, int]) -> str:
    """Return a line of the table."""
    statements, branches = counts["num_statements"], counts["num_branches"]
    lines, ways = share(counts["covered_lines"], statements), share(counts["covered_branches"], branches)
    return f"{name:<32} {statements:>6} {lines:>6.1f} % {branches:>6} {ways:>6.1f} %"


def held(rooms: Mapping[str, Counter[str]]) -> Counter[str]:
    """Return the counts of all rooms together that the floor holds for."""
    return _sum(counts for room, counts in rooms.items() if room.split("/")[0] not in TOLD_ONLY)


def _sum(counts: Iterable[Counter[str]]) -> Counter[str]:
    together: Counter[str] = Counter(dict.fromkeys(_COUNTED, 0))
    for each in counts:
        together.update(each)
    return together


def measured() -> dict[str, Any]:
    """Combine the data of all processes and return coverage's own report, file by file."""
    coverage = Coverage()
    coverage.combine()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(out), ignore_errors=True)
        report: dict[str, Any] = json.loads(out.read_text())
    return report


def main() -> int:
    """Print the table; exit 1 below the floor."""
    rooms = by_room(measured()["files"])
    print(f"{'room':<32} {'lines':>6} {'':>8} {'ways':>6}")  # noqa: T201
    for room, counts in rooms.items():
        print(line(room, counts))  # noqa: T201
    total = held(rooms)
    print(line("outside deployments", total))  # noqa: T201
    return int(share(total["covered_branches"], total["num_branches"]) < FLOOR)


if __name__ == "__main__":
    sys.exit(main())
