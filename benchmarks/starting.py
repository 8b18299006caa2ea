"""How long a person waits for the first answer of the command line."""

import subprocess
import sys
from pathlib import Path

from benchmarks.figures import Figure, cost


def figures() -> list[Figure]:
    """Measure `jtai --help`."""
    command = [str(Path(sys.executable).with_name("jtai")), "--help"]
    taken = cost(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), rounds=5)
    return [Figure("jtai --help", taken.wall, "s", 0.3)]
