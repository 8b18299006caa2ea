"""Runs one flow as `python -m prefect.engine` does, without Prefect's own heartbeat: what a cold start becomes."""

import runpy

from deployments import heartbeat
from validation.engine import confinement

MODULE = "prefect.engine"


def main() -> None:
    """Execute the run that the environment names, and end as Prefect's engine ends."""
    confinement.leave_no_dump()
    heartbeat.silence()
    runpy.run_module(MODULE, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
