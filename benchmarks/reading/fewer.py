"""`make riddles`: writes the list of riddles still allowed anew, after some went or files moved; it never grows."""

import sys
from pathlib import Path

from benchmarks.reading.source import modules, product_rooms
from benchmarks.reading.words import allowed, riddles_by_file, written

LIST = Path("tests/riddles.txt")


def main() -> int:
    """Write the list; returns the exit code, 1 where there are more riddles than the list allows."""
    counts = riddles_by_file(modules(Path(), product_rooms(Path())))
    before = sum(allowed(LIST.read_text()).values()) if LIST.exists() else sum(counts.values())
    if sum(counts.values()) > before:
        print(f"{sum(counts.values())} riddles, and {before} are allowed: rename what was added.", file=sys.stderr)
        return 1
    LIST.write_text(written(counts))
    print(f"{sum(counts.values())} riddles in {len(counts)} files are still allowed; there were {before}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
