"""What pages show of complaints, for agencies and programme managers alike."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from models.tables import Agency, Complaint, Inspection
from tasks.complaints.deciding import OUTCOMES
from tasks.complaints.recording import CAME_FROM, LATE, text_of
from tasks.ledger import audit


def outcome_tag(row: Complaint) -> dict[str, str]:
    """Return the tag of a complaint's outcome."""
    if row.outcome is None:
        return {"text": "Needs a decision", "classes": "govuk-tag--yellow"}
    return {"text": OUTCOMES[row.outcome], "classes": "govuk-tag--grey"}


def list_facts(rows: Sequence[Complaint]) -> dict[str, Any]:
    """Return what a list of complaints shows: no words of any."""
    return {"complaints": rows, "tag_of": outcome_tag, "came_from": CAME_FROM}


def complaint_facts(session: Session, row: Complaint, *, by: str) -> dict[str, Any]:
    """Return what the page of one complaint shows, and record who reads it."""
    audit.append(session, row.inspection, actor=by, action="complaint.read", subject=row.id)
    agency = session.get(Agency, row.agency_id) if row.agency_id else None
    return {
        "inspection": session.get_one(Inspection, row.inspection),
        "row": row,
        "source": agency.name if agency else CAME_FROM[row.came_from][:1].upper() + CAME_FROM[row.came_from][1:],
        "text": text_of(row.text_key),
        "why_late": LATE[row.late_reason] if row.late_reason else "",
        "decision": text_of(row.decision_key) if row.decision_key else "",
        "tag_of": outcome_tag,
    }
