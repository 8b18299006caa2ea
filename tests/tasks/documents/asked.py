"""Whom the tests of documents ask, and for what."""

from models.ids import document_id


def council(ref: str) -> str:
    """Return the council of an inspection."""
    return f"{ref}/local_authority"


def protocols(ref: str) -> str:
    """Return the item of the council's protocols."""
    return document_id(council(ref), "1.12")
