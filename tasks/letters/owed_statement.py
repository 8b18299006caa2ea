"""Whether the written statement can be sent now, and by whom: pages, notices and refusals ask these functions."""

from models.ids import agency_id
from models.lifecycle import Stage
from models.tables import Inspection, Statement


def statement_refusal(inspection: Inspection) -> str:
    """Return why no written statement is taken now; an empty text where one is."""
    if inspection.stage == Stage.STATEMENT_DUE:
        return ""
    return "No written statement is due from you now."


def owed_by(statement: Statement) -> str:
    """Return the agency that sends the statement: the principal authority, or for a body without a door the council."""
    return statement.authority_agency or agency_id(statement.inspection, "local_authority")
