"""Moves an inspection or a request along its lifecycle, with the audit entry and the event of the move (L6)."""

from typing import Any

from sqlmodel import Session

from models.events import Event, Owed
from models.ids import VersionSubject
from models.lifecycle import RequestState, Stage, check_move
from models.tables import Inspection, Request
from tasks.ledger import audit
from tasks.ledger.outbox import tell
from tasks.ledger.work import owe


def move_stage(
    session: Session, inspection: Inspection, to: Stage, *, actor: str, facts: dict[str, Any] | None = None
) -> None:
    """Move an inspection to a stage that may follow, with its audit entry.

    Raises:
        IllegalMoveError: the lifecycle has no such transition.
    """
    now = inspection.stage
    check_move(f"The inspection {inspection.ref}", now, to)
    # The caller has locked the row, so that nothing moves it between the check and this.
    inspection.stage = to
    session.add(inspection)
    more = {"from": now.value, "to": to.value, **(facts or {})}
    moved = audit.append(session, inspection.ref, actor=actor, action="stage.moved", subject=inspection.ref, facts=more)
    owe(session, Owed.ANCHOR, str(VersionSubject(inspection.ref, moved.number)), inspection.ref)
    tell(session, Event.CHANGED, inspection.ref, inspection.ref, {"stage": to.value})


def move_request(
    session: Session, request: Request, to: RequestState, *, actor: str, facts: dict[str, Any] | None = None
) -> None:
    """Move a request to a state that may follow, with its audit entry.

    Raises:
        IllegalMoveError: the lifecycle has no such transition.
    """
    now = request.state
    check_move(f"The request {request.id}", now, to)
    request.state = to
    session.add(request)
    more = {"from": now.value, "to": to.value, **(facts or {})}
    audit.append(session, request.inspection, actor=actor, action="request.moved", subject=request.id, facts=more)
    tell(session, Event.CHANGED, request.inspection, request.id, {"state": to.value})
