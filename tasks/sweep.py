"""Finds whatever is owed and not being done, and wakes, moves or tells it (L3)."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from models.events import DEPLOYMENT_FOR, Owed
from models.tables.base import utc_now
from tasks.arrivals import look_at_incoming
from tasks.board import publish_board
from tasks.database import transaction
from tasks.notices import send_notices
from tasks.outbox import send_events
from tasks.prefect_api import call, start_run
from tasks.progress import live_inspections, move_on

_ALONE = text("SELECT pg_try_advisory_xact_lock(hashtext('sweep'))")

PATIENCE_SECONDS = 20
"""Owed work younger than this is left to the event that was sent for it."""


@dataclass
class Swept:
    """What one sweep found and did, in counts and references."""

    arrived: tuple[str, ...] = ()
    strangers: int = 0
    missing: tuple[str, ...] = ()
    events_sent: int = 0
    notices_sent: int = 0
    moved: dict[str, list[str]] = field(default_factory=dict)
    woken: list[str] = field(default_factory=list)
    boards: list[str] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """Tell whether anything was owed that nobody did."""
        return bool(self.arrived or self.missing or self.events_sent or self.moved or self.woken)

    def to_message(self) -> str:
        """Return the sum of a sweep in one line."""
        parts = [f"{ref}: {', '.join(what)}" for ref, what in sorted(self.moved.items())]
        parts += [f"took {', '.join(self.arrived)}"] if self.arrived else []
        parts += [f"{self.strangers} objects in incoming/ that nobody was permitted to send"] if self.strangers else []
        parts += [f"NOT IN THE STORE: {', '.join(self.missing)}"] if self.missing else []
        parts += [f"{self.events_sent} events sent"] if self.events_sent else []
        parts += [f"woke {', '.join(self.woken)}"] if self.woken else []
        return "; ".join(parts) or "Nothing was owed that is not being done."


_WAITING = text(
    """
    SELECT DISTINCT kind FROM work
    WHERE (state = 'owed' AND not_before <= now() AND owed_at < now() - make_interval(secs => :patience))
       OR (state = 'claimed' AND lease_until < now())
    ORDER BY kind
    """
)


def waiting_kinds() -> list[Owed]:
    """Return the kinds of work that are owed and that nobody has taken up in time."""
    with transaction() as session:
        return [Owed(row.kind) for row in session.execute(_WAITING, {"patience": PATIENCE_SECONDS})]


def is_on_its_way(deployment: str) -> bool:
    """Tell whether a run of a deployment is about to start, so that waking another would add nothing."""
    wanted: dict[str, Any] = {
        "flows": {"name": {"any_": [deployment]}},
        "flow_runs": {
            "state": {"type": {"any_": ["PENDING", "SCHEDULED"]}},
            "expected_start_time": {"after_": (utc_now() - timedelta(minutes=2)).isoformat()},
        },
        "limit": 1,
    }
    return bool(call("POST", "/flow_runs/filter", json=wanted))


def wake(kinds: list[Owed]) -> list[str]:
    """Start a run of each deployment whose work waits, unless one is on its way; the sweep does its own work itself."""
    woken = []
    for deployment in sorted({DEPLOYMENT_FOR[kind] for kind in kinds} - {"sweep"}):
        if not is_on_its_way(deployment):
            start_run(deployment, tags=("woken-by-sweep",))
            woken.append(deployment)
    return woken


def sweep() -> Swept:
    """Do one sweep: send events and notices, move on what its date moves, wake what waits, put the boards right.

    One sweep works at a time. The lock ends with its holder's connection, so that a killed sweep holds up none.

    Raises:
        PrefectUnreachableError: Prefect does not answer; what was done before stays done.
    """
    with transaction() as session:
        alone: bool = session.execute(_ALONE).scalar_one()
        return _sweep() if alone else Swept()


def _sweep() -> Swept:
    incoming = look_at_incoming()
    swept = Swept(arrived=incoming.arrived, strangers=incoming.strangers, missing=incoming.missing)
    for ref in live_inspections():
        moved = move_on(ref)
        if moved:
            swept.moved[ref] = moved
    with transaction() as session:
        swept.notices_sent = send_notices(session)
    swept.events_sent = send_events()
    swept.woken = wake(waiting_kinds())
    swept.boards = [ref for ref in live_inspections() if publish_board(ref)]
    return swept
