"""`make same BEFORE=commit`: the same inputs through two commits, and every difference by kind."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.same import commands, gather, stack
from benchmarks.same.comparing import Comparison, compare, mask
from benchmarks.same.masks import SAYS, Mask
from benchmarks.same.rehearsal import Rehearsal
from benchmarks.same.trees import Tree, tree
from deployments.demo.web import PageError

SIDES = ("before", "after")
_BATCH = Path(__file__).with_name("batch.py")
_CHILDREN = {True: 300, False: 400}
_SHOWN, _WIDTH = 10, 240
FAILED = "to nothing: "
Result = TypeVar("Result")


@dataclass(frozen=True)
class Run:
    """One comparison: its two trees, its folder, and how much of it is wanted."""

    trees: tuple[Tree, Tree]
    folder: Path
    quick: bool
    themes: frozenset[str]
    rehearse: bool
    check: bool

    @property
    def inputs(self) -> Path:
        """Where the returns lie that both trees read."""
        return self.folder / "inputs"

    @property
    def places(self) -> tuple[commands.Place, ...]:
        """Which inspections are rehearsed."""
        chosen = commands.PLACES[:1] if self.quick else commands.PLACES
        return tuple(place for place in commands.PLACES if place.theme in self.themes) or chosen

    def out(self, side: str) -> Path:
        """Return where one side writes what is compared."""
        return self.folder / side


def say(text: str) -> None:
    """Write a line to the person who waits."""
    print(text, flush=True)


def on_both(work: Callable[[int], Result]) -> tuple[Result, Result]:
    """Do work for both sides at once, as there are two cores, and return both results."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(work, range(2))
    return first, second


def run_commands(side: Tree, folder: Path, words: list[commands.Command], *, pages: bool) -> None:
    """Have a tree run commands with a folder as its working directory."""
    folder.mkdir(parents=True, exist_ok=True)
    order = folder / "order.json"
    order.write_text(json.dumps(commands.order(side.folder, words, pages=pages)))
    subprocess.run([side.python, "-I", str(_BATCH), str(order)], cwd=folder, check=True)


def by_commands(run: Run) -> None:
    """Make the returns with the tree before, then check, link and draw with both; each makes the returns too."""
    run_commands(run.trees[0], run.inputs, commands.synthesising(run.quick), pages=False)
    codes = commands.return_codes(run.inputs, run.quick)
    words = commands.synthesising(run.quick) + commands.further(run.inputs, codes, run.quick)
    words += commands.checking(run.inputs, run.quick)
    on_both(lambda side: run_commands(run.trees[side], run.out(SIDES[side]), words, pages=True))


def by_rehearsals(run: Run) -> tuple[str, str]:
    """Rehearse whole inspections on both trees' stacks; return the addresses of the two portals."""
    words = [
        commands.Command(
            ["synthesise", "--theme", place.theme, "--area", place.area, "--children", str(_CHILDREN[run.quick]),
             "--seed", "7", "--dirty", str(variant.dirty), "--announce", place.announced, "--all",
             "--out", f"rehearsal/{place.theme}/{variant.name}"])
        for place in run.places for variant in (commands.CLEAN, commands.SPOILED)
    ]  # fmt: skip
    run_commands(run.trees[0], run.inputs, words, pages=False)
    return on_both(lambda side: rehearse(run, side))


def rehearse(run: Run, side: int) -> str:
    """Rehearse every inspection on the stack of one side, collect what it left, and return its portal's address."""
    name = SIDES[side]
    running = stack.start(run.trees[side].folder, run.folder / f"state-{name}", run.folder / f"{name}.log")
    try:
        running.pause("chase-returns", "track-statement")
        rehearsals = []
        for place in run.places:
            returns, scratch = run.inputs / "rehearsal" / place.theme, run.folder / f"evaluations-{name}"
            scratch.mkdir(exist_ok=True)
            rehearsal = Rehearsal(running, place, returns, scratch)
            if _taken(name, rehearsal, run.out(name) / "rehearsal" / f"{place.theme}.txt"):
                rehearsals.append(rehearsal)
        gather.gather(running, rehearsals, run.out(name))
    finally:
        running.stop()
    return running.portal


def _taken(name: str, rehearsal: Rehearsal, note: Path) -> bool:
    """Run one rehearsal to its end, and return whether it came there; how it went is noted for the comparison."""
    began, came = time.monotonic(), "to its end"
    try:
        rehearsal.run()
    except (stack.RehearsalError, PageError) as fault:
        came = f"{FAILED}{fault}"
    note.parent.mkdir(exist_ok=True)
    note.write_text(f"{came}\n")
    say(f"  {name}: {rehearsal.place.theme} came {came} in {time.monotonic() - began:.0f} s")
    return not came.startswith(FAILED)


def failed(run: Run) -> list[str]:
    """Return the rehearsals that did not come to their end on either side; such a run proves nothing."""
    notes = (note for side in SIDES for note in sorted(run.out(side).glob("rehearsal/*.txt")))
    return [f"{note.parent.parent.name}: {note.stem}" for note in notes if note.read_text().startswith(FAILED)]


def table(result: Comparison, allowed: frozenset[str]) -> str:
    """Return the counts by kind and the first differences of each, as lines."""
    lines = [f"{'Kind'.ljust(18)} {'compared':>8} {'differ':>7}", "-" * 35]
    for kind, number in result.compared.items():
        differing = [item for item in result.differences if item.kind == kind]
        note = "  (allowed)" if differing and kind in allowed else ""
        lines.append(f"{kind.ljust(18)} {number:8} {len(differing):7}{note}")
        lines += [f"    {item.file}: {item.what}"[:_WIDTH] for item in differing[:_SHOWN]]
        lines += [f"    and {len(differing) - _SHOWN} more"] if len(differing) > _SHOWN else []
    return "\n".join([*lines, "", "In what a rehearsal leaves behind these are masked; elsewhere nothing is:",
                      *(f"  - {sentence}" for sentence in SAYS)])  # fmt: skip


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.same",
        description="Run two commits on the same inputs and list every differing byte by kind: verdicts, reports, "
        "marked copies, templates, rules, CSV-on-the-Web metadata, links, cohorts, samples, timetables, and what "
        "whole inspections of three themes leave in the store, the ledger, the audit, the notices and the pages.",
    )
    parser.add_argument("--before", required=True, help="a commit, or the folder of a checkout")
    parser.add_argument("--after", default="", help="a commit or a folder; this checkout as it stands if not given")
    parser.add_argument(
        "--only", action="append", default=[], metavar="KIND", help="compare this kind; may be repeated"
    )
    parser.add_argument("--allow", action="append", default=[], metavar="KIND", help="a kind that may differ")
    parser.add_argument("--quick", action="store_true", help="one theme, few returns")
    parser.add_argument("--theme", action="append", default=[], help="rehearse this theme; may be repeated")
    parser.add_argument("--no-rehearsal", action="store_true", help="the command line alone")
    parser.add_argument("--no-commands", action="store_true", help="rehearsals alone")
    parser.add_argument("--again", action="store_true", help="compare what the last run made; run nothing")
    default = Path(tempfile.gettempdir()) / "jtai-same"
    parser.add_argument("--scratch", type=Path, default=default, help=f"where trees and results lie; {default}")
    return parser.parse_args()


def made(run: Run) -> tuple[Mask, Mask]:
    """Run everything that is wanted and return the masks of both sides, which a later comparison reads again."""
    for folder in (*map(run.out, SIDES), run.inputs):
        shutil.rmtree(folder, ignore_errors=True)
    addresses = ("", "")
    for side in SIDES:
        run.out(side).mkdir(parents=True)
    for wanted, work in ((run.check, "commands"), (run.rehearse, "rehearsals")):
        if not wanted:
            continue
        began = time.monotonic()
        if work == "commands":
            by_commands(run)
        else:
            addresses = by_rehearsals(run)
        say(f"  {work}: {time.monotonic() - began:.0f} s")
    (run.folder / "addresses.json").write_text(json.dumps(addresses))
    return masks(run)


def masks(run: Run) -> tuple[Mask, Mask]:
    """Return the masks of what both sides made."""
    addresses = json.loads((run.folder / "addresses.json").read_text())
    return mask(run.out("before"), addresses[0]), mask(run.out("after"), addresses[1])


def main() -> int:
    """Run the command; returns its exit code."""
    choice = arguments()
    scratch = choice.scratch.resolve()
    began = time.monotonic()
    trees = tree(choice.before, scratch), tree(choice.after, scratch)
    say(f"Before: {trees[0].name}. After: {trees[1].name}. Trees are ready ({time.monotonic() - began:.0f} s).")
    run = Run(
        trees, scratch / "run", choice.quick, frozenset(choice.theme), not choice.no_rehearsal, not choice.no_commands
    )
    both = masks(run) if choice.again else made(run)
    allowed = frozenset(choice.allow)
    result = compare(run.out("before"), run.out("after"), both, frozenset(choice.only))
    say(table(result, allowed))
    written = run.folder / "differences.json"
    facts = {"before": trees[0].name, "after": trees[1].name, "masked": SAYS, **result.to_dict(allowed)}
    written.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    bad = result.outside(allowed)
    say(f"\n{len(bad)} differences that may not be, in {time.monotonic() - began:.0f} s. Written to {written}")
    unfinished = failed(run)
    if unfinished:
        say(f"Rehearsals that failed, so that this run proves nothing: {', '.join(unfinished)}")
    return 1 if bad or unfinished else 0


if __name__ == "__main__":
    sys.exit(main())
