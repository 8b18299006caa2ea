"""What each agency was asked for over several inspections: returns and documents, owed and overdue, what came late."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import String, bindparam, text
from sqlmodel import Session

from models.lifecycle import SETTLED, RequestState
from models.states import DocumentState
from models.tables.base import utc_now
from tasks.inspection.document_items import TAKES_NO_DOCUMENTS

# A body of several areas is counted once, whatever each inspection calls it; one that is not entered, by its name.
_COUNTS = text(
    """
    WITH asked AS (
        SELECT request.agency_id, request.inspection, 1 AS requested, (request.state NOT IN :settled)::int AS owed,
               (request.state NOT IN :settled AND request.due_at < :now)::int AS overdue,
               coalesce(arrived.late, false)::int AS late, 0 AS documents, 0 AS documents_owed, 0 AS documents_overdue
        FROM request
        LEFT JOIN submission arrived ON arrived.request_id = request.id AND arrived.version = 1
        WHERE request.inspection IN :refs AND request.state <> :withdrawn
        UNION ALL
        SELECT item.agency_id, item.inspection, 0, 0, 0, 0, 1,
               (item.state = :asked AND takes)::int, (item.state = :asked AND takes AND item.due_at < :now)::int
        FROM documentitem item
        JOIN agency ON agency.id = item.agency_id
        JOIN inspection ON inspection.ref = item.inspection
        CROSS JOIN LATERAL (SELECT agency.lacks = '' AND inspection.stage NOT IN :closed AS takes) open
        WHERE item.inspection IN :refs AND item.state NOT IN :not_asked
    )
    SELECT min(coalesce(organisation.name, agency.name)) AS name, agency.kind,
           count(DISTINCT asked.inspection), sum(requested), sum(owed), sum(overdue), sum(late),
           sum(documents), sum(documents_owed), sum(documents_overdue)
    FROM asked
    JOIN agency ON agency.id = asked.agency_id
    LEFT JOIN organisation ON organisation.id = agency.organisation_id
    GROUP BY agency.kind, coalesce(agency.organisation_id, agency.name)
    ORDER BY sum(overdue) + sum(documents_overdue) DESC, sum(owed) + sum(documents_owed) DESC, name, agency.kind
    """
).bindparams(
    bindparam("refs", expanding=True, type_=String),
    bindparam("settled", expanding=True),
    bindparam("closed", expanding=True),
    bindparam("not_asked", expanding=True),
)


@dataclass(frozen=True, slots=True)
class AgencyCounts:
    """One agency over several inspections.

    Attributes:
        name: of the agency.
        kind: such as police.
        inspections: that ask it for something.
        requested: returns that it was asked for; those withdrawn are not counted.
        owed: those that are not settled.
        overdue: those of them whose deadline has passed.
        late: whose first version came after the deadline.
        documents: that it was asked for; what is only offered or was withdrawn is not counted.
        documents_owed: those of them that are owed now.
        documents_overdue: those of them whose deadline has passed.
    """

    name: str
    kind: str
    inspections: int
    requested: int
    owed: int
    overdue: int
    late: int
    documents: int = 0
    documents_owed: int = 0
    documents_overdue: int = 0


def agency_counts(session: Session, refs: Collection[str]) -> list[AgencyCounts]:
    """Return every agency that some inspections ask for something, the one with most overdue first; in one query."""
    values = {
        "refs": sorted(refs),
        "settled": sorted(state.value for state in SETTLED),
        "withdrawn": RequestState.WITHDRAWN.value,
        "now": utc_now(),
        "asked": DocumentState.ASKED.value,
        "not_asked": sorted((DocumentState.OFFERED.value, DocumentState.WITHDRAWN.value)),
        "closed": sorted(stage.value for stage in TAKES_NO_DOCUMENTS),
    }
    return [AgencyCounts(*row) for row in session.execute(_COUNTS, values)]
