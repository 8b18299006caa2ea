"""Takes from a process what it does not need before it opens a file that somebody sent."""

import os
import sys
from pathlib import Path
from typing import Any

from validation.engine import confinement
from validation.engine.memory_files import MOST

ROOT = Path(__file__).resolve().parents[2]
"""The checkout, or wherever our rooms are installed."""

_ROOMS = ("models", "validation", "portal")
_MEASURED = "JTAI_COVERAGE"
# Of the system: what programs are loaded from, the time zones, and how much memory and how many cores there are.
_SYSTEM = (
    *("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/sys/vm", "/sys/devices/system/cpu", "/sys/fs/cgroup"),
)
_SEVERAL_THREADS = 70  # EX_SOFTWARE: a fault of ours, as the children that check returns say it


def tie(ties: dict[str, Any]) -> list[str]:
    """Take from this process what it does not need; return the names of what could not be taken.

    Args:
        ties: the `parent` with which it ends, and the number of its `user`.
    """
    # Some ties hold for the thread that asks for them alone, so an import that starts one must be seen at once.
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        sys.exit(_SEVERAL_THREADS)
    if not confinement.end_with(ties["parent"]):
        sys.exit(1)
    done = {"network": confinement.without_network(), "user": confinement.as_user(ties["user"])}
    # Another user begins anew in both: dumps can be made of it, and it does not end with its parent.
    confinement.leave_no_dump()
    confinement.end_with(ties["parent"])
    confinement.no_new_rights()
    confinement.write_at_most(MOST)
    writes = [Path("/dev/null")]
    if _MEASURED in os.environ:
        writes.append(Path(os.environ[_MEASURED]))
    done["files"] = confinement.within(_code(), [ROOT], writes)
    done["calls"] = confinement.without_calls()
    return [name for name, tied in done.items() if not tied]


def _code() -> list[Path]:
    """Return where Python, its packages, our rooms and the system's libraries are: never the checkout as a whole.

    The state folder, with every secret, is in the checkout by default.
    """
    packages = [Path(entry) for entry in sys.path if entry and Path(entry).resolve() != ROOT]
    prefixes = {Path(prefix) for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    rooms = [ROOT / room for room in _ROOMS]
    return [*map(Path, _SYSTEM), *sorted(prefixes), *packages, *rooms]
