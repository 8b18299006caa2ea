"""Children that run a module of the tests: the product gives a child no file, so Python itself is started with them."""

import sys
from pathlib import Path

PROBES = Path(__file__).parent
"""The folder of intruder, leaver and sleeper, which a child imports by these names."""


def python_with_probes(folder: Path) -> str:
    """Return a program that starts Python with the probes among its packages, which a child may read.

    Args:
        folder: where the program is written.
    """
    program = folder / "python-with-probes"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{PROBES}" exec {sys.executable} "$@"\n')
    program.chmod(0o700)
    return str(program)
