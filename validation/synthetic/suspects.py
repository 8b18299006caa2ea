"""The suspects of a synthetic area: each keeps one number of the police computer in the lists of all agencies."""

from validation.synthetic.rows import Clerk, pnc_id

_UNKNOWN_TO_PROBATION = 0.03


def pnc_of(clerk: Clerk, household: int) -> str:
    """Return the PNC ID of the suspect of a household; whoever types it has the same."""
    return pnc_id(clerk.again(f"suspect/{household}"))


def said_to_be_managed(clerk: Clerk, household: int) -> bool:
    """Return whether the police believe, mistakenly, that probation manages the suspect of a household."""
    return clerk.again(f"managed/{household}").random() < _UNKNOWN_TO_PROBATION
