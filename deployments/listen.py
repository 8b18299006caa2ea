"""`python -m deployments.listen`: receives the objects that a queue of S3 notifications names, until it is stopped."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType

from deployments.part import Part, full_environment
from models.settings import CHECKOUT, MissingSettingError, settings
from tasks.ground.log import log
from validation.engine.confinement import leave_no_dump

_PATIENCE_SECONDS = 5


def part(addresses: dict[str, str], temporary: Path) -> Part:
    """Describe the listener to the supervisor; it needs nothing of ours to start."""
    return Part(
        name="listen",
        command=[sys.executable, "-m", "deployments.listen"],
        environment=full_environment(addresses | {"TMPDIR": str(temporary)}),
        ready=lambda: True,
        folder=CHECKOUT,
    )


def _stop(_: int, __: FrameType | None) -> None:
    # A message that was being taken comes back, and taking it again changes nothing.
    raise SystemExit(0)


def main() -> int:
    """Listen until stopped; a queue that does not answer is asked again a little later."""
    # The supervisor reads this file for its part alone, and would hold all that receiving needs.
    from tasks.returns.listener import client, listen

    leave_no_dump()
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        url = settings().required("queue_url")
    except MissingSettingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    while True:
        try:
            listen(client(), url, lambda: False)
        except Exception as fault:  # its text may quote a file name or a cell, so its kind alone is logged (L5)
            log().warning("queue.away", fault=type(fault).__name__)
            time.sleep(_PATIENCE_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
