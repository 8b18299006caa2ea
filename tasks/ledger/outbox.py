"""Sends the events of the outbox to Prefect: after the commit, at least once, in the order they were written."""

from typing import Any
from uuid import uuid4

from sqlmodel import Session, select

from models.events import Event
from models.settings import settings
from models.tables import OutboxEvent
from models.tables.base import utc_now
from tasks.ground.database import is_together, transaction
from tasks.ground.prefect_api import PrefectUnreachableError, call
from tasks.ground.trace import current_trace
from tasks.ledger.wakes import takes


def tell(session: Session, event: Event, inspection: str, subject: str, facts: dict[str, Any] | None = None) -> None:
    """Write an event into the outbox, to be sent after the commit, with the trace of the click behind it."""
    facts = {**(facts or {}), **({"trace": trace} if (trace := current_trace()) else {})}
    session.add(OutboxEvent(id=str(uuid4()), inspection=inspection, event=event, subject=subject, facts=facts))


_BATCH = 200
"""So many events go in one call, and so many are sent again if that call dies."""


def as_prefect_event(row: OutboxEvent) -> dict[str, Any]:
    """Return an event as Prefect's API takes it: references and counts only."""
    return {
        "id": row.id,
        "occurred": row.written_at.isoformat(),
        "event": row.event,
        "resource": {"prefect.resource.id": f"jtai.{row.subject}", "prefect.resource.name": row.subject},
        "related": [
            {"prefect.resource.id": f"jtai.inspection.{row.inspection}", "prefect.resource.role": "inspection"}
        ],
        "payload": {"inspection": row.inspection, "subject": row.subject, **row.facts},
    }


def send_events() -> int:
    """Send every unsent event and mark it sent; return how many.

    An event that would only wake a run for work that another will take is marked without being sent: see `wakes.py`.
    The mark follows the sending, so a death in between sends an event twice, which changes nothing (L3).

    Raises:
        PrefectUnreachableError: Prefect does not answer; the events stay for the sweep.
    """
    sent = 0
    while True:
        with transaction() as session:
            query = (
                select(OutboxEvent)
                .where(OutboxEvent.sent_at == None)  # noqa: E711 -- SQL's IS NULL
                .order_by(OutboxEvent.written_at)  # type: ignore[arg-type]
                .limit(_BATCH)
                # Rows that another sender has are its own to send: nobody waits for Prefect twice.
                .with_for_update(skip_locked=True)
            )
            rows = session.exec(query).all()
            if not rows:
                return sent
            going = [as_prefect_event(row) for row in rows if takes(session, row.event, row.id)]
            if going:
                call("POST", "/events", json=going)
            for row in rows:
                row.sent_at = utc_now()
                session.add(row)
            sent += len(going)


def send_soon() -> None:
    """Send what waits if Prefect answers; if not, the sweep will, so the caller's work is not held up."""
    # What is not committed yet is sent by whoever commits it.
    if settings().prefect_api_url is None or is_together():
        return
    try:
        send_events()
    except PrefectUnreachableError as error:
        from tasks.ground.log import log

        log().warning("events.wait", why=str(error), server=settings().required("prefect_api_url"))
