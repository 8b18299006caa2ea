"""Where the journeys take place: one stack, a stand-in of GOV.UK Notify and a provider of sign-ins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from sqlalchemy import text
from sqlmodel import col, select

from models.tables import Inspection, Work
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ground.prefect_api import start_run
from tests.notify_server import Notifications
from tests.stacks import until


@dataclass(frozen=True)
class House:
    """Addresses of the product, its key as `make up` prints it, and what stands around it."""

    portal: str
    prefect: str
    operator_key: str
    notify: Notifications
    provider: str

    def knows(self, address: str) -> None:
        """Let the provider of sign-ins know somebody's address."""
        claims = {"email": address, "email_verified": True}
        httpx.put(f"{self.provider}/users/{address}", json=claims, trust_env=False).raise_for_status()


def row_of(ref: str) -> Inspection:
    """Return an inspection as the ledger has it."""
    with transaction() as session:
        return session.get_one(Inspection, ref)


def time_comes(ref: str, moment: datetime) -> None:
    """Let a moment come for a real inspection.

    The product has no door to this: a test waits for no months, and turns the row's clock in the database itself.
    """
    with transaction() as session:
        seconds = int((moment - utc_now() + timedelta(minutes=1)).total_seconds())
        turn = text("UPDATE inspection SET clock_shift_seconds = greatest(clock_shift_seconds, :s) WHERE ref = :ref")
        session.execute(turn, {"s": seconds, "ref": ref})


def reaches(ref: str, *stages: str) -> None:
    """Wait until an inspection is in one of some stages, as the clock and events bring it there."""
    start_run("sweep")
    try:
        until(f"{ref} is {' or '.join(stages)}", lambda: row_of(ref).stage in stages, 120)
    except AssertionError as late:
        raise AssertionError(f"{late}: it is {row_of(ref).stage}, and {faults()}") from None


def faults() -> str:
    """Return which owed work failed, by kind and fault."""
    with transaction() as session:
        rows = session.exec(select(Work).where(col(Work.fault).is_not(None)))
        return "; ".join(f"{row.kind} of {row.subject}: {row.fault}" for row in rows) or "no work failed"
