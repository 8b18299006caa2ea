"""Checks every table-like file of a folder of foreign files: `python -m benchmarks.corpus FOLDER`.

Files that others have collected show what no test of ours thinks of. None of them is kept here: good ones are in the
source packages of openpyxl, xlrd, odfpy, pyexcel, tablib and frictionless on PyPI (`pip download --no-binary
:all: --no-deps NAME`), and of xlsx, exceljs, papaparse and csv-spectrum on npm (`npm pack NAME`). A file may have any
verdict, in words. That our reader stopped, a rule could not be run, an exception of any kind, or the death of the
process is a fault of ours.
"""

import argparse
import multiprocessing
import resource
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.returns import context
from validation.contract.errors import OurFaultError
from validation.contract.outcome import Outcome
from validation.engine.checking import check_file
from validation.engine.child import check_in_child
from validation.returns import CONTRACTS, contract

_MEMORY = 3 * 2**30
_SECONDS = 30
_FAULT = "FAULT"
ENDINGS = frozenset(
    (".csv", ".tsv", ".tab", ".txt", ".psv", ".dat", ".data", ".xls", ".xlsx", ".xlsm", ".xlsb", ".xltx", ".xlt")
    + (".ods", ".ots", ".fods", ".xml", ".html", ".json", ".numbers", ".slk", ".dif", ".prn", ".dbf", ".parquet")
)
"""Endings of files that are tables, or that somebody may send for one."""


def outcome_of(path: Path, code: str) -> str:
    """Return what came of checking a file in a process of its own: a verdict and why, or a fault of ours."""
    here, there = multiprocessing.Pipe(duplex=False)
    # A copy of this process has everything imported; a file that ends it ends nothing else.
    child = multiprocessing.get_context("fork").Process(target=_check, args=(path, code, there))
    child.start()
    there.close()
    try:
        return str(here.recv()) if here.poll(_SECONDS) else _of_child(path, code)
    except EOFError:
        return _of_child(path, code)
    finally:
        child.kill()
        child.join()


def _of_child(path: Path, code: str) -> str:
    """Return what came of a file that ended its process, in the child in which an upload is checked."""
    try:
        return in_words(check_in_child(path, code, context()))
    except OurFaultError as error:
        return f"{_FAULT}: {type(error).__name__}"


def table_like(folder: Path, *, every: bool = False) -> Iterator[Path]:
    """Yield the files of a folder, and of all folders in it, that are tables by their endings, or every file."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (every or path.suffix.lower() in ENDINGS):
            yield path


def counts(paths: Iterator[Path], code: str) -> dict[str, list[Path]]:
    """Return outcome -> the files that came to it, checked as a return."""
    by_outcome: dict[str, list[Path]] = {}
    for path in paths:
        by_outcome.setdefault(outcome_of(path, code), []).append(path)
    return by_outcome


def in_words(outcome: Outcome) -> str:
    """Return the verdict of a check, and of a file without rows why there are none; a fault of ours first of all."""
    if outcome.fault or outcome.not_checked:
        return f"{_FAULT}: {outcome.fault or 'a rule could not be run'}"
    if outcome.rows:
        return f"{outcome.verdict}, with rows"
    return f"{outcome.verdict}: {outcome.findings[0].message}"


def _check(path: Path, code: str, result: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        result.send(in_words(check_file(path, contract(code), context())))
    except BaseException as error:  # whatever it is, it is what this program looks for
        result.send(f"{_FAULT}: {type(error).__name__}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts of a folder, and the names of files whose fault is ours; return 1 where there is any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--return", dest="code", choices=sorted(CONTRACTS), default="POL-1", help="check them as this")
    parser.add_argument("--every", action="store_true", help="check every file, whatever its ending")
    parser.add_argument("--names", action="store_true", help="also print the names of files without rows")
    given = parser.parse_args(arguments)
    by_outcome = counts(table_like(given.folder, every=given.every), given.code)
    for outcome, paths in sorted(by_outcome.items(), key=lambda pair: -len(pair[1])):
        kinds = ", ".join(f"{n} {kind or 'without an ending'}" for kind, n in Counter(p.suffix for p in paths).items())
        print(f"{len(paths):6,}  {outcome}\n        {kinds}")
        if outcome.startswith(_FAULT) or (given.names and "with rows" not in outcome):
            print(*(f"          {path.relative_to(given.folder)}" for path in paths), sep="\n")
    faults = sum(len(paths) for outcome, paths in by_outcome.items() if outcome.startswith(_FAULT))
    print(f"{sum(map(len, by_outcome.values())):,} files checked; the fault was ours in {faults:,}")
    return int(faults > 0)


if __name__ == "__main__":
    raise SystemExit(main())
