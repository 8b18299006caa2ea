"""What pages show of records: what is kept until when, what holds it, and what stands where something was destroyed."""

from typing import Any

from fastapi import Request, Response
from sqlmodel import Session

from models.retention import CLASS_HOLDS, CLASS_LABELS
from models.states import DestructionState
from models.tables import Inspection
from portal.pages.frame import page
from tasks.ground.database import transaction
from tasks.retention.proposing import classes_now, destructions_of

GONE = 410


def record_facts(session: Session, inspection: Inspection) -> dict[str, Any]:
    """Return what is shown of the classes of record of an inspection, and of their destructions."""
    return {
        "inspection": inspection,
        "classes": classes_now(session, inspection),
        "destructions": destructions_of(session, inspection.ref),
        "labels": CLASS_LABELS,
        "holds": CLASS_HOLDS,
        "states": DestructionState,
        "today": inspection.today(),
    }


def destroyed_page(request: Request, ref: str) -> Response:
    """Return the page that stands where something was destroyed: what, when, by which policy, with the certificate."""
    with transaction() as session:
        inspection = session.get(Inspection, ref)
        rows = [row for row in destructions_of(session, ref) if row.state != DestructionState.PROPOSED]
    return page(
        request,
        "destroyed",
        "This was destroyed",
        status=GONE,
        back="/home",
        inspection=inspection,
        destructions=rows,
        labels=CLASS_LABELS,
        holds=CLASS_HOLDS,
    )
