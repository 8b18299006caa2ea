"""`make bench`: measure, print a table, write the figures as JSON."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import choosing, disclosing, events, linking, plans, sampling, sealing, starting, unseen, validating
from benchmarks.figures import Figure, table
from models.settings import settings

MEASURES: Mapping[str, Callable[..., list[Figure]]] = {
    "starting": lambda *_, **__: starting.figures(),
    "validating": validating.figures,
    "choosing": choosing.figures,
    "disclosing": disclosing.figures,
    "linking": linking.figures,
    "sampling": sampling.figures,
    "plans": plans.figures,
    "unseen": unseen.figures,
    "sealing": sealing.figures,
    "events": events.figures,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything, or what is asked for; figures that fall short are marked, and fail nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = ", ".join(MEASURES)
    parser.add_argument("only", nargs="*", metavar="MEASURE", help=f"what to measure, of {names}; all else")
    parser.add_argument("--quick", action="store_true", help="leave out what takes minutes")
    wanted = parser.parse_args(arguments)
    if unknown := sorted(set(wanted.only) - set(MEASURES)):
        parser.error(f"{', '.join(unknown)} is not measured here. Choose of {names}.")
    folder = settings().state / "bench"
    figures = [figure for name in wanted.only or MEASURES for figure in MEASURES[name](folder, quick=wanted.quick)]
    print(table(figures))
    # The figures of a part must not take the place of those of the whole.
    out = Path(folder / (f"figures-{'-'.join(wanted.only)}.json" if wanted.only else "figures.json"))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([figure.to_dict() for figure in figures], indent=2) + "\n")
    print(f"\nWritten to {out}")


if __name__ == "__main__":
    main()
