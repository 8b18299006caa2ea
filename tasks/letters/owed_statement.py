"""Decides whether the written statement can be sent now: the page that offers it and the refusal ask this function."""

from models.lifecycle import Stage
from models.tables import Inspection


def statement_refusal(inspection: Inspection) -> str:
    """Return why no written statement is taken now; an empty text where one is."""
    if inspection.stage == Stage.STATEMENT_DUE:
        return ""
    return "No written statement is due from you now."
