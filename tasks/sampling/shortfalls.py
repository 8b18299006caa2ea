"""What a draw could not give, in sentences that a programme manager reads before approving."""

from collections.abc import Sequence

from models.themes import SamplingPlan
from models.words import count
from tasks.sampling.sample import Share


def tracked_shortfalls(plan: SamplingPlan, shares: Sequence[Share], children: int) -> list[str]:
    """Say where the tracked children fell short: eligibility, size, strata without a place, strata not filled."""
    eligible, chosen = sum(share.children for share in shares), sum(share.chosen for share in shares)
    said = []
    if eligible < children:
        said.append(
            f"{count(children - eligible, 'child', 'children')} of {children} known to fewer than "
            f"{plan.agencies_minimum} agencies could not be tracked."
        )
    if chosen < plan.tracked:
        said.append(f"{count(chosen, 'child', 'children')} could be tracked of {plan.tracked} planned.")
    if chosen < plan.tracked_minimum:
        said.append(f"That is below the least number the theme allows, {plan.tracked_minimum}.")
    return said + _strata(plan, shares)


def _strata(plan: SamplingPlan, shares: Sequence[Share]) -> list[str]:
    said = []
    unheld = sum(1 for share in shares if share.places < min(plan.stratum_minimum, share.children))
    if unheld:
        said.append(
            f"There are {len(shares)} strata and {plan.tracked} places: {unheld} strata got fewer than the minimum. "
            "Which ones was decided by the children's ranks, so larger strata had the larger chance."
        )
    said += [
        f"Stratum {share.stratum} filled {share.chosen} of its {share.places} places; the rest went to other strata."
        for share in shares
        if share.chosen < share.places
    ]
    return said


def sampled_shortfalls(plan: SamplingPlan, shares: Sequence[Share]) -> list[str]:
    """Say at which decision points fewer children were drawn than planned; nothing is moved between points."""
    labels = {point.key: point.label for point in plan.decision_points}
    return [
        f"{labels[share.stratum]}: {count(share.chosen, 'child', 'children')} drawn of {share.places} planned "
        f"({share.children} in the cohort at this point)."
        for share in shares
        if share.chosen < share.places
    ]
