"""Why somebody needs to see where a family lives; everywhere else that is kept back."""

from enum import StrEnum

KEPT_BACK = "Hidden"
"""What stands where a family lives until somebody says why they need to see it."""


class WhyAddresses(StrEnum):
    """Why somebody needs to see where a family lives; the audit holds the choice."""

    VISIT = "to_visit"
    SAME_CHILD = "same_child"
    SAFETY = "safety"


WHY_ADDRESSES = {
    WhyAddresses.VISIT: "To visit or meet the family",
    WhyAddresses.SAME_CHILD: "To check if records are about one child",
    WhyAddresses.SAFETY: "To answer a concern for a child's safety",
}


def why_in(text: str) -> WhyAddresses | None:
    """Return the reason that a form gives; None where it gives none of the list."""
    return WhyAddresses(text) if text in set(WhyAddresses) else None
