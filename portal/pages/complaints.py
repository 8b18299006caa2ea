"""What pages show of complaints, for agencies and programme managers alike."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from models.tables import Agency, Complaint, Inspection
from portal.pages.listing import ListingColumn
from tasks.complaints.deciding import OUTCOMES
from tasks.complaints.recording import CAME_FROM, LATE, text_of
from tasks.ledger import audit


def outcome_tag(row: Complaint) -> dict[str, str]:
    """Return the tag of a complaint's outcome."""
    if row.outcome is None:
        return {"text": "Needs a decision", "classes": "govuk-tag--yellow"}
    return {"text": OUTCOMES[row.outcome], "classes": "govuk-tag--grey"}


def complaint_columns(agencies: Mapping[str, str]) -> tuple[ListingColumn[Complaint], ...]:
    """Return the columns of a list of complaints, which has no words of any.

    Args:
        agencies: the names of those in scope by their id.
    """

    def source(row: Complaint) -> str:
        return agencies.get(row.agency_id or "", CAME_FROM[row.came_from])

    return (
        ListingColumn("received", "Came on", lambda row: row.received_on),
        ListingColumn("late", "Late", lambda row: row.late, chosen=True),
        ListingColumn("source", "From", source, chosen=True),
        ListingColumn("outcome", "Outcome", lambda row: outcome_tag(row)["text"], chosen=True),
        ListingColumn("incomplete", "Evidence is gathered again", lambda row: row.incomplete, chosen=True),
        ListingColumn("version", "Version of the letter", lambda row: row.letter_version),
        ListingColumn("id", "Complaint", lambda row: row.id),
    )


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
