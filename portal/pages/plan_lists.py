"""The actions of a plan as a list: for the agency that sends it, and for the team that reads and follows it."""

from typing import TYPE_CHECKING

from portal.pages.listing import ListingColumn
from tasks.plans.progress import STATES

if TYPE_CHECKING:
    from tasks.plans.reading import ActionRead


ACTION_COLUMNS: tuple[ListingColumn["ActionRead"], ...] = (
    ListingColumn("id", "Action", lambda row: row.action.id),
    ListingColumn("text", "What is done", lambda row: row.action.action),
    ListingColumn("origin", "Part of the letter", lambda row: row.action.origin, chosen=True),
    ListingColumn("owner", "Owner", lambda row: row.action.owner, chosen=True),
    ListingColumn("measure", "Measure of success", lambda row: row.action.measure),
    ListingColumn("due", "Due", lambda row: row.action.due),
    ListingColumn("state", "How far", lambda row: STATES[row.row.state] if row.row else "", chosen=True),
    ListingColumn("queries", "Queries", lambda row: [query.message for query in row.queries]),
)
