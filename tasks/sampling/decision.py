"""People's decisions on a drawn sample, replayed from the record: who, why by a listed code, nothing by hand (L10)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from tasks.sampling.manifests import sample_of
from tasks.sampling.replay import Cohort, Deciding
from tasks.sampling.sample import Sample


class DecisionKind(StrEnum):
    """What a decision does."""

    APPROVE = "approve"
    ELIMINATE = "eliminate"
    REPLACE = "replace"
    REDRAW = "redraw"


LEAVING = frozenset({DecisionKind.ELIMINATE, DecisionKind.REPLACE})
"""Decisions by which a child leaves the sample."""


class Reason(StrEnum):
    """Why; a listed code, because free text could name a child."""

    SATISFIED = "satisfied"
    OUTSIDE_AGE_BAND = "outside_age_band"
    OUTSIDE_WINDOW = "outside_window"
    LEFT_AREA = "left_area"
    SIBLING_CHOSEN = "sibling_chosen"
    LIVE_SENSITIVITY = "live_sensitivity"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    WRONG_LINK = "wrong_link"
    CHILD_DIED = "child_died"
    COVERAGE_GAP = "coverage_gap"
    COHORT_CORRECTED = "cohort_corrected"
    SEED_DISCLOSED = "seed_disclosed"
    RESTRICTED = "restricted"


REASON_LABELS: dict[Reason, str] = {
    Reason.SATISFIED: "The draw follows the plan and its coverage is acceptable",
    Reason.OUTSIDE_AGE_BAND: "The child is outside the theme's age band",
    Reason.OUTSIDE_WINDOW: "The child was not known to services in the window",
    Reason.LEFT_AREA: "The child no longer lives in the area",
    Reason.SIBLING_CHOSEN: "A brother or sister is already chosen",
    Reason.LIVE_SENSITIVITY: "An agency flagged a live safeguarding or criminal matter",
    Reason.RESTRICTED: "A person has restricted the use of the child's records",
    Reason.CONFLICT_OF_INTEREST: "An inspector has a conflict of interest",
    Reason.WRONG_LINK: "Records of different children were linked",
    Reason.CHILD_DIED: "The child has died",
    Reason.COVERAGE_GAP: "The sample leaves out a group that must be seen",
    Reason.COHORT_CORRECTED: "The cohort was corrected after the draw",
    Reason.SEED_DISCLOSED: "The seed became known before the draw",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on a sample.

    Attributes:
        kind: approve, eliminate, replace or redraw.
        reason: a listed code.
        by: reference of the person who decides.
        child: label of the child concerned (eliminate, replace), for example T3.
        second_approver: reference of the second person, needed whenever a child is taken out, and to approve fewer
            tracked children than the theme wants.
        new_seed: seed of a redraw.
    """

    kind: DecisionKind
    reason: Reason
    by: str
    child: str = ""
    second_approver: str = ""
    new_seed: str = ""


def apply(
    record: Mapping[str, Any], decisions: Sequence[Decision], cohort: pl.DataFrame | Cohort | None = None
) -> Sample:
    """Replay decisions on the sample that a manifest records; the same list always gives the same sample.

    An eliminated child leaves and its place stays empty until replaced. A replacement is the next unused reserve of
    the same stratum whose household is in nobody else's place; by margins, whoever keeps the most minimums, the first
    of the reserves and then of the whole cohort by rank. It gets a new label. A redraw draws from the frame with a new
    seed, without anybody eliminated so far.

    Args:
        record: the manifest.
        decisions: in the order in which they were taken.
        cohort: the frozen frame, or what reads it: needed by a redraw, and where no reserve keeps all minimums.

    Raises:
        DecisionError: a decision that the rules do not allow; its message says which and why.
    """
    *_, (sample, _) = [(sample_of(record), ()), *steps(record, decisions, cohort)]
    return sample


def steps(
    record: Mapping[str, Any], decisions: Iterable[Decision], cohort: pl.DataFrame | Cohort | None = None
) -> Iterator[tuple[Sample, tuple[str, ...]]]:
    """Yield the sample after each decision, and the groups whose minimum that decision gave up.

    Arguments and errors are those of `apply`.
    """
    read = (lambda: cohort) if isinstance(cohort, pl.DataFrame) else cohort
    deciding = Deciding(sample_of(record), record["plan"], record["seed"], read, record.get("without", ()))
    for decision in decisions:
        deciding.check_open(decision.by, decision.child if decision.kind in LEAVING else "")
        match decision.kind:
            case DecisionKind.APPROVE:
                deciding.approve(decision.by, decision.second_approver)
            case DecisionKind.ELIMINATE:
                deciding.eliminate(decision.child, decision.by, decision.second_approver)
            case DecisionKind.REPLACE:
                deciding.replace(decision.child, decision.by, decision.second_approver)
            case DecisionKind.REDRAW:
                deciding.redraw(decision.new_seed)
        yield deciding.sample, deciding.given_up if decision.kind is DecisionKind.REPLACE else ()
