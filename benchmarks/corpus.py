"""Reads every file of a folder of foreign files, and counts what came of it: `python -m benchmarks.corpus FOLDER`.

Files that others have collected show what no test of ours thinks of. None of them is kept here. A reader may read a
file or refuse it in words; an exception of any other kind, or the death of the process, is a fault of ours.
"""

import argparse
import multiprocessing
import resource
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from validation.contract.errors import UnreadableError
from validation.engine.checking import headings
from validation.files.readers import read

_MEMORY = 3 * 2**30
_SECONDS = 30


def outcome_of(path: Path) -> str:
    """Return what came of reading a file in a process of its own: read, refused and why, or a fault of ours."""
    here, there = multiprocessing.Pipe(duplex=False)
    # A copy of this process has everything imported; a file that ends it ends nothing else.
    reader = multiprocessing.get_context("fork").Process(target=_read, args=(path, there))
    reader.start()
    there.close()
    reader.join(_SECONDS)
    if reader.is_alive():
        reader.terminate()
        reader.join()
    return str(here.recv()) if here.poll() else "FAULT: the process died or took too long"


def counts(folder: Path) -> dict[str, list[Path]]:
    """Return outcome -> the files of a folder, and all folders in it, that came to it."""
    by_outcome: dict[str, list[Path]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        by_outcome.setdefault(outcome_of(path), []).append(path)
    return by_outcome


def _read(path: Path, result: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        read(path, headings())
        result.send("read")
    except UnreadableError as error:
        result.send(f"unreadable: {error}")
    except BaseException as error:  # whatever it is, it is what this program looks for
        result.send(f"FAULT: {type(error).__name__}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts of a folder, with the names of files that were not read; return 1 where a fault was ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--names", action="store_true", help="also print which files were refused")
    given = parser.parse_args(arguments)
    by_outcome = counts(given.folder)
    for outcome, paths in sorted(by_outcome.items(), key=lambda pair: -len(pair[1])):
        kinds = ", ".join(f"{n} {kind or 'without an ending'}" for kind, n in Counter(p.suffix for p in paths).items())
        print(f"{len(paths):6,}  {outcome}\n        {kinds}")
        if given.names and outcome != "read":
            print(*(f"          {path.relative_to(given.folder)}" for path in paths), sep="\n")
    return int(any(outcome.startswith("FAULT") for outcome in by_outcome))


if __name__ == "__main__":
    raise SystemExit(main())
