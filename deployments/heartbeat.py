"""Switches Prefect's own heartbeat off in a process that executes runs, where the installed release allows it.

Prefect's heartbeat makes each run wait up to a second for its thread to end, a third of what a short run takes, and no
setting switches it off. Ours says the same to the sweep, which gives silent runs up: see `tasks/ledger/heartbeats.py`.
"""

import importlib
import inspect
from importlib.metadata import PackageNotFoundError, version

FITTED_RELEASE = "3.9.1"
"""The release whose engine was read; any other keeps its heartbeat until somebody has read it as well."""
_ATTRIBUTE = "heartbeat_seconds"


def silence() -> bool:
    """Switch the heartbeat off, or log in one line why it stays.

    Returns:
        Whether it is off. A run is right either way, only slower with it.
    """
    obstacle = _obstacle()
    if obstacle:
        from tasks.ground.log import log

        log().warning("heartbeat.stays", why=obstacle)
        return False
    setattr(_engine(), _ATTRIBUTE, property(lambda _: None))
    return True


def _obstacle() -> str:
    try:
        release = version("prefect")
    except PackageNotFoundError:
        return "Prefect is not installed as a package"
    if release != FITTED_RELEASE:
        return f"Prefect is {release}, and this is fitted to {FITTED_RELEASE}"
    kind = inspect.getattr_static(_engine(), _ATTRIBUTE, None)
    return "" if isinstance(kind, property) else f"Prefect's engine has no property {_ATTRIBUTE}"


def _engine() -> object:
    return getattr(importlib.import_module("prefect.flow_engine"), "BaseFlowRunEngine", None)
