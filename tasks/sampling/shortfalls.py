"""The shortfalls of a draw, in sentences that a programme manager reads before approving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.themes import MARGINS, SamplingPlan
from models.words import count, joined, noun
from tasks.sampling.candidates import column_and_group
from tasks.sampling.groups import MARGIN_WORDS
from tasks.sampling.margins import Margins, Need
from tasks.sampling.sample import Share


@dataclass(frozen=True, slots=True)
class Taken:
    """Why the children of a decision point who were not drawn there could not be.

    Attributes:
        tracked: they are tracked, or in reserve for that.
        elsewhere: they were drawn at another decision point.
        household: they live with a child who was taken before.
    """

    tracked: int
    elsewhere: int
    household: int

    @property
    def sentence(self) -> str:
        """Return the reasons in words; empty where there are none."""
        parts = (
            (self.tracked, "is tracked or in reserve", "are tracked or in reserve"),
            (self.elsewhere, "was drawn at another point", "were drawn at another point"),
            (self.household, "lives with a child already chosen", "live with a child already chosen"),
        )
        return joined([f"{number} {noun(number, *words)}" for number, *words in parts if number])


def tracked_shortfalls(plan: SamplingPlan, shares: Sequence[Share], children: int) -> list[str]:
    """Return how the tracked children fell short: eligibility, size, strata without a place, strata not filled."""
    eligible, chosen = sum(share.children for share in shares), sum(share.chosen for share in shares)
    sentences = []
    if eligible < children:
        sentences.append(
            f"{count(children - eligible, 'child', 'children')} of {children} known to fewer than "
            f"{plan.agencies_minimum} agencies could not be tracked."
        )
    if chosen < plan.tracked:
        sentences.append(f"{count(chosen, 'child', 'children')} could be tracked of {plan.tracked} planned.")
        if eligible > chosen:
            # Nothing else keeps a child who may be tracked out of a place that is free.
            lives = noun(eligible - chosen, "child who could be tracked lives", "children who could be tracked live")
            sentences.append(f"{eligible - chosen} more {lives} with a child already chosen.")
    if chosen < plan.tracked_minimum:
        sentences.append(f"That is below the lowest number that the theme allows, {plan.tracked_minimum}.")
    return sentences + ([] if plan.plan == MARGINS else _strata(plan, shares, all_filled=chosen == plan.tracked))


def _strata(plan: SamplingPlan, shares: Sequence[Share], *, all_filled: bool) -> list[str]:
    sentences = []
    unheld = sum(1 for share in shares if share.places < min(plan.stratum_minimum, share.children))
    if unheld:
        sentences.append(
            f"There are {count(len(shares), 'stratum', 'strata')} and {count(plan.tracked, 'place')}: "
            f"{count(unheld, 'stratum', 'strata')} got fewer than the minimum. "
            "The children's ranks decided which, so larger strata had the larger chance."
        )
    rest = "Other strata got the rest." if all_filled else "Its other children live with a child already chosen."
    sentences += [
        f"Stratum {share.stratum} filled {share.chosen} of its {count(share.places, 'place')}. {rest}"
        for share in shares
        if share.chosen < share.places
    ]
    return sentences


def margin_shortfalls(plan: SamplingPlan, margins: Margins, lacking: Sequence[str]) -> list[str]:
    """Return what of the minimums could not be kept and why, and who has no place because of them.

    Args:
        plan: of the theme.
        margins: its minimums on the cohort.
        lacking: columns of margins that the cohort's frame has not.
    """
    sentences = [
        f"The cohort does not say of any child: {MARGIN_WORDS[name]}. Minimums for it could not be kept."
        for name in lacking
    ]
    sentences += [_given_way(need, margins) for need in margins.needs if need.kept < need.least]
    if plan.hidden_below:
        why = plan.hidden_below.rstrip(".")
        sentences.append(f"The plan lets hidden children be fewer than their share of the places: {why}.")
    if out := margins.shut_out():
        cannot = noun(len(out), "child who could be tracked has", "children who could be tracked have")
        sentences.append(f"{len(out)} {cannot} no chance, because the minimums leave no place for them.")
    return sentences


def in_words(group: str) -> str:
    """Return the name of a group as people read it, such as: age 'unborn'."""
    column, value = column_and_group(group)
    return f"{MARGIN_WORDS[column]} '{value}'"


def gave_way(new: str, old: str, share: Share, *, anybody: bool) -> str:
    """Return which minimum gave way in a replacement, and why.

    Args:
        new: label of the child who came in.
        old: label of the child whose place it is.
        share: of the group, as the sample is now.
        anybody: whether somebody of the group could have taken the place.
    """
    why = (
        "Those who are could not keep the minimums before it."
        if anybody
        else "No such child was left who could take the place."
    )
    now = f"{share.chosen or 'none'} of at least {share.places} {noun(share.chosen, 'is', 'are')} tracked"
    return f"{new}, who took the place of {old}, is not of {in_words(share.stratum)}: {now}. {why}"


def _given_way(need: Need, margins: Margins) -> str:
    if need.kept == need.children:
        why = f"The cohort has no {'more such children' if need.kept else 'such child'} who can be tracked."
    else:
        places = count(margins.claimed, "place", "places")
        why = f"More cannot be met together with the minimums before it in {places}."
    return f"Minimum of {need.least} for {in_words(need.group)}: {need.kept or 'none'} could be kept. {why}"


def sampled_shortfalls(plan: SamplingPlan, shares: Sequence[Share], taken: Mapping[str, Taken]) -> list[str]:
    """Return at which decision points fewer children were drawn than planned, and why; no place moves between points.

    Args:
        plan: of the theme.
        shares: of the decision points.
        taken: decision point -> why its other children could not be drawn.
    """
    labels = {point.key: point.label for point in plan.decision_points}
    return [
        f"{labels[share.stratum]}: {count(share.chosen, 'child', 'children')} drawn of {share.places} planned. "
        f"The cohort has {count(share.children, 'child', 'children')} at this point"
        f"{f', of whom {why}' if (why := taken[share.stratum].sentence) else ''}."
        for share in shares
        if share.chosen < share.places
    ]
