"""What each agency was asked for over several inspections: returns, what is owed and overdue, what came late."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import String, bindparam, text
from sqlmodel import Session

from models.lifecycle import SETTLED, RequestState
from models.tables.base import utc_now

# A body of several areas is counted once, whatever each inspection calls it; one that is not entered, by its name.
_COUNTS = text(
    """
    SELECT min(coalesce(organisation.name, agency.name)) AS name, agency.kind,
           count(DISTINCT request.inspection) AS inspections, count(*) AS requested,
           count(*) FILTER (WHERE request.state NOT IN :settled) AS owed,
           count(*) FILTER (WHERE request.state NOT IN :settled AND request.due_at < :now) AS overdue,
           count(*) FILTER (WHERE arrived.late) AS late
    FROM request
    JOIN agency ON agency.id = request.agency_id
    LEFT JOIN organisation ON organisation.id = agency.organisation_id
    LEFT JOIN submission arrived ON arrived.request_id = request.id AND arrived.version = 1
    WHERE request.inspection IN :refs AND request.state <> :withdrawn
    GROUP BY agency.kind, coalesce(agency.organisation_id, agency.name)
    ORDER BY overdue DESC, owed DESC, name, agency.kind
    """
).bindparams(bindparam("refs", expanding=True, type_=String), bindparam("settled", expanding=True))


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
    """

    name: str
    kind: str
    inspections: int
    requested: int
    owed: int
    overdue: int
    late: int


def agency_counts(session: Session, refs: Collection[str]) -> list[AgencyCounts]:
    """Return every agency that some inspections ask for returns, the one with most overdue first; in one query."""
    values = {
        "refs": sorted(refs),
        "settled": sorted(state.value for state in SETTLED),
        "withdrawn": RequestState.WITHDRAWN.value,
        "now": utc_now(),
    }
    return [AgencyCounts(*row) for row in session.execute(_COUNTS, values)]
